/** Where the endpoints of a virtual node come from. */
import Type, { type Static } from 'typebox'
import { IpPreference } from './scalars.js'
import { shape, union } from './schema.js'

export const DnsResponseType = Type.Enum(['LOADBALANCER', 'ENDPOINTS'])
export type DnsResponseType = Static<typeof DnsResponseType>

export const DnsServiceDiscovery = shape('DnsServiceDiscovery', {
  hostname: Type.String(),
  ipPreference: Type.Optional(IpPreference),
  responseType: Type.Optional(DnsResponseType),
})
export type DnsServiceDiscovery = Static<typeof DnsServiceDiscovery>

export const AwsCloudMapInstanceAttribute = shape('AwsCloudMapInstanceAttribute', {
  key: Type.String({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9!-~]+$' }),
  value: Type.String({
    minLength: 1,
    maxLength: 1024,
    pattern: '^([a-zA-Z0-9!-~][  a-zA-Z0-9!-~]*){0,1}[a-zA-Z0-9!-~]{0,1}$',
  }),
})
export type AwsCloudMapInstanceAttribute = Static<typeof AwsCloudMapInstanceAttribute>

/** Endpoints are the instances of a Cloud Map service that have every one of `attributes`. */
export const AwsCloudMapServiceDiscovery = shape('AwsCloudMapServiceDiscovery', {
  attributes: Type.Optional(Type.Array(AwsCloudMapInstanceAttribute)),
  ipPreference: Type.Optional(IpPreference),
  namespaceName: Type.String({ minLength: 1, maxLength: 1024 }),
  serviceName: Type.String({ minLength: 1, maxLength: 1024 }),
})
export type AwsCloudMapServiceDiscovery = Static<typeof AwsCloudMapServiceDiscovery>

/** Exactly one member. */
export const ServiceDiscovery = union('ServiceDiscovery', {
  awsCloudMap: Type.Optional(AwsCloudMapServiceDiscovery),
  dns: Type.Optional(DnsServiceDiscovery),
})
export type ServiceDiscovery = Static<typeof ServiceDiscovery>
