/** TLS of a listener, and the parts that client policies share with it. */
import Type, { type Static } from 'typebox'
import { Arn, FilePath, SdsSecretName } from './scalars.js'
import { shape, union } from './schema.js'

export const ListenerTlsMode = Type.Enum(['STRICT', 'PERMISSIVE', 'DISABLED'])
export type ListenerTlsMode = Static<typeof ListenerTlsMode>

export const SubjectAlternativeNameMatchers = shape('SubjectAlternativeNameMatchers', {
  exact: Type.Array(Type.String({ minLength: 1, maxLength: 254 })),
})
export type SubjectAlternativeNameMatchers = Static<typeof SubjectAlternativeNameMatchers>

export const SubjectAlternativeNames = shape('SubjectAlternativeNames', {
  match: SubjectAlternativeNameMatchers,
})
export type SubjectAlternativeNames = Static<typeof SubjectAlternativeNames>

export const ListenerTlsAcmCertificate = shape('ListenerTlsAcmCertificate', {
  certificateArn: Arn,
})
export type ListenerTlsAcmCertificate = Static<typeof ListenerTlsAcmCertificate>

export const ListenerTlsFileCertificate = shape('ListenerTlsFileCertificate', {
  certificateChain: FilePath,
  privateKey: FilePath,
})
export type ListenerTlsFileCertificate = Static<typeof ListenerTlsFileCertificate>

export const ListenerTlsSdsCertificate = shape('ListenerTlsSdsCertificate', {
  secretName: SdsSecretName,
})
export type ListenerTlsSdsCertificate = Static<typeof ListenerTlsSdsCertificate>

/** Exactly one member. */
export const ListenerTlsCertificate = union('ListenerTlsCertificate', {
  acm: Type.Optional(ListenerTlsAcmCertificate),
  file: Type.Optional(ListenerTlsFileCertificate),
  sds: Type.Optional(ListenerTlsSdsCertificate),
})
export type ListenerTlsCertificate = Static<typeof ListenerTlsCertificate>

export const TlsValidationContextAcmTrust = shape('TlsValidationContextAcmTrust', {
  certificateAuthorityArns: Type.Array(Arn, { minItems: 1, maxItems: 3 }),
})
export type TlsValidationContextAcmTrust = Static<typeof TlsValidationContextAcmTrust>

export const TlsValidationContextFileTrust = shape('TlsValidationContextFileTrust', {
  certificateChain: FilePath,
})
export type TlsValidationContextFileTrust = Static<typeof TlsValidationContextFileTrust>

export const TlsValidationContextSdsTrust = shape('TlsValidationContextSdsTrust', {
  secretName: SdsSecretName,
})
export type TlsValidationContextSdsTrust = Static<typeof TlsValidationContextSdsTrust>

/** Exactly one member. */
export const TlsValidationContextTrust = union('TlsValidationContextTrust', {
  acm: Type.Optional(TlsValidationContextAcmTrust),
  file: Type.Optional(TlsValidationContextFileTrust),
  sds: Type.Optional(TlsValidationContextSdsTrust),
})
export type TlsValidationContextTrust = Static<typeof TlsValidationContextTrust>

export const TlsValidationContext = shape('TlsValidationContext', {
  subjectAlternativeNames: Type.Optional(SubjectAlternativeNames),
  trust: TlsValidationContextTrust,
})
export type TlsValidationContext = Static<typeof TlsValidationContext>

/** Exactly one member. */
export const ListenerTlsValidationContextTrust = union('ListenerTlsValidationContextTrust', {
  file: Type.Optional(TlsValidationContextFileTrust),
  sds: Type.Optional(TlsValidationContextSdsTrust),
})
export type ListenerTlsValidationContextTrust = Static<typeof ListenerTlsValidationContextTrust>

export const ListenerTlsValidationContext = shape('ListenerTlsValidationContext', {
  subjectAlternativeNames: Type.Optional(SubjectAlternativeNames),
  trust: ListenerTlsValidationContextTrust,
})
export type ListenerTlsValidationContext = Static<typeof ListenerTlsValidationContext>

export const ListenerTls = shape('ListenerTls', {
  certificate: ListenerTlsCertificate,
  mode: ListenerTlsMode,
  validation: Type.Optional(ListenerTlsValidationContext),
})
export type ListenerTls = Static<typeof ListenerTls>
