/** TLS of listeners and client policies, the same for nodes and gateways. */
import type { Field, GroupField, MemberField, MemberOption } from './field.js'

const FILES: MemberOption = {
  member: 'file',
  label: 'Local file hosting',
  description: 'Files on the disk of the Envoy.',
  initial: {},
  fields: [
    {
      type: 'text',
      path: 'certificateChain',
      label: 'Certificate chain',
      description: 'Path of the certificate chain in the file system of the Envoy.',
      placeholder: '/keys/cert_chain.pem',
    },
    {
      type: 'text',
      path: 'privateKey',
      label: 'Private key',
      description: 'Path of the private key in the file system of the Envoy.',
      placeholder: '/keys/key.pem',
    },
  ],
}

const SECRET: MemberOption = {
  member: 'sds',
  label: 'Envoy Secret Discovery Service (SDS) hosting',
  description: 'A secret that an SDS server beside the Envoy knows.',
  initial: {},
  fields: [
    {
      type: 'text',
      path: 'secretName',
      label: 'Secret name',
      description: 'The name under which the SDS server has the secret.',
    },
  ],
}

const CERTIFICATE_BY_ARN: MemberOption = {
  member: 'acm',
  label: 'AWS Certificate Manager (ACM) hosting',
  description: 'A certificate by its ARN. The certificate directory of meshkeeper maps ARNs to files.',
  initial: {},
  fields: [{ type: 'text', path: 'certificateArn', label: 'Certificate ARN', placeholder: 'arn:aws:acm:…' }],
}

const TRUSTED_FILE: MemberOption = {
  ...FILES,
  fields: [
    {
      type: 'text',
      path: 'certificateChain',
      label: 'Certificate chain of the authority',
      description: 'Path of the trusted certificates in the file system of the Envoy.',
      placeholder: '/keys/ca_bundle.pem',
    },
  ],
}

const AUTHORITIES_BY_ARN: MemberOption = {
  member: 'acm',
  label: 'AWS Private Certificate Authority hosting',
  description: 'Up to three authorities by their ARNs. The certificate directory of meshkeeper maps ARNs to files.',
  initial: {},
  fields: [
    {
      type: 'values',
      path: 'certificateAuthorityArns',
      label: 'Certificate authority ARNs',
      add: 'Add authority',
      item: 'Authority ARN',
      placeholder: 'arn:aws:acm-pca:…',
    },
  ],
}

const NAMES: Field = {
  type: 'values',
  path: 'subjectAlternativeNames.match.exact',
  label: 'Subject Alternative Names',
  description: 'The certificate must have one of these names. Whole names: wildcards are not matched.',
  add: 'Add SAN',
  item: 'SAN',
  placeholder: 'service.example.com',
}

function trust(options: readonly MemberOption[]): MemberField {
  return { type: 'member', path: 'trust', label: 'Validation method', as: 'radio', options }
}

/** What a node or gateway demands of the services that it calls. Below a `clientPolicy`. */
export const CLIENT_TLS: readonly Field[] = [
  {
    type: 'flag',
    path: 'enforce',
    label: 'Enforce TLS',
    description: 'Calls go out over TLS or not at all.',
    default: true,
  },
  {
    type: 'values',
    path: 'ports',
    label: 'Ports',
    description: 'The policy holds for these ports of the services; for all ports when there is none.',
    add: 'Add port',
    item: 'Port',
  },
  {
    type: 'group',
    path: 'validation',
    label: 'Certificates of the services',
    fields: [trust([AUTHORITIES_BY_ARN, SECRET, TRUSTED_FILE]), NAMES],
  },
  {
    type: 'member',
    path: 'certificate',
    label: 'Provide client certificate',
    description: 'What the services get to see when they ask for a certificate (mutual TLS).',
    as: 'radio',
    none: 'No client certificate',
    options: [SECRET, FILES],
  },
]

/** The TLS policy that holds for every call. */
export const CLIENT_POLICY_DEFAULTS: GroupField = {
  type: 'group',
  path: 'backendDefaults.clientPolicy.tls',
  label: 'TLS',
  toggle: 'Use TLS for calls to services',
  initial: { validation: {} },
  fields: CLIENT_TLS,
}

/** TLS that ends at a listener. */
export const LISTENER_TLS: GroupField = {
  type: 'group',
  path: 'tls',
  label: 'TLS termination',
  toggle: 'Enable TLS termination',
  initial: { mode: 'STRICT', certificate: {} },
  fields: [
    {
      type: 'choice',
      path: 'mode',
      label: 'Mode',
      as: 'radio',
      labels: { STRICT: 'Strict', PERMISSIVE: 'Permissive', DISABLED: 'Disabled' },
      descriptions: {
        STRICT: 'Only connections with TLS.',
        PERMISSIVE: 'Connections with and without TLS.',
        DISABLED: 'Only connections without TLS.',
      },
    },
    {
      type: 'member',
      path: 'certificate',
      label: 'Certificate method',
      as: 'radio',
      options: [CERTIFICATE_BY_ARN, SECRET, FILES],
    },
    {
      type: 'group',
      path: 'validation',
      label: 'Client certificates',
      toggle: 'Require client certificates',
      initial: { trust: {} },
      fields: [trust([SECRET, TRUSTED_FILE]), NAMES],
    },
  ],
}
