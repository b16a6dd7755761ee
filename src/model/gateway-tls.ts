/** TLS of virtual gateways: App Mesh repeats the node's shapes under names of their own. */
import Type, { type Static } from 'typebox'
import { Arn, FilePath, PortNumber, SdsSecretName } from './scalars.js'
import { shape, union } from './schema.js'
import { ListenerTlsMode, SubjectAlternativeNames } from './tls.js'

export const VirtualGatewayListenerTlsAcmCertificate = shape('VirtualGatewayListenerTlsAcmCertificate', {
  certificateArn: Arn,
})
export type VirtualGatewayListenerTlsAcmCertificate = Static<typeof VirtualGatewayListenerTlsAcmCertificate>

export const VirtualGatewayListenerTlsFileCertificate = shape('VirtualGatewayListenerTlsFileCertificate', {
  certificateChain: FilePath,
  privateKey: FilePath,
})
export type VirtualGatewayListenerTlsFileCertificate = Static<typeof VirtualGatewayListenerTlsFileCertificate>

export const VirtualGatewayListenerTlsSdsCertificate = shape('VirtualGatewayListenerTlsSdsCertificate', {
  secretName: SdsSecretName,
})
export type VirtualGatewayListenerTlsSdsCertificate = Static<typeof VirtualGatewayListenerTlsSdsCertificate>

/** Exactly one member. */
export const VirtualGatewayListenerTlsCertificate = union('VirtualGatewayListenerTlsCertificate', {
  acm: Type.Optional(VirtualGatewayListenerTlsAcmCertificate),
  file: Type.Optional(VirtualGatewayListenerTlsFileCertificate),
  sds: Type.Optional(VirtualGatewayListenerTlsSdsCertificate),
})
export type VirtualGatewayListenerTlsCertificate = Static<typeof VirtualGatewayListenerTlsCertificate>

export const VirtualGatewayTlsValidationContextAcmTrust = shape('VirtualGatewayTlsValidationContextAcmTrust', {
  certificateAuthorityArns: Type.Array(Arn, { minItems: 1, maxItems: 3 }),
})
export type VirtualGatewayTlsValidationContextAcmTrust = Static<typeof VirtualGatewayTlsValidationContextAcmTrust>

export const VirtualGatewayTlsValidationContextFileTrust = shape('VirtualGatewayTlsValidationContextFileTrust', {
  certificateChain: FilePath,
})
export type VirtualGatewayTlsValidationContextFileTrust = Static<typeof VirtualGatewayTlsValidationContextFileTrust>

export const VirtualGatewayTlsValidationContextSdsTrust = shape('VirtualGatewayTlsValidationContextSdsTrust', {
  secretName: SdsSecretName,
})
export type VirtualGatewayTlsValidationContextSdsTrust = Static<typeof VirtualGatewayTlsValidationContextSdsTrust>

/** Exactly one member. */
export const VirtualGatewayTlsValidationContextTrust = union('VirtualGatewayTlsValidationContextTrust', {
  acm: Type.Optional(VirtualGatewayTlsValidationContextAcmTrust),
  file: Type.Optional(VirtualGatewayTlsValidationContextFileTrust),
  sds: Type.Optional(VirtualGatewayTlsValidationContextSdsTrust),
})
export type VirtualGatewayTlsValidationContextTrust = Static<typeof VirtualGatewayTlsValidationContextTrust>

export const VirtualGatewayTlsValidationContext = shape('VirtualGatewayTlsValidationContext', {
  subjectAlternativeNames: Type.Optional(SubjectAlternativeNames),
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
  subjectAlternativeNames: Type.Optional(SubjectAlternativeNames),
  trust: VirtualGatewayListenerTlsValidationContextTrust,
})
export type VirtualGatewayListenerTlsValidationContext = Static<typeof VirtualGatewayListenerTlsValidationContext>

export const VirtualGatewayListenerTls = shape('VirtualGatewayListenerTls', {
  certificate: VirtualGatewayListenerTlsCertificate,
  mode: ListenerTlsMode,
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
  certificate: Type.Optional(VirtualGatewayClientTlsCertificate),
  enforce: Type.Optional(Type.Boolean()),
  ports: Type.Optional(Type.Array(PortNumber)),
  validation: VirtualGatewayTlsValidationContext,
})
export type VirtualGatewayClientPolicyTls = Static<typeof VirtualGatewayClientPolicyTls>

export const VirtualGatewayClientPolicy = shape('VirtualGatewayClientPolicy', {
  tls: Type.Optional(VirtualGatewayClientPolicyTls),
})
export type VirtualGatewayClientPolicy = Static<typeof VirtualGatewayClientPolicy>
