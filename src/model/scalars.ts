/** The scalar shapes that several App Mesh shapes share. Lengths count Unicode code points (app-mesh-api.md section 9.1). */
import Type, { type Static } from 'typebox'
import { integer } from './schema.js'

export const ResourceName = Type.String({ minLength: 1, maxLength: 255 })
export type ResourceName = Static<typeof ResourceName>

/** The name of a virtual service. The model leaves it free; 1 to 255 as for every other name, which references to it demand. */
export const ServiceName = Type.String({ minLength: 1, maxLength: 255 })
export type ServiceName = Static<typeof ServiceName>

export const AccountId = Type.String({ minLength: 12, maxLength: 12 })
export type AccountId = Static<typeof AccountId>

export const Arn = Type.String()
export type Arn = Static<typeof Arn>

export const PortNumber = integer({ minimum: 1, maximum: 65535 })
export type PortNumber = Static<typeof PortNumber>

/** http is HTTP/1.1. */
export const PortProtocol = Type.Enum(['http', 'tcp', 'http2', 'grpc'])
export type PortProtocol = Static<typeof PortProtocol>

/** Gateways do not take plain tcp. */
export const VirtualGatewayPortProtocol = Type.Enum(['http', 'http2', 'grpc'])
export type VirtualGatewayPortProtocol = Static<typeof VirtualGatewayPortProtocol>

export const FilePath = Type.String({ minLength: 1, maxLength: 255 })
export type FilePath = Static<typeof FilePath>

/** Note the mixed case. */
export const IpPreference = Type.Enum(['IPv6_PREFERRED', 'IPv4_PREFERRED', 'IPv4_ONLY', 'IPv6_ONLY'])
export type IpPreference = Static<typeof IpPreference>

export const HttpMethod = Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'])
export type HttpMethod = Static<typeof HttpMethod>

export const RoutePriority = integer({ minimum: 0, maximum: 1000 })
export type RoutePriority = Static<typeof RoutePriority>

export const SdsSecretName = Type.String()
export type SdsSecretName = Static<typeof SdsSecretName>
