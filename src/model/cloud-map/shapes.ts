/** The shapes of Cloud Map's model (cloud-map-api.md sections 3 and 3.1), each under its own name. */
import Type, { type Static } from 'typebox'
import { integer, long, shape } from '../schema.js'

export const AccountId = Type.String({ minLength: 12, maxLength: 12 })
/** An id or an ARN. */
export const IdOrArn = Type.String({ maxLength: 255 })
export const ResourceId = Type.String({ maxLength: 64 })
export const OperationId = Type.String({ maxLength: 255 })
export const ResourceDescription = Type.String({ maxLength: 1024 })
export const ResourceArn = Type.String({ minLength: 1, maxLength: 1011 })

/** Of any namespace. */
export const NamespaceName = Type.String({ maxLength: 1024, pattern: '^[!-~]{1,1024}$' })
export const NamespaceNameHttp = Type.String({ maxLength: 1024, pattern: '^(?!arn:)[!-~]{1,1024}$' })
export const NamespaceNamePrivate = Type.String({ maxLength: 253, pattern: '^(?!arn:)[!-~]{1,253}$' })
export const NamespaceNamePublic = Type.String({
  maxLength: 253,
  pattern: '^([a-zA-Z0-9]([a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?\\.)+[a-zA-Z0-9]([a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?$',
})
export const ServiceName = Type.String({
  pattern:
    '((?=^.{1,127}$)^([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9])(\\.([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9]))*$)|(^\\.$)',
})
export const InstanceId = Type.String({ maxLength: 64, pattern: '^[0-9a-zA-Z_/:.@-]+$' })

export const NamespaceType = Type.Enum(['DNS_PUBLIC', 'DNS_PRIVATE', 'HTTP'])
export type NamespaceType = Static<typeof NamespaceType>
export const ServiceType = Type.Enum(['HTTP', 'DNS_HTTP', 'DNS'])
export type ServiceType = Static<typeof ServiceType>
export const CustomHealthStatus = Type.Enum(['HEALTHY', 'UNHEALTHY'])
export const HealthStatusFilter = Type.Enum(['HEALTHY', 'UNHEALTHY', 'ALL', 'HEALTHY_OR_ELSE_ALL'])
export type HealthStatusFilter = Static<typeof HealthStatusFilter>

export const RoutingPolicy = Type.Enum(['MULTIVALUE', 'WEIGHTED'])
export type RoutingPolicy = Static<typeof RoutingPolicy>
export const RecordType = Type.Enum(['SRV', 'A', 'AAAA', 'CNAME'])
export type RecordType = Static<typeof RecordType>

/** Seconds. */
const RecordTtl = long({ minimum: 0, maximum: 2147483647 })

export const DnsRecord = shape('DnsRecord', { Type: RecordType, TTL: RecordTtl })
export const DnsConfig = shape('DnsConfig', {
  NamespaceId: Type.Optional(ResourceId),
  RoutingPolicy: Type.Optional(RoutingPolicy),
  DnsRecords: Type.Array(DnsRecord),
})
export type DnsConfig = Static<typeof DnsConfig>
export const DnsConfigChange = shape('DnsConfigChange', { DnsRecords: Type.Array(DnsRecord) })

const FailureThreshold = Type.Optional(integer({ minimum: 1, maximum: 10 }))
export const HealthCheckConfig = shape('HealthCheckConfig', {
  Type: Type.Enum(['HTTP', 'HTTPS', 'TCP']),
  ResourcePath: Type.Optional(Type.String({ maxLength: 255 })),
  FailureThreshold,
})
export type HealthCheckConfig = Static<typeof HealthCheckConfig>
export const HealthCheckCustomConfig = shape('HealthCheckCustomConfig', { FailureThreshold })
export type HealthCheckCustomConfig = Static<typeof HealthCheckCustomConfig>

export const SOA = shape('SOA', { TTL: RecordTtl })
export const SOAChange = shape('SOAChange', { TTL: RecordTtl })

const properties = <Soa extends typeof SOA>(kind: 'Private' | 'Public', soa: Soa) => {
  const mutable = shape(`${kind}DnsPropertiesMutable`, { SOA: soa })
  return shape(`${kind}DnsNamespaceProperties`, { DnsProperties: mutable })
}
export const PrivateDnsNamespaceProperties = properties('Private', SOA)
export const PublicDnsNamespaceProperties = properties('Public', SOA)

const propertiesChange = (kind: 'Private' | 'Public') => {
  const mutable = shape(`${kind}DnsPropertiesMutableChange`, { SOA: SOAChange })
  const change = shape(`${kind}DnsNamespacePropertiesChange`, { DnsProperties: mutable })
  return shape(`${kind}DnsNamespaceChange`, {
    Description: Type.Optional(ResourceDescription),
    Properties: Type.Optional(change),
  })
}
export const HttpNamespaceChange = shape('HttpNamespaceChange', { Description: ResourceDescription })
export const PrivateDnsNamespaceChange = propertiesChange('Private')
export const PublicDnsNamespaceChange = propertiesChange('Public')

export const ServiceChange = shape('ServiceChange', {
  Description: Type.Optional(ResourceDescription),
  DnsConfig: Type.Optional(DnsConfigChange),
  HealthCheckConfig: Type.Optional(HealthCheckConfig),
})
export type ServiceChange = Static<typeof ServiceChange>

/** Keys are checked by rule, so that a message can name the one that is wrong. */
export const Attributes = Type.Record(
  Type.String(),
  Type.String({ maxLength: 1024, pattern: '^([a-zA-Z0-9!-~][ \\ta-zA-Z0-9!-~]*){0,1}[a-zA-Z0-9!-~]{0,1}$' }),
)
export const ServiceAttributesMap = Type.Record(Type.String(), Type.String({ maxLength: 1024 }))

export const Tag = shape('Tag', {
  Key: Type.String({ minLength: 1, maxLength: 128 }),
  Value: Type.String({ maxLength: 256 }),
})
export const TagList = Type.Array(Tag, { maxItems: 200 })

const filter = <Name extends string>(title: string, names: Name[]) =>
  shape(title, {
    Name: Type.Enum(names),
    Values: Type.Array(Type.String({ minLength: 1, maxLength: 255 })),
    Condition: Type.Optional(Type.Enum(['EQ', 'IN', 'BETWEEN', 'BEGINS_WITH'])),
  })
export const NamespaceFilter = filter('NamespaceFilter', ['TYPE', 'NAME', 'HTTP_NAME', 'RESOURCE_OWNER'])
export const ServiceFilter = filter('ServiceFilter', ['NAMESPACE_ID', 'RESOURCE_OWNER'])
export const OperationFilter = filter('OperationFilter', [
  'NAMESPACE_ID',
  'SERVICE_ID',
  'STATUS',
  'TYPE',
  'UPDATE_DATE',
])
export interface Filter {
  readonly Name: string
  readonly Values: readonly string[]
  readonly Condition?: 'EQ' | 'IN' | 'BETWEEN' | 'BEGINS_WITH'
}
