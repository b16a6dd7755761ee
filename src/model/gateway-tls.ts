/** TLS of virtual gateways: App Mesh repeats the node's shapes under names of their own. */
import Type, { type Static } from 'typebox'
import { Arn, FilePath, PortNumber, SdsSecretName } from './scalars.js'
import { ListenerTlsMode, SubjectAlternativeNames } from './tls.js'

export const VirtualGatewayListenerTlsAcmCertificate = Type.Object({
  certificateArn: Arn,
})
export type VirtualGatewayListenerTlsAcmCertificate = Static<typeof VirtualGatewayListenerTlsAcmCertificate>

export const VirtualGatewayListenerTlsFileCertificate = Type.Object({
  certificateChain: FilePath,
  privateKey: FilePath,
})
export type VirtualGatewayListenerTlsFileCertificate = Static<typeof VirtualGatewayListenerTlsFileCertificate>

export const VirtualGatewayListenerTlsSdsCertificate = Type.Object({
  secretName: SdsSecretName,
})
export type VirtualGatewayListenerTlsSdsCertificate = Static<typeof VirtualGatewayListenerTlsSdsCertificate>

/** Exactly one member. */
export const VirtualGatewayListenerTlsCertificate = Type.Object({
  acm: Type.Optional(VirtualGatewayListenerTlsAcmCertificate),
  file: Type.Optional(VirtualGatewayListenerTlsFileCertificate),
  sds: Type.Optional(VirtualGatewayListenerTlsSdsCertificate),
})
export type VirtualGatewayListenerTlsCertificate = Static<typeof VirtualGatewayListenerTlsCertificate>

export const VirtualGatewayTlsValidationContextAcmTrust = Type.Object({
  certificateAuthorityArns: Type.Array(Arn, { minItems: 1, maxItems: 3 }),
})
export type VirtualGatewayTlsValidationContextAcmTrust = Static<typeof VirtualGatewayTlsValidationContextAcmTrust>

export const VirtualGatewayTlsValidationContextFileTrust = Type.Object({
  certificateChain: FilePath,
})
export type VirtualGatewayTlsValidationContextFileTrust = Static<typeof VirtualGatewayTlsValidationContextFileTrust>

export const VirtualGatewayTlsValidationContextSdsTrust = Type.Object({
  secretName: SdsSecretName,
})
export type VirtualGatewayTlsValidationContextSdsTrust = Static<typeof VirtualGatewayTlsValidationContextSdsTrust>

/** Exactly one member. */
export const VirtualGatewayTlsValidationContextTrust = Type.Object({
  acm: Type.Optional(VirtualGatewayTlsValidationContextAcmTrust),
  file: Type.Optional(VirtualGatewayTlsValidationContextFileTrust),
  sds: Type.Optional(VirtualGatewayTlsValidationContextSdsTrust),
})
export type VirtualGatewayTlsValidationContextTrust = Static<typeof VirtualGatewayTlsValidationContextTrust>

export const VirtualGatewayTlsValidationContext = Type.Object({
  subjectAlternativeNames: Type.Optional(SubjectAlternativeNames),
  trust: VirtualGatewayTlsValidationContextTrust,
})
export type VirtualGatewayTlsValidationContext = Static<typeof VirtualGatewayTlsValidationContext>

/** Exactly one member. */
export const VirtualGatewayListenerTlsValidationContextTrust = Type.Object({
  file: Type.Optional(VirtualGatewayTlsValidationContextFileTrust),
  sds: Type.Optional(VirtualGatewayTlsValidationContextSdsTrust),
})
export type VirtualGatewayListenerTlsValidationContextTrust = Static<
  typeof VirtualGatewayListenerTlsValidationContextTrust
>

export const VirtualGatewayListenerTlsValidationContext = Type.Object({
  subjectAlternativeNames: Type.Optional(SubjectAlternativeNames),
  trust: VirtualGatewayListenerTlsValidationContextTrust,
})
export type VirtualGatewayListenerTlsValidationContext = Static<typeof VirtualGatewayListenerTlsValidationContext>

export const VirtualGatewayListenerTls = Type.Object({
  certificate: VirtualGatewayListenerTlsCertificate,
  mode: ListenerTlsMode,
  validation: Type.Optional(VirtualGatewayListenerTlsValidationContext),
})
export type VirtualGatewayListenerTls = Static<typeof VirtualGatewayListenerTls>

/** Exactly one member. */
export const VirtualGatewayClientTlsCertificate = Type.Object({
  file: Type.Optional(VirtualGatewayListenerTlsFileCertificate),
  sds: Type.Optional(VirtualGatewayListenerTlsSdsCertificate),
})
export type VirtualGatewayClientTlsCertificate = Static<typeof VirtualGatewayClientTlsCertificate>

export const VirtualGatewayClientPolicyTls = Type.Object({
  certificate: Type.Optional(VirtualGatewayClientTlsCertificate),
  enforce: Type.Optional(Type.Boolean()),
  ports: Type.Optional(Type.Array(PortNumber)),
  validation: VirtualGatewayTlsValidationContext,
})
export type VirtualGatewayClientPolicyTls = Static<typeof VirtualGatewayClientPolicyTls>

export const VirtualGatewayClientPolicy = Type.Object({
  tls: Type.Optional(VirtualGatewayClientPolicyTls),
})
export type VirtualGatewayClientPolicy = Static<typeof VirtualGatewayClientPolicy>
