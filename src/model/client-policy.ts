/** TLS that a virtual node uses towards its backends. */
import Type, { type Static } from 'typebox'
import { PortNumber } from './scalars.js'
import { shape, union } from './schema.js'
import { ListenerTlsFileCertificate, ListenerTlsSdsCertificate, TlsValidationContext } from './tls.js'

/** Exactly one member. */
export const ClientTlsCertificate = union('ClientTlsCertificate', {
  file: Type.Optional(ListenerTlsFileCertificate),
  sds: Type.Optional(ListenerTlsSdsCertificate),
})
export type ClientTlsCertificate = Static<typeof ClientTlsCertificate>

export const ClientPolicyTls = shape('ClientPolicyTls', {
  certificate: Type.Optional(ClientTlsCertificate),
  enforce: Type.Optional(Type.Boolean()),
  ports: Type.Optional(Type.Array(PortNumber)),
  validation: TlsValidationContext,
})
export type ClientPolicyTls = Static<typeof ClientPolicyTls>

export const ClientPolicy = shape('ClientPolicy', {
  tls: Type.Optional(ClientPolicyTls),
})
export type ClientPolicy = Static<typeof ClientPolicy>
