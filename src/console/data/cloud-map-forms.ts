/** What the Cloud Map forms hold, and the requests that come of it (cloud-map-api.md section 3). Empty fields are left out. */

export interface KeyValue {
  readonly key: string
  readonly value: string
}

export type NamespaceType = 'HTTP' | 'DNS_PRIVATE' | 'DNS_PUBLIC'

export interface NamespaceForm {
  readonly type: NamespaceType
  readonly name: string
  readonly description: string
  /** Of a private DNS namespace. */
  readonly vpc: string
  /** Seconds, of a DNS namespace. */
  readonly soaTtl: string
  readonly creatorRequestId: string
  readonly tags: readonly KeyValue[]
}

export const EMPTY_NAMESPACE: NamespaceForm = {
  type: 'HTTP',
  name: '',
  description: '',
  vpc: '',
  soaTtl: '',
  creatorRequestId: '',
  tags: [],
}

export interface Request {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

const CREATE_NAMESPACE: Readonly<Record<NamespaceType, string>> = {
  HTTP: 'CreateHttpNamespace',
  DNS_PRIVATE: 'CreatePrivateDnsNamespace',
  DNS_PUBLIC: 'CreatePublicDnsNamespace',
}

export function buildCreateNamespace(form: NamespaceForm): Request {
  const isDns = form.type !== 'HTTP'
  const properties = isDns &&
    form.soaTtl !== '' && { Properties: { DnsProperties: { SOA: { TTL: Number(form.soaTtl) } } } }
  return {
    operation: CREATE_NAMESPACE[form.type],
    input: {
      Name: form.name,
      ...(form.type === 'DNS_PRIVATE' && { Vpc: form.vpc }),
      ...properties,
      ...buildDescribed(form),
    },
  }
}

export type RecordType = 'A' | 'AAAA' | 'SRV' | 'CNAME'
export type HealthCheckKind = 'none' | 'custom' | 'route53'

export interface ServiceForm {
  readonly name: string
  readonly description: string
  /** In a DNS namespace: found by DiscoverInstances only. */
  readonly httpOnly: boolean
  readonly routingPolicy: '' | 'MULTIVALUE' | 'WEIGHTED'
  readonly records: readonly { readonly type: RecordType; readonly ttl: string }[]
  readonly healthCheck: HealthCheckKind
  readonly failureThreshold: string
  readonly checkType: 'HTTP' | 'HTTPS' | 'TCP'
  readonly resourcePath: string
  readonly creatorRequestId: string
  readonly tags: readonly KeyValue[]
}

/** DNS records for DNS namespaces from the start: hardly anybody wants none. */
export function emptyService(namespaceType: NamespaceType): ServiceForm {
  return {
    name: '',
    description: '',
    httpOnly: false,
    routingPolicy: '',
    records: namespaceType === 'HTTP' ? [] : [{ type: 'A', ttl: '60' }],
    healthCheck: 'none',
    failureThreshold: '',
    checkType: 'HTTP',
    resourcePath: '',
    creatorRequestId: '',
    tags: [],
  }
}

export function buildCreateService(form: ServiceForm, namespaceId: string): Request {
  return {
    operation: 'CreateService',
    input: {
      Name: form.name,
      NamespaceId: namespaceId,
      ...(form.httpOnly && { Type: 'HTTP' }),
      ...(!form.httpOnly && form.records.length > 0 && { DnsConfig: buildDnsConfig(form) }),
      ...buildHealthCheck(form),
      ...buildDescribed(form),
    },
  }
}

function buildDnsConfig({ routingPolicy, records }: ServiceForm) {
  return {
    ...(routingPolicy !== '' && { RoutingPolicy: routingPolicy }),
    DnsRecords: records.map(({ type, ttl }) => ({ Type: type, TTL: Number(ttl) })),
  }
}

function buildHealthCheck({ healthCheck, failureThreshold, checkType, resourcePath }: ServiceForm) {
  const threshold = failureThreshold !== '' && { FailureThreshold: Number(failureThreshold) }
  if (healthCheck === 'custom') return { HealthCheckCustomConfig: { ...threshold } }
  if (healthCheck === 'none') return {}
  const path = checkType !== 'TCP' && resourcePath !== '' && { ResourcePath: resourcePath }
  return { HealthCheckConfig: { Type: checkType, ...path, ...threshold } }
}

export interface InstanceForm {
  readonly id: string
  readonly attributes: readonly KeyValue[]
  readonly creatorRequestId: string
}

export const EMPTY_INSTANCE: InstanceForm = {
  id: '',
  attributes: [
    { key: 'AWS_INSTANCE_IPV4', value: '' },
    { key: 'AWS_INSTANCE_PORT', value: '' },
  ],
  creatorRequestId: '',
}

/** A request to register one more, or to give one that is registered other attributes. Rows without a value are left out. */
export function buildRegisterInstance({ id, attributes, creatorRequestId }: InstanceForm, serviceId: string): Request {
  const given = attributes.filter(({ key, value }) => key !== '' && value !== '')
  return {
    operation: 'RegisterInstance',
    input: {
      ServiceId: serviceId,
      InstanceId: id,
      Attributes: Object.fromEntries(given.map(({ key, value }) => [key, value])),
      ...(creatorRequestId !== '' && { CreatorRequestId: creatorRequestId }),
    },
  }
}

/** The form of an instance that is registered already. */
export function instanceForm(id: string, attributes: Readonly<Record<string, string>>): InstanceForm {
  return { id, creatorRequestId: '', attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })) }
}

/** The member of a request that an error of Cloud Map begins with, e.g. `Name`; undefined for an error of the whole. */
export function memberOfError(message: string): string | undefined {
  return /^([A-Z][A-Za-z]*)(?:[.[][^\s]*)? /.exec(message)?.[1]
}

interface Described {
  readonly description: string
  readonly creatorRequestId: string
  readonly tags: readonly KeyValue[]
}

function buildDescribed({ description, creatorRequestId, tags }: Described) {
  const given = tags.filter(({ key }) => key !== '')
  return {
    ...(description !== '' && { Description: description }),
    ...(creatorRequestId !== '' && { CreatorRequestId: creatorRequestId }),
    ...(given.length > 0 && { Tags: given.map(({ key, value }) => ({ Key: key, Value: value })) }),
  }
}
