/** Rules of Cloud Map beyond its schemas (cloud-map-api.md sections 5 and 6). Paths start at the request. */
import type { Problem } from '../problem.js'
import { demand } from '../rules/shape-rule.js'
import type { CreateServiceRequest } from './requests.js'
import type { Namespace, Service } from './resource.js'
import type { DnsConfig, Filter, HealthCheckConfig, ServiceChange } from './shapes.js'

/** What is wrong with a new service of `namespace`. */
export function checkService(request: CreateServiceRequest, namespace: Namespace): Problem[] {
  const { DnsConfig: dns, HealthCheckConfig: route53, HealthCheckCustomConfig: custom, Type: type } = request
  return [
    ...demand(!(route53 && custom), 'HealthCheckConfig', 'excludes HealthCheckCustomConfig'),
    ...(route53 ? checkHealthCheck(route53, namespace, 'HealthCheckConfig') : []),
    ...demand(!(dns && namespace.type === 'HTTP'), 'DnsConfig', 'needs a DNS namespace; this one is of type HTTP'),
    ...demand(!(dns && type === 'HTTP'), 'DnsConfig', 'excludes Type HTTP'),
    ...(dns ? checkDns(dns) : []),
    ...demand(request.Name !== '.' || namespace.type !== 'HTTP', 'Name', 'may be . in DNS namespaces only'),
  ]
}

/** What is wrong with a change of `service`. */
export function checkServiceChange(change: ServiceChange, service: Service, namespace: Namespace): Problem[] {
  const { DnsConfig: dns, HealthCheckConfig: route53 } = change
  const types = new Set(service.dnsConfig?.DnsRecords.map((record) => record.Type))
  const known = dns?.DnsRecords.every((record) => types.has(record.Type)) ?? true
  return [
    ...demand(known, 'Service.DnsConfig.DnsRecords', 'must have no type that the service was not created with'),
    ...(dns ? checkRecords(dns.DnsRecords, 'Service.DnsConfig.DnsRecords') : []),
    ...demand(
      !(route53 && service.healthCheckCustomConfig),
      'Service.HealthCheckConfig',
      'excludes the custom health check that the service has',
    ),
    ...(route53 ? checkHealthCheck(route53, namespace, 'Service.HealthCheckConfig') : []),
  ]
}

function checkHealthCheck(
  { Type: type, ResourcePath: path }: HealthCheckConfig,
  { type: namespace }: Namespace,
  at: string,
): Problem[] {
  return [
    ...demand(namespace !== 'DNS_PRIVATE', at, 'is not for private DNS namespaces: use HealthCheckCustomConfig'),
    ...demand(type !== 'TCP' || path === undefined, `${at}.ResourcePath`, 'is not for health checks of type TCP'),
  ]
}

/** Sorted. */
const COMBINATIONS = ['', 'A', 'AAAA', 'A,AAAA', 'SRV', 'CNAME']

function checkRecords(records: DnsConfig['DnsRecords'], path: string): Problem[] {
  const types = records
    .map((record) => record.Type)
    .sort()
    .join(',')
  return demand(COMBINATIONS.includes(types), path, 'must be A, AAAA, A and AAAA, SRV or CNAME')
}

function checkDns({ DnsRecords: records, RoutingPolicy: policy }: DnsConfig): Problem[] {
  const fits = policy === 'WEIGHTED' || !records.some((record) => record.Type === 'CNAME')
  return [
    ...checkRecords(records, 'DnsConfig.DnsRecords'),
    ...demand(fits, 'DnsConfig.RoutingPolicy', 'must be WEIGHTED for CNAME records'),
  ]
}

/** The conditions that a filter may have; the first is the default. */
const CONDITIONS: Readonly<Record<string, readonly NonNullable<Filter['Condition']>[]>> = {
  TYPE: ['EQ', 'IN'],
  NAME: ['EQ', 'BEGINS_WITH'],
  HTTP_NAME: ['EQ', 'BEGINS_WITH'],
  RESOURCE_OWNER: ['EQ'],
  NAMESPACE_ID: ['EQ'],
  SERVICE_ID: ['EQ'],
  STATUS: ['EQ', 'IN'],
  UPDATE_DATE: ['BETWEEN'],
}

/** What is wrong with the filters of a listing. */
export function checkFilters(filters: readonly Filter[]): Problem[] {
  return filters.flatMap(({ Name: name, Values: values, Condition: condition }, index) => {
    const at = `Filters[${index}]`
    const allowed = CONDITIONS[name] ?? ['EQ']
    const used = condition ?? allowed[0] ?? 'EQ'
    const count = used === 'BETWEEN' ? 2 : used === 'IN' ? undefined : 1
    const dates = name !== 'UPDATE_DATE' || values.every((value) => Number.isFinite(Number(value)))
    return [
      ...demand(allowed.includes(used), `${at}.Condition`, `must be ${allowed.join(' or ')} for ${name}`),
      ...demand(count === undefined || values.length === count, `${at}.Values`, `must have ${count ?? ''} for ${used}`),
      ...demand(dates, `${at}.Values`, 'must be seconds since 1970, such as 1516925490.087'),
    ]
  })
}

/** What is wrong with a list of tags: reserved keys, and keys that come twice. */
export function checkTags(tags: readonly { readonly Key: string }[]): Problem[] {
  const seen = new Set<string>()
  return tags.flatMap(({ Key: key }, index) => {
    const fresh = !seen.has(key)
    seen.add(key)
    return [
      ...demand(!/^aws:/i.test(key), `Tags[${index}].Key`, 'must not begin with aws:, which is reserved'),
      ...demand(fresh, `Tags[${index}].Key`, `must not be given twice: ${key}`),
    ]
  })
}
