/** Where Cloud Map's documented rules say more than the model's constraints, and values that satisfy all of them. Sections of cloud-map-api.md. */
import type { LimitBook, Rule } from '../../aws-api/boundaries/subject.js'

const KEYS = {
  size: 'must have keys of at most 255 characters',
  pattern: 'must have keys of printable characters without spaces',
}
const label = (length: number) => 'x'.repeat(length)

/** By the name of the member: each means the same wherever it is. */
const RULES: Readonly<Record<string, Rule>> = {
  Attributes: { keys: KEYS },
  'Attributes{}': { samples: { taken: ['~', 'k8s.io/pod'], refused: ['a b', ' a', 'a\tb', 'a\n'] } },
  /** Section 3.1: may be empty, and have spaces within. */
  'Attributes[]': {
    min: 0,
    samples: { taken: ['a b', 'a\tb', 'a ', '~'], refused: [' a', '\ta', 'a\nb', 'a\0', 'a\x7f', ' '] },
  },
  CreatorRequestId: { min: 0 },
  Description: { min: 0 },
  /** Section 6. */
  DnsRecords: { max: 2, text: 'must be A, AAAA, A and AAAA, SRV or CNAME' },
  InstanceId: { samples: { taken: ['a/b:c.d@e_f-9', '10.0.0.1', 'fd00::1'], refused: ['', 'a b', 'a#', 'a\n'] } },
  NamespaceName: { samples: { taken: ['~', 'arn:a'], refused: ['', 'a b'] } },
  NextToken: { foreign: 'is not a token that this listing returned' },
  ServiceName: {
    min: 1,
    max: 127,
    text: 'must match the pattern',
    samples: {
      taken: ['_a_', 'a-b.c', '.', label(63), `${label(63)}.${label(63)}`],
      refused: ['a b', '-a', 'a-', 'a.', '.a', 'a..b', label(64), '..'],
    },
  },
  OwnerAccount: { min: 12 },
  /** Section 10: 50 in prose, 200 in the shape. */
  Tags: { max: 50, excess: { code: 'TooManyTagsException', text: /at most 50 tags/ } },
  Value: { min: 0 },
}

const BY_SHAPE: Readonly<Record<string, Rule>> = {
  'CreateHttpNamespaceRequest.Name': { samples: { taken: ['~', 'a.b'], refused: ['', 'a b', 'arn:a'] } },
  'CreatePrivateDnsNamespaceRequest.Name': { samples: { taken: ['~', 'a.b'], refused: ['', 'a b', 'arn:a'] } },
  'CreatePublicDnsNamespaceRequest.Name': {
    min: 3,
    samples: {
      taken: [`${label(63)}.a`, 'a.9'],
      refused: ['', 'a', 'a.', '.a', 'a..b', '-a.b', 'a-.b', 'a_b.c', `${label(64)}.a`],
    },
  },
  'CreateServiceRequest.Name': RULES['ServiceName']!,
  'NamespaceFilter.Condition': { enum: ['EQ', 'IN', 'BEGINS_WITH'], text: 'must be EQ or IN for TYPE' },
  'OperationFilter.Condition': { enum: ['EQ', 'IN', 'BETWEEN'], text: 'must be EQ or IN for TYPE' },
  'ServiceFilter.Condition': { enum: ['EQ'], text: 'must be EQ for NAMESPACE_ID' },
  'ServiceFilter.Values': { min: 1, max: 1, text: 'must have 1 for EQ' },
  'UpdateServiceAttributesRequest.Attributes': { keys: { size: KEYS.size } },
  'UpdateServiceAttributesRequest.Attributes[]': { min: 0 },
}

const PARAMETERS = /^(Query|Optional)Parameters/

export const CLOUD_MAP_LIMITS: LimitBook = {
  rule: (key) => BY_SHAPE[key] ?? RULES[memberOf(key).replace(PARAMETERS, 'Attributes')],
  text: textOf,
  list: (key, item, length) => Array.from({ length }, (_, index) => (ITEMS[memberOf(key)] ?? (() => item))(index)),
}

function memberOf(key: string): string {
  return key.replace(/^\w+\./, '')
}

function textOf(key: string, length: number): string {
  const make = TEXTS[key] ?? TEXTS[memberOf(key)]
  return make ? make(length) : 'x'.repeat(length)
}

/** Labels of one letter. */
const host = (length: number) => 'a.'.repeat(length).slice(0, length).replace(/\.$/, 'b')

const TEXTS: Readonly<Record<string, ((length: number) => string) | undefined>> = {
  'CreatePublicDnsNamespaceRequest.Name': host,
  'CreateServiceRequest.Name': host,
  OwnerAccount: (length) => '9'.repeat(length),
  ServiceName: host,
}

const ITEMS: Readonly<Record<string, ((index: number) => unknown) | undefined>> = {
  DnsRecords: (index) => ({ Type: index % 2 === 0 ? 'A' : 'AAAA', TTL: 60 }),
  TagKeys: (index) => `k${index}`,
  Tags: (index) => ({ Key: `k${index}`, Value: '' }),
}
