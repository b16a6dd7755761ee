/** Rules for TLS of nodes and gateways (app-mesh-api.md section 7.7). */
import {
  VirtualGatewayListenerTlsAcmCertificate,
  VirtualGatewayListenerTlsSdsCertificate,
  VirtualGatewayTlsValidationContextAcmTrust,
  VirtualGatewayTlsValidationContextSdsTrust,
} from '../gateway-tls.js'
import type { Problem } from '../problem.js'
import {
  ListenerTlsAcmCertificate,
  ListenerTlsSdsCertificate,
  SubjectAlternativeNameMatchers,
  TlsValidationContextAcmTrust,
  TlsValidationContextSdsTrust,
} from '../tls.js'
import { demand, rule } from './shape-rule.js'
import { checkOneLine } from './text.js'

export const TLS_RULES = [
  rule(ListenerTlsAcmCertificate, checkCertificateArn),
  rule(VirtualGatewayListenerTlsAcmCertificate, checkCertificateArn),
  rule(TlsValidationContextAcmTrust, checkAuthorityArns),
  rule(VirtualGatewayTlsValidationContextAcmTrust, checkAuthorityArns),
  rule(ListenerTlsSdsCertificate, checkSecretName),
  rule(VirtualGatewayListenerTlsSdsCertificate, checkSecretName),
  rule(TlsValidationContextSdsTrust, checkSecretName),
  rule(VirtualGatewayTlsValidationContextSdsTrust, checkSecretName),
  rule(SubjectAlternativeNameMatchers, ({ exact }, path) =>
    exact.flatMap((name, index) => [
      ...demand(!name.includes('*'), `${path}.exact[${index}]`, 'must be a whole name: wildcards are not matched'),
      ...checkOneLine(name, `${path}.exact[${index}]`),
    ]),
  ),
]

/** `arn:partition:service:region:account:resource`, of whatever service: App Mesh itself asked ACM whether it is there. */
const ARN = /^arn:[^:,\s]+:[^:,\s]+:[^:,\s]*:[^:,\s]*:[^,\s]+$/

function checkArn(arn: string, path: string): Problem[] {
  return demand(ARN.test(arn), path, 'must be an ARN')
}

function checkCertificateArn({ certificateArn }: ListenerTlsAcmCertificate, path: string): Problem[] {
  return checkArn(certificateArn, `${path}.certificateArn`)
}

function checkAuthorityArns({ certificateAuthorityArns }: TlsValidationContextAcmTrust, path: string): Problem[] {
  return certificateAuthorityArns.flatMap((arn, index) => checkArn(arn, `${path}.certificateAuthorityArns[${index}]`))
}

/** Envoy refuses a secret without a name. */
function checkSecretName({ secretName }: ListenerTlsSdsCertificate, path: string): Problem[] {
  return demand(secretName !== '', `${path}.secretName`, 'must not be empty')
}
