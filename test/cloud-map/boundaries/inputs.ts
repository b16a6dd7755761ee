/**
 * Legal inputs of every operation that have, together, every member of the model: what boundary values are put into, one at a time, so that only
 * the member under test decides. Where a member binds another one, some input has it unbound. Pure.
 */
import { ACCOUNT, type Input } from '../service.js'
import { SERVICE_ARN } from './surroundings.js'

const TAGS = [{ Key: 'a', Value: 'b' }]
const MADE = { CreatorRequestId: 'r', Description: 'd', Tags: TAGS }
const SOA = { DnsProperties: { SOA: { TTL: 60 } } }
const PAGE = { NextToken: '', MaxResults: 1 }
const INSTANCE = { ServiceId: 'srv-custom', InstanceId: 'i' }
const FOUND = { NamespaceName: 'ns-http.local', ServiceName: 'custom', OwnerAccount: ACCOUNT }

const records = (...types: string[]) => types.map((Type) => ({ Type, TTL: 60 }))

const CREATE_SERVICE: readonly Input[] = [
  {
    Name: 'new',
    NamespaceId: 'ns-public',
    ...MADE,
    DnsConfig: { NamespaceId: 'ns-public', RoutingPolicy: 'WEIGHTED', DnsRecords: records('A') },
    HealthCheckConfig: { Type: 'HTTP', ResourcePath: '/', FailureThreshold: 1 },
  },
  { Name: 'new', NamespaceId: 'ns-http', HealthCheckCustomConfig: { FailureThreshold: 1 }, Type: 'HTTP' },
  { Name: 'new', NamespaceId: 'ns-public', HealthCheckConfig: { Type: 'HTTP' } },
  { Name: 'new', DnsConfig: { NamespaceId: 'ns-public', DnsRecords: records('A') } },
]

const change = (Id: string, type: string, check: Input): Input => ({
  Id,
  Service: { Description: 'd', DnsConfig: { DnsRecords: records(type) }, HealthCheckConfig: check },
})
const UPDATE_SERVICE: readonly Input[] = [
  change('srv-both', 'A', { Type: 'HTTP', ResourcePath: '/', FailureThreshold: 1 }),
  change('srv-both', 'AAAA', { Type: 'HTTP' }),
  change('srv-srv', 'SRV', { Type: 'HTTP' }),
  change('srv-cname', 'CNAME', { Type: 'HTTP' }),
]

const filtered = (...filters: [Name: string, Values: string[], Condition: string][]): Input[] =>
  filters.map(([Name, Values, Condition]) => ({ ...PAGE, Filters: [{ Name, Values, Condition }] }))

const INPUTS: Readonly<Record<string, readonly Input[]>> = {
  CreateHttpNamespace: [{ Name: 'new', ...MADE }],
  CreatePrivateDnsNamespace: [{ Name: 'new', Vpc: 'vpc-1', ...MADE, Properties: SOA }],
  CreatePublicDnsNamespace: [{ Name: 'new.local', ...MADE, Properties: SOA }],
  CreateService: CREATE_SERVICE,
  DeleteNamespace: [{ Id: 'ns-empty' }],
  DeleteService: [{ Id: 'srv-both' }],
  DeleteServiceAttributes: [{ ServiceId: 'srv-custom', Attributes: ['a'] }],
  DeregisterInstance: [INSTANCE],
  DiscoverInstances: [
    { ...FOUND, MaxResults: 1, QueryParameters: { a: 'b' }, OptionalParameters: { a: 'b' }, HealthStatus: 'ALL' },
  ],
  DiscoverInstancesRevision: [FOUND],
  GetInstance: [INSTANCE],
  GetInstancesHealthStatus: [{ ServiceId: 'srv-custom', Instances: ['i'], ...PAGE }],
  GetNamespace: [{ Id: 'ns-http' }],
  GetOperation: [{ OperationId: 'op', OwnerAccount: ACCOUNT }],
  GetService: [{ Id: 'srv-custom' }],
  GetServiceAttributes: [{ ServiceId: 'srv-custom' }],
  ListInstances: [{ ServiceId: 'srv-custom', ...PAGE }],
  ListNamespaces: filtered(['TYPE', ['HTTP'], 'EQ'], ['TYPE', ['HTTP'], 'IN'], ['NAME', ['a'], 'BEGINS_WITH']),
  ListOperations: filtered(
    ['TYPE', ['REGISTER_INSTANCE'], 'EQ'],
    ['STATUS', ['SUCCESS'], 'IN'],
    ['UPDATE_DATE', ['1', '2'], 'BETWEEN'],
  ).concat(filtered(['UPDATE_DATE', ['1', '2'], 'EQ']).map(withoutConditions)),
  ListServices: filtered(['NAMESPACE_ID', ['ns-http'], 'EQ']),
  ListTagsForResource: [{ ResourceARN: SERVICE_ARN }],
  RegisterInstance: [{ ...INSTANCE, InstanceId: 'new', CreatorRequestId: 'r', Attributes: { a: 'b' } }],
  TagResource: [{ ResourceARN: SERVICE_ARN, Tags: TAGS }],
  UntagResource: [{ ResourceARN: SERVICE_ARN, TagKeys: ['a'] }],
  UpdateHttpNamespace: [{ Id: 'ns-http', UpdaterRequestId: 'r', Namespace: { Description: 'd' } }],
  UpdateInstanceCustomHealthStatus: [{ ...INSTANCE, Status: 'UNHEALTHY' }],
  UpdatePrivateDnsNamespace: [
    { Id: 'ns-private', UpdaterRequestId: 'r', Namespace: { Description: 'd', Properties: SOA } },
  ],
  UpdatePublicDnsNamespace: [
    { Id: 'ns-public', UpdaterRequestId: 'r', Namespace: { Description: 'd', Properties: SOA } },
  ],
  UpdateService: UPDATE_SERVICE,
  UpdateServiceAttributes: [{ ServiceId: 'srv-custom', Attributes: { a: 'b' } }],
}

function withoutConditions(input: Input): Input {
  const filters = input['Filters'] as readonly Input[]
  return { ...input, Filters: filters.map(({ Name, Values }) => ({ Name, Values })) }
}

export function inputsOf(operation: string): readonly Input[] {
  return INPUTS[operation] ?? []
}
