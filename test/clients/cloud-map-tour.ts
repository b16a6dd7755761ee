/**
 * All 30 operations of Cloud Map in an order in which a client can make them, with every member that an answer can have. Steps name what earlier ones
 * have made: a `<name>` in an input is what that name was given.
 */
import type { Input } from './client.js'

export interface Step {
  readonly operation: string
  readonly input: Input
  /** Names for what the answer tells. */
  readonly makes?: Readonly<Record<string, (answer: Input) => unknown>>
}

const inside =
  (...path: string[]) =>
  (answer: Input): unknown =>
    path.reduce<unknown>((value, member) => (value as Input)[member], answer)

const TAGS = [{ Key: 'team', Value: 'shop' }]
const SOA = (TTL: number) => ({ DnsProperties: { SOA: { TTL } } })
const A = (TTL: number) => [{ Type: 'A', TTL }]
const AT = { ServiceId: '<cart>', InstanceId: '10.0.0.1' }
export const ATTRIBUTES = { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_PORT: '8080', version: 'v 1', empty: '' }
const PLACE = { NamespaceName: 'shop.local', ServiceName: 'cart', OwnerAccount: '123456789012' }

/** A call that makes something, and the question what. */
function finished(operation: string, input: Input, name?: string, kind = 'NAMESPACE'): Step[] {
  const asked = { operation: 'GetOperation', input: { OperationId: '<operation>', OwnerAccount: '123456789012' } }
  return [
    { operation, input, makes: { operation: inside('OperationId') } },
    name === undefined ? asked : { ...asked, makes: { [name]: inside('Operation', 'Targets', kind) } },
  ]
}

const made = (Name: string) => ({ Name, CreatorRequestId: `made-${Name}`, Description: 'of the tour', Tags: TAGS })

export const MAKE: readonly Step[] = [
  ...finished('CreatePrivateDnsNamespace', { ...made('shop.local'), Vpc: 'vpc-1', Properties: SOA(60) }, 'private'),
  ...finished('CreatePublicDnsNamespace', { ...made('shop.example'), Properties: SOA(60) }, 'public'),
  ...finished('CreateHttpNamespace', made('shop'), 'http'),
  { operation: 'GetNamespace', input: { Id: '<private>' }, makes: { arn: inside('Namespace', 'Arn') } },
  { operation: 'ListTagsForResource', input: { ResourceARN: '<arn>' } },
  { operation: 'TagResource', input: { ResourceARN: '<arn>', Tags: [{ Key: 'stage', Value: '' }] } },
  { operation: 'UntagResource', input: { ResourceARN: '<arn>', TagKeys: ['team'] } },
  ...finished('UpdatePrivateDnsNamespace', {
    Id: '<private>',
    UpdaterRequestId: 'u1',
    Namespace: { Description: 'new', Properties: SOA(30) },
  }),
  ...finished('UpdatePublicDnsNamespace', {
    Id: '<public>',
    UpdaterRequestId: 'u2',
    Namespace: { Description: 'new', Properties: SOA(30) },
  }),
  ...finished('UpdateHttpNamespace', { Id: '<http>', UpdaterRequestId: 'u3', Namespace: { Description: 'new' } }),
  {
    operation: 'CreateService',
    input: {
      ...made('cart'),
      NamespaceId: '<private>',
      DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: A(300) },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    },
    makes: { cart: inside('Service', 'Id') },
  },
  {
    operation: 'CreateService',
    input: {
      ...made('web'),
      NamespaceId: '<public>',
      DnsConfig: { NamespaceId: '<public>', RoutingPolicy: 'WEIGHTED', DnsRecords: A(300) },
      HealthCheckConfig: { Type: 'HTTPS', ResourcePath: '/ping', FailureThreshold: 2 },
    },
    makes: { web: inside('Service', 'Id') },
  },
  { operation: 'GetService', input: { Id: '<cart>' } },
  ...finished('UpdateService', { Id: '<cart>', Service: { Description: 'new', DnsConfig: { DnsRecords: A(60) } } }),
  { operation: 'UpdateServiceAttributes', input: { ServiceId: '<cart>', Attributes: { a: '1', b: '' } } },
  { operation: 'DeleteServiceAttributes', input: { ServiceId: '<cart>', Attributes: ['a'] } },
  { operation: 'GetServiceAttributes', input: { ServiceId: '<cart>' } },
  ...finished('RegisterInstance', { ...AT, CreatorRequestId: 'r', Attributes: ATTRIBUTES }, 'id', 'INSTANCE'),
  { operation: 'GetInstance', input: AT },
  {
    operation: 'DiscoverInstances',
    input: {
      ...PLACE,
      MaxResults: 10,
      QueryParameters: { version: 'v 1' },
      OptionalParameters: { empty: '' },
      HealthStatus: 'HEALTHY',
    },
  },
  { operation: 'DiscoverInstancesRevision', input: PLACE },
  { operation: 'UpdateInstanceCustomHealthStatus', input: { ...AT, Status: 'UNHEALTHY' } },
  { operation: 'GetInstancesHealthStatus', input: { ServiceId: '<cart>', Instances: ['10.0.0.1'] } },
  { operation: 'ListInstances', input: { ServiceId: '<cart>' } },
  {
    operation: 'ListNamespaces',
    input: { Filters: [{ Name: 'NAME', Values: ['shop'], Condition: 'BEGINS_WITH' }] },
  },
  { operation: 'ListServices', input: { Filters: [{ Name: 'NAMESPACE_ID', Values: ['<public>'] }] } },
  { operation: 'ListServices', input: { Filters: [{ Name: 'NAMESPACE_ID', Values: ['<private>'] }] } },
  { operation: 'ListOperations', input: { Filters: [{ Name: 'TYPE', Values: ['REGISTER_INSTANCE'] }] } },
]

export const UNMAKE: readonly Step[] = [
  ...finished('DeregisterInstance', AT),
  ...['<cart>', '<web>'].map((Id) => ({ operation: 'DeleteService', input: { Id } })),
  ...['<private>', '<public>', '<http>'].flatMap((Id) => finished('DeleteNamespace', { Id })),
]

/** The input with what the names stand for. */
export function fill(input: Input, names: ReadonlyMap<string, unknown>): Input {
  const text = JSON.stringify(input).replace(/<(\w+)>/g, (_, name: string) => String(names.get(name)))
  return JSON.parse(text) as Input
}
