/** TLS that a virtual node uses towards its backends. */
import Type, { type Static } from 'typebox'
import { PortNumber } from './scalars.js'
import { ListenerTlsFileCertificate, ListenerTlsSdsCertificate, TlsValidationContext } from './tls.js'

/** Exactly one member. */
export const ClientTlsCertificate = Type.Object({
  file: Type.Optional(ListenerTlsFileCertificate),
  sds: Type.Optional(ListenerTlsSdsCertificate),
})
export type ClientTlsCertificate = Static<typeof ClientTlsCertificate>

export const ClientPolicyTls = Type.Object({
  certificate: Type.Optional(ClientTlsCertificate),
  enforce: Type.Optional(Type.Boolean()),
  ports: Type.Optional(Type.Array(PortNumber)),
  validation: TlsValidationContext,
})
export type ClientPolicyTls = Static<typeof ClientPolicyTls>

export const ClientPolicy = Type.Object({
  tls: Type.Optional(ClientPolicyTls),
})
export type ClientPolicy = Static<typeof ClientPolicy>
