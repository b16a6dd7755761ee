/** TLS of virtual gateways: App Mesh repeats the node's shapes under names of their own. */
import Type, { type Static } from 'typebox'
import { ClientPolicyTls } from './client-policy.js'
import { shape, union } from './schema.js'
import {
  ListenerTls,
  ListenerTlsAcmCertificate,
  ListenerTlsFileCertificate,
  ListenerTlsSdsCertificate,
  ListenerTlsValidationContext,
  TlsValidationContext,
  TlsValidationContextAcmTrust,
  TlsValidationContextFileTrust,
  TlsValidationContextSdsTrust,
} from './tls.js'

export const VirtualGatewayListenerTlsAcmCertificate = shape(
  'VirtualGatewayListenerTlsAcmCertificate',
  ListenerTlsAcmCertificate.properties,
)
export type VirtualGatewayListenerTlsAcmCertificate = Static<typeof VirtualGatewayListenerTlsAcmCertificate>

export const VirtualGatewayListenerTlsFileCertificate = shape(
  'VirtualGatewayListenerTlsFileCertificate',
  ListenerTlsFileCertificate.properties,
)
export type VirtualGatewayListenerTlsFileCertificate = Static<typeof VirtualGatewayListenerTlsFileCertificate>

export const VirtualGatewayListenerTlsSdsCertificate = shape(
  'VirtualGatewayListenerTlsSdsCertificate',
  ListenerTlsSdsCertificate.properties,
)
export type VirtualGatewayListenerTlsSdsCertificate = Static<typeof VirtualGatewayListenerTlsSdsCertificate>

/** Exactly one member. */
export const VirtualGatewayListenerTlsCertificate = union('VirtualGatewayListenerTlsCertificate', {
  acm: Type.Optional(VirtualGatewayListenerTlsAcmCertificate),
  file: Type.Optional(VirtualGatewayListenerTlsFileCertificate),
  sds: Type.Optional(VirtualGatewayListenerTlsSdsCertificate),
})
export type VirtualGatewayListenerTlsCertificate = Static<typeof VirtualGatewayListenerTlsCertificate>

export const VirtualGatewayTlsValidationContextAcmTrust = shape(
  'VirtualGatewayTlsValidationContextAcmTrust',
  TlsValidationContextAcmTrust.properties,
)
export type VirtualGatewayTlsValidationContextAcmTrust = Static<typeof VirtualGatewayTlsValidationContextAcmTrust>

export const VirtualGatewayTlsValidationContextFileTrust = shape(
  'VirtualGatewayTlsValidationContextFileTrust',
  TlsValidationContextFileTrust.properties,
)
export type VirtualGatewayTlsValidationContextFileTrust = Static<typeof VirtualGatewayTlsValidationContextFileTrust>

export const VirtualGatewayTlsValidationContextSdsTrust = shape(
  'VirtualGatewayTlsValidationContextSdsTrust',
  TlsValidationContextSdsTrust.properties,
)
export type VirtualGatewayTlsValidationContextSdsTrust = Static<typeof VirtualGatewayTlsValidationContextSdsTrust>

/** Exactly one member. */
export const VirtualGatewayTlsValidationContextTrust = union('VirtualGatewayTlsValidationContextTrust', {
  acm: Type.Optional(VirtualGatewayTlsValidationContextAcmTrust),
  file: Type.Optional(VirtualGatewayTlsValidationContextFileTrust),
  sds: Type.Optional(VirtualGatewayTlsValidationContextSdsTrust),
})
export type VirtualGatewayTlsValidationContextTrust = Static<typeof VirtualGatewayTlsValidationContextTrust>

export const VirtualGatewayTlsValidationContext = shape('VirtualGatewayTlsValidationContext', {
  ...TlsValidationContext.properties,
  trust: VirtualGatewayTlsValidationContextTrust,
})
export type VirtualGatewayTlsValidationContext = Static<typeof VirtualGatewayTlsValidationContext>

/** Exactly one member. */
export const VirtualGatewayListenerTlsValidationContextTrust = union(
  'VirtualGatewayListenerTlsValidationContextTrust',
  {
    file: Type.Optional(VirtualGatewayTlsValidationContextFileTrust),
    sds: Type.Optional(VirtualGatewayTlsValidationContextSdsTrust),
  },
)
export type VirtualGatewayListenerTlsValidationContextTrust = Static<
  typeof VirtualGatewayListenerTlsValidationContextTrust
>

export const VirtualGatewayListenerTlsValidationContext = shape('VirtualGatewayListenerTlsValidationContext', {
  ...ListenerTlsValidationContext.properties,
  trust: VirtualGatewayListenerTlsValidationContextTrust,
})
export type VirtualGatewayListenerTlsValidationContext = Static<typeof VirtualGatewayListenerTlsValidationContext>

export const VirtualGatewayListenerTls = shape('VirtualGatewayListenerTls', {
  ...ListenerTls.properties,
  certificate: VirtualGatewayListenerTlsCertificate,
  validation: Type.Optional(VirtualGatewayListenerTlsValidationContext),
})
export type VirtualGatewayListenerTls = Static<typeof VirtualGatewayListenerTls>

/** Exactly one member. */
export const VirtualGatewayClientTlsCertificate = union('VirtualGatewayClientTlsCertificate', {
  file: Type.Optional(VirtualGatewayListenerTlsFileCertificate),
  sds: Type.Optional(VirtualGatewayListenerTlsSdsCertificate),
})
export type VirtualGatewayClientTlsCertificate = Static<typeof VirtualGatewayClientTlsCertificate>

export const VirtualGatewayClientPolicyTls = shape('VirtualGatewayClientPolicyTls', {
  ...ClientPolicyTls.properties,
  certificate: Type.Optional(VirtualGatewayClientTlsCertificate),
  validation: VirtualGatewayTlsValidationContext,
})
export type VirtualGatewayClientPolicyTls = Static<typeof VirtualGatewayClientPolicyTls>

export const VirtualGatewayClientPolicy = shape('VirtualGatewayClientPolicy', {
  tls: Type.Optional(VirtualGatewayClientPolicyTls),
})
export type VirtualGatewayClientPolicy = Static<typeof VirtualGatewayClientPolicy>
