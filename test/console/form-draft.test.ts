/** Drafts of forms: what goes in comes out, limits are the server's, and edits change what they should and nothing else. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { fromDraft, toDraft, valueAt, withoutValue, withValue, type Draft } from '../../src/console/data/draft.js'
import { KIND_FORMS } from '../../src/console/data/form/kind-forms.js'
import { checkSchema } from '../../src/console/data/schema-check.js'
import { describeViolations } from '../../src/model/violation.js'
import { meshArbitrary } from '../property/mesh-arbitrary.js'
import { RECORDINGS, recordedSpecs, specsOf, type NamedSpec } from './specs.js'

const NODE = KIND_FORMS.virtualNode.create

describe('the draft of a form', () => {
  it('gives back every valid spec as it was', () => {
    fc.assert(
      fc.property(meshArbitrary, (mesh) => specsOf(mesh).filter(isExact).forEach(assertRoundTrip)),
      { numRuns: 200 },
    )
  })

  for (const recording of RECORDINGS) {
    it(`gives back every spec of the recorded mesh ${recording}`, () => {
      const specs = recordedSpecs(recording)
      assert.ok(specs.length > 4)
      specs.forEach(assertRoundTrip)
    })
  }

  it('keeps absent and empty apart, and what it does not know', () => {
    const spec = {
      logging: {},
      listeners: [],
      backendDefaults: { clientPolicy: {} },
      invented: { by: ['somebody', 7] },
    }
    assertRoundTrip({ kind: 'virtualNode', name: 'n', spec })
    assertRoundTrip({ kind: 'virtualNode', name: 'n', spec: {} })
  })

  const NUMBERS: readonly { text: string; expect: unknown }[] = [
    { text: '8080', expect: 8080 },
    { text: ' 80 ', expect: 80 },
    { text: '-1', expect: -1 },
    { text: '8o', expect: '8o' },
    { text: '1.5', expect: '1.5' },
    { text: '1e3', expect: '1e3' },
    { text: '99999999999999999999', expect: '99999999999999999999' },
    { text: '', expect: '' },
  ]
  for (const { text, expect } of NUMBERS) {
    it(`sends ${JSON.stringify(text)} in a field for numbers as ${JSON.stringify(expect)}`, () => {
      const path = 'spec.listeners[0].portMapping.port'
      assert.equal(valueAt(fromDraft(NODE, withValue({}, path, text)) as Draft, path), expect)
    })
  }
})

describe('removing from a draft', () => {
  const CASES: readonly { name: string; draft: Draft; path: string; keep: string; expect: Draft }[] = [
    {
      name: 'takes along the records that it leaves empty',
      draft: { spec: { logging: { accessLog: { file: { path: '/dev/stdout' } } } } },
      path: 'spec.logging.accessLog.file.path',
      keep: 'spec',
      expect: { spec: {} },
    },
    {
      name: 'leaves what was empty before',
      draft: { spec: { logging: {}, backends: [] } },
      path: 'spec.logging.accessLog.file.path',
      keep: 'spec',
      expect: { spec: { logging: {}, backends: [] } },
    },
    {
      name: 'stops at what has more in it',
      draft: { spec: { logging: { accessLog: { file: { path: '/a', format: { text: 'x' } } } } } },
      path: 'spec.logging.accessLog.file.path',
      keep: 'spec',
      expect: { spec: { logging: { accessLog: { file: { format: { text: 'x' } } } } } },
    },
    {
      name: 'keeps what it is told to',
      draft: { spec: { listeners: [{ tls: { mode: 'STRICT' } }] } },
      path: 'spec.listeners[0].tls.mode',
      keep: 'spec.listeners[0].tls',
      expect: { spec: { listeners: [{ tls: {} }] } },
    },
    {
      name: 'takes along records that are required, up to one that is not',
      draft: {
        spec: {
          backendDefaults: {
            clientPolicy: { tls: { validation: { subjectAlternativeNames: { match: { exact: ['a'] } }, trust: {} } } },
          },
        },
      },
      path: 'spec.backendDefaults.clientPolicy.tls.validation.subjectAlternativeNames.match.exact',
      keep: 'spec.backendDefaults.clientPolicy.tls.validation',
      expect: { spec: { backendDefaults: { clientPolicy: { tls: { validation: { trust: {} } } } } } },
    },
    {
      name: 'removes one item of a list',
      draft: { spec: { backends: [{ virtualService: {} }, {}] } },
      path: 'spec.backends[0]',
      keep: 'spec',
      expect: { spec: { backends: [{}] } },
    },
  ]
  for (const { name, draft, path, keep, expect } of CASES) {
    it(name, () => assert.deepEqual(withoutValue(NODE, draft, path, keep), expect))
  }

  it('keeps a record that is required even when it is empty', () => {
    const draft = { spec: { httpRoute: { match: { prefix: '/' } } } }
    const expected = { spec: { httpRoute: { match: {} } } }
    assert.deepEqual(
      withoutValue(KIND_FORMS.route.create, draft, 'spec.httpRoute.match.prefix', 'spec.httpRoute'),
      expected,
    )
  })
})

describe('the check of a form against schemas', () => {
  const compiled = new Map(Object.values(KIND_FORMS).map(({ create }) => [create, Compile(create)]))

  it('says of a number that is no integer and too small both', () => {
    const schema = KIND_FORMS.virtualNode.create
    const healthCheck = {
      protocol: 'http',
      intervalMillis: 1.5,
      timeoutMillis: 2000,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    }
    const spec = { listeners: [{ portMapping: { port: 80, protocol: 'http' }, healthCheck }] }
    const problems = checkSchema(schema, { meshName: 'm', virtualNodeName: 'n', spec })
    assert.deepEqual(problems.map(({ message }) => message).sort(), [
      'must be an integer',
      'must be between 5000 and 300000',
    ])
  })

  it('says of broken specs what the server says of them', () => {
    fc.assert(
      fc.property(meshArbitrary, fc.infiniteStream(fc.nat()), (mesh, numbers) => {
        for (const { kind, name, spec } of specsOf(mesh)) {
          const schema = KIND_FORMS[kind].create
          const input = breakOne({ meshName: 'm', [`${kind}Name`]: name, spec }, () => Number(numbers.next().value))
          const validator = compiled.get(schema)!
          const expected = validator.Check(input) ? [] : describeViolations(schema, validator.Errors(input))
          assert.deepEqual(sortProblems(checkSchema(schema, input)), sortProblems(expected))
        }
      }),
      { numRuns: 200 },
    )
  })
})

/** Other values for members, of right and wrong types, inside of limits and outside. */
const OTHERS: readonly unknown[] = [
  '',
  'x'.repeat(300),
  -1,
  70000,
  1.5,
  true,
  {},
  [],
  [{}],
  'GET',
  '😀'.repeat(255),
  ' ',
]

/** `value` with one member, somewhere in it, removed or replaced. */
function breakOne(value: unknown, next: () => number): unknown {
  if (typeof value !== 'object' || value === null || next() % 4 === 0) return OTHERS[next() % OTHERS.length]
  const entries = Object.entries(value as Readonly<Record<string, unknown>>)
  if (entries.length === 0) return OTHERS[next() % OTHERS.length]
  const at = next() % entries.length
  const changed = entries.flatMap(([name, member], index) => {
    if (index !== at) return [[name, member] as const]
    return next() % 5 === 0 ? [] : [[name, breakOne(member, next)] as const]
  })
  return Array.isArray(value) ? changed.map(([, item]) => item) : Object.fromEntries(changed)
}

function sortProblems(problems: readonly { path: string; message: string }[]): string[] {
  return problems.map(({ path, message }) => `${path} ${message}`).sort()
}

/** Random meshes go one beyond the numbers that JSON has exactly, and that the API takes. */
function isExact({ spec }: NamedSpec): boolean {
  return !JSON.stringify(spec).includes(String(Number.MAX_SAFE_INTEGER + 1))
}

function assertRoundTrip({ kind, name, spec }: NamedSpec): void {
  const { create } = KIND_FORMS[kind]
  const json = { [`${kind}Name`]: name, spec, tags: [{ key: 'k', value: '' }] }
  assert.deepEqual(fromDraft(create, toDraft(create, json)), json)
}
