/** What the fields of forms do to a draft. */
import assert from 'node:assert/strict'
import { fromDraft, toDraft, valueAt, type Draft } from '../../src/console/data/draft.js'
import {
  addRow,
  chooseOption,
  chosenOption,
  removeRow,
  setChoice,
  setValue,
  toggleGroup,
  toggleValue,
} from '../../src/console/data/form/edit.js'
import type { Field, KindForm } from '../../src/console/data/form/field.js'
import { KIND_FORMS } from '../../src/console/data/form/kind-forms.js'
import { sumWeights } from '../../src/console/data/form/route-form.js'
import { tokenSource } from '../../src/console/data/client-token.js'
import { unknownMembers } from '../../src/console/data/form/unknown.js'

const { virtualNode: NODE, route: ROUTE, gatewayRoute: GATEWAY_ROUTE, virtualService: SERVICE } = KIND_FORMS

/** The field of a form with this label, wherever it is. */
function fieldOf<Type extends Field['type']>(
  form: KindForm,
  type: Type,
  label: string,
): Extract<Field, { type: Type }> {
  const inside = (field: Field): Field[] => {
    if (field.type === 'rows' || field.type === 'group') return [field, ...field.fields.flatMap(inside)]
    if (field.type === 'member') return [field, ...field.options.flatMap(({ fields }) => fields.flatMap(inside))]
    if (field.type === 'byProtocol')
      return [field, ...Object.values(field.options).flatMap((fields) => fields.flatMap(inside))]
    return [field]
  }
  const all = form.sections.flatMap(({ fields }) => fields.flatMap(inside))
  const found = all.find((field) => field.type === type && field.label === label)
  assert.ok(found, `no field ${label}`)
  return found as Extract<Field, { type: Type }>
}

const subject = (form: KindForm, spec: object) => ({ schema: form.create, draft: toDraft(form.create, { spec }) })
const specIn = (form: KindForm, draft: Draft) => (fromDraft(form.create, draft) as { spec: unknown }).spec

describe('a choice between members', () => {
  const discovery = { field: fieldOf(NODE, 'member', 'Service discovery method'), base: 'spec' }
  const path = { field: fieldOf(ROUTE, 'member', 'Path'), base: 'spec.httpRoute' }
  const type = { field: fieldOf(ROUTE, 'member', 'Route type'), base: 'spec' }
  const target = { weightedTargets: [{ virtualNode: 'a', weight: 1 }] }

  it('makes the chosen member, and nothing else', () => {
    const draft = chooseOption(
      subject(NODE, { serviceDiscovery: { dns: { hostname: 'a' } } }),
      discovery,
      'awsCloudMap',
    )
    assert.deepEqual(specIn(NODE, draft), { serviceDiscovery: { awsCloudMap: {} } })
  })

  it('takes along what both members have', () => {
    const spec = { serviceDiscovery: { dns: { hostname: 'a', ipPreference: 'IPv6_ONLY' } } }
    const draft = chooseOption(subject(NODE, spec), discovery, 'awsCloudMap')
    assert.deepEqual(specIn(NODE, draft), { serviceDiscovery: { awsCloudMap: { ipPreference: 'IPv6_ONLY' } } })
  })

  it('removes everything for none', () => {
    const draft = chooseOption(subject(NODE, { serviceDiscovery: { dns: { hostname: 'a' } } }), discovery, undefined)
    assert.deepEqual(specIn(NODE, draft), {})
  })

  it('leaves the draft as it is when the chosen member is there already', () => {
    const before = subject(NODE, { serviceDiscovery: { dns: { hostname: 'a' } } })
    assert.equal(chooseOption(before, discovery, 'dns'), before.draft)
  })

  it('reads prefix and path as one, and takes the text along', () => {
    const before = subject(ROUTE, { httpRoute: { action: target, match: { prefix: '/a', method: 'GET' } } })
    assert.equal(chosenOption(before.draft, path)?.member, 'prefix')
    const exact = chooseOption(before, path, 'path.exact')
    assert.deepEqual(valueAt(exact, 'spec.httpRoute.match'), { method: 'GET', path: { exact: '/a' } })
    const none = chooseOption({ schema: ROUTE.create, draft: exact }, path, undefined)
    assert.deepEqual(valueAt(none, 'spec.httpRoute.match'), { method: 'GET' })
  })

  it('keeps targets, timeouts and priority when a route becomes one of another type', () => {
    const timeout = { idle: { unit: 's', value: 3 }, perRequest: { unit: 'ms', value: 5 } }
    const http = { action: target, match: { prefix: '/', port: 80, headers: [{ name: 'x' }] }, timeout }
    const tcp = chooseOption(subject(ROUTE, { httpRoute: http, priority: 3 }), type, 'tcpRoute')
    assert.deepEqual(specIn(ROUTE, tcp), {
      priority: 3,
      tcpRoute: { action: target, match: { port: 80 }, timeout: { idle: timeout.idle } },
    })
  })

  it('keeps a match that the API requires when its last member goes', () => {
    const before = subject(ROUTE, { httpRoute: { action: target, match: { prefix: '/' } } })
    assert.deepEqual(valueAt(chooseOption(before, path, undefined), 'spec.httpRoute.match'), {})
  })

  it('finds each rewrite of a path', () => {
    const rewriting = { field: fieldOf(GATEWAY_ROUTE, 'member', 'Rewrite of the path'), base: 'spec.httpRoute' }
    const rewrites = {
      'prefix.value': { prefix: { value: '/' } },
      'path.exact': { path: { exact: '/' } },
      'prefix.defaultPrefix': { prefix: { defaultPrefix: 'DISABLED' } },
    }
    for (const [member, rewrite] of Object.entries(rewrites)) {
      const { draft } = subject(GATEWAY_ROUTE, { httpRoute: { action: { rewrite } } })
      assert.equal(chosenOption(draft, rewriting)?.member, member)
    }
  })
})

describe('a change of protocol', () => {
  const listener = (protocol: string, rest: object) => ({
    listeners: [{ portMapping: { port: 80, protocol }, ...rest }],
  })
  const field = fieldOf(NODE, 'choice', 'Protocol')
  const base = 'spec.listeners[0]'

  it('takes pool and timeouts of the listener along as far as the new protocol has them', () => {
    const http = { perRequest: { unit: 's', value: 1 }, idle: { unit: 's', value: 2 } }
    const before = subject(
      NODE,
      listener('http', { connectionPool: { http: { maxConnections: 5, maxPendingRequests: 6 } }, timeout: { http } }),
    )
    const draft = setChoice(before, { field, base }, 'tcp')
    const expected = listener('tcp', {
      connectionPool: { tcp: { maxConnections: 5 } },
      timeout: { tcp: { idle: http.idle } },
    })
    assert.deepEqual(specIn(NODE, draft), expected)
  })

  it('adds nothing to a listener without pool and timeouts', () => {
    const draft = setChoice(subject(NODE, listener('http', {})), { field, base }, 'grpc')
    assert.deepEqual(specIn(NODE, draft), listener('grpc', {}))
  })

  it('removes the path of a health check that has none any more', () => {
    const check = fieldOf(NODE, 'choice', 'Health check protocol')
    const before = subject(NODE, listener('http', { healthCheck: { protocol: 'http', path: '/ping' } }))
    const at = { field: check, base: `${base}.healthCheck` }
    assert.deepEqual(valueAt(setChoice(before, at, 'http2'), `${base}.healthCheck`), {
      protocol: 'http2',
      path: '/ping',
    })
    assert.deepEqual(valueAt(setChoice(before, at, 'tcp'), `${base}.healthCheck`), { protocol: 'tcp' })
  })
})

describe('rows, groups and values', () => {
  const listeners = { field: fieldOf(NODE, 'rows', 'Listeners'), base: 'spec' }

  it('adds a row as new ones are, after the others', () => {
    const draft = addRow(subject(NODE, { listeners: [{ portMapping: { port: 1, protocol: 'tcp' } }] }), listeners)
    assert.deepEqual(specIn(NODE, draft), {
      listeners: [{ portMapping: { port: 1, protocol: 'tcp' } }, { portMapping: { protocol: 'http' } }],
    })
  })

  const REMOVALS: readonly {
    name: string
    form: KindForm
    spec: object
    base: string
    path: string
    expect: object
  }[] = [
    {
      name: 'one of several',
      form: NODE,
      spec: { backends: [{}, { virtualService: {} }] },
      base: 'spec',
      path: 'backends',
      expect: { backends: [{ virtualService: {} }] },
    },
    {
      name: 'the last one of a list that may be absent',
      form: NODE,
      spec: { backends: [{}] },
      base: 'spec',
      path: 'backends',
      expect: {},
    },
    {
      name: 'the last one of a list that is required',
      form: ROUTE,
      spec: { tcpRoute: { action: { weightedTargets: [{}] } } },
      base: 'spec.tcpRoute',
      path: 'action.weightedTargets',
      expect: { tcpRoute: { action: { weightedTargets: [] } } },
    },
    {
      name: 'the last one of a list that its field stands for',
      form: NODE,
      spec: { logging: { accessLog: { file: { path: '/a', format: { json: [{}] } } } } },
      base: 'spec.logging.accessLog.file.format.json',
      path: '',
      expect: { logging: { accessLog: { file: { path: '/a', format: { json: [] } } } } },
    },
  ]
  for (const { name, form, spec, base, path, expect } of REMOVALS) {
    it(`removes ${name}`, () => assert.deepEqual(specIn(form, removeRow(subject(form, spec), base, path, 0)), expect))
  }

  it('makes a group and takes it away without a trace', () => {
    const tls = { field: fieldOf(NODE, 'group', 'TLS'), base: 'spec' }
    const on = toggleGroup(subject(NODE, {}), tls, true)
    assert.deepEqual(specIn(NODE, on), { backendDefaults: { clientPolicy: { tls: { validation: {} } } } })
    assert.deepEqual(specIn(NODE, toggleGroup({ schema: NODE.create, draft: on }, tls, false)), {})
  })

  it('keeps an own client policy without TLS apart from none', () => {
    const base = 'spec.backends[0]'
    const override = { field: fieldOf(NODE, 'group', 'TLS settings'), base }
    const on = toggleGroup(
      subject(NODE, { backends: [{ virtualService: { virtualServiceName: 'a' } }] }),
      override,
      true,
    )
    assert.deepEqual(valueAt(on, `${base}.virtualService`), { virtualServiceName: 'a', clientPolicy: {} })
  })

  it('adds and removes values of a set, the others in their order', () => {
    const before = subject(ROUTE, { httpRoute: { retryPolicy: { httpRetryEvents: ['stream-error', 'server-error'] } } })
    const at = 'spec.httpRoute.retryPolicy'
    const added = toggleValue(before, at, 'httpRetryEvents', 'client-error', true)
    assert.deepEqual(valueAt(added, `${at}.httpRetryEvents`), ['stream-error', 'server-error', 'client-error'])
    const removed = toggleValue({ ...before, draft: added }, at, 'httpRetryEvents', 'stream-error', false)
    assert.deepEqual(valueAt(removed, `${at}.httpRetryEvents`), ['server-error', 'client-error'])
  })

  it('removes a set with its last value', () => {
    const before = subject(ROUTE, { httpRoute: { retryPolicy: { tcpRetryEvents: ['connection-error'] } } })
    const draft = toggleValue(before, 'spec.httpRoute.retryPolicy', 'tcpRetryEvents', 'connection-error', false)
    assert.deepEqual(valueAt(draft, 'spec.httpRoute.retryPolicy'), {})
  })

  it('removes a text that is emptied, and the records that this empties', () => {
    const path = 'logging.accessLog.file.path'
    const written = setValue(subject(NODE, {}), 'spec', path, '/dev/stdout')
    assert.deepEqual(specIn(NODE, written), { logging: { accessLog: { file: { path: '/dev/stdout' } } } })
    assert.deepEqual(specIn(NODE, setValue({ schema: NODE.create, draft: written }, 'spec', path, undefined)), {})
  })
})

describe('the sum of weights', () => {
  const CASES: readonly { weights: readonly string[]; expect: string }[] = [
    { weights: ['100'], expect: 'Sum of the weights: 100' },
    { weights: ['1', '1'], expect: 'Sum of the weights: 2. Shares of the requests: 50%, 50%' },
    { weights: ['90', '10'], expect: 'Sum of the weights: 100. Shares of the requests: 90%, 10%' },
    { weights: ['1', '2'], expect: 'Sum of the weights: 3. Shares of the requests: 33.3%, 66.7%' },
    { weights: ['90', ''], expect: 'Sum of the weights: 90' },
    { weights: ['0', '0'], expect: 'Sum of the weights: 0' },
  ]
  for (const { weights, expect } of CASES) {
    it(`says for ${weights.join(' and ')}: ${expect}`, () =>
      assert.equal(sumWeights(weights.map((weight) => ({ weight }))), expect))
  }
})

describe('client tokens', () => {
  let made = 0
  const tokens = tokenSource((bytes) => bytes.fill(made++))

  it('stay the same for the same request, and differ for another', () => {
    const first = tokens.tokenFor({ a: 1 })
    assert.match(first, /^[0-9a-f]{32}$/)
    assert.equal(tokens.tokenFor({ a: 1 }), first)
    assert.notEqual(tokens.tokenFor({ a: 2 }), first)
  })
})

describe('members that the model does not have', () => {
  it('are found wherever they are', () => {
    const spec = { provider: { virtualNode: { virtualNodeName: 'a', port: 1 } }, extra: {} }
    assert.deepEqual(unknownMembers(SERVICE.create, { spec, tags: [{ key: 'k', value: '', more: 1 }] }), [
      'spec.provider.virtualNode.port',
      'spec.extra',
      'tags[0].more',
    ])
  })
})
