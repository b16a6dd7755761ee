/** What the Get started wizard suggests and makes. */
import assert from 'node:assert/strict'
import { toDraft, valueAt, withValue } from '../../src/console/data/draft.js'
import { checkForm } from '../../src/console/data/form/check.js'
import { KIND_FORMS } from '../../src/console/data/form/kind-forms.js'
import { reviewForm } from '../../src/console/data/form/review.js'
import { bootstrapCommand } from '../../src/console/data/wizard/command.js'
import {
  listJobs,
  neighboursIn,
  placeIn,
  suggestRoute,
  suggestRouter,
  WIZARD_INITIAL,
  WIZARD_KINDS,
  type WizardDrafts,
} from '../../src/console/data/wizard/plan.js'

const named = (kind: keyof WizardDrafts, name: string) => withValue(WIZARD_INITIAL[kind], `${kind}Name`, name)

function nodeOf(protocol: string) {
  const spec = {
    serviceDiscovery: { dns: { hostname: 'h' } },
    listeners: [{ portMapping: { port: 9080, protocol }, timeout: { [protocol]: {} } }],
  }
  return toDraft(KIND_FORMS.virtualNode.create, { virtualNodeName: 'front', spec })
}

function drafts(protocol = 'http'): WizardDrafts {
  const virtualNode = nodeOf(protocol)
  return {
    mesh: named('mesh', 'shop'),
    virtualService: named('virtualService', 'front.local'),
    virtualNode,
    virtualRouter: suggestRouter(named('virtualRouter', 'router'), virtualNode),
    route: suggestRoute(named('route', 'all'), virtualNode),
  }
}

describe('the wizard', () => {
  for (const protocol of ['http', 'http2', 'grpc', 'tcp']) {
    it(`suggests a router and a route of ${protocol} that nothing is wrong with`, () => {
      const all = drafts(protocol)
      for (const kind of WIZARD_KINDS) {
        const neighbours = kind === 'route' ? neighboursIn(all) : undefined
        assert.deepEqual(checkForm(KIND_FORMS[kind], placeIn(all, kind), all[kind], neighbours), [], kind)
      }
      assert.ok(valueAt(all.route, `spec.${protocol}Route`))
    })
  }

  it('suggests nothing for a router from a node without listeners', () => {
    const router = named('virtualRouter', 'router')
    assert.equal(suggestRouter(router, { spec: {} }), router)
  })

  it('creates what others refer to first, and gives the service the router', () => {
    const jobs = listJobs(drafts())
    assert.deepEqual(
      jobs.map(({ kind, name, parentName }) => [kind, name, parentName]),
      [
        ['mesh', 'shop', undefined],
        ['virtualNode', 'front', undefined],
        ['virtualRouter', 'router', undefined],
        ['route', 'all', 'router'],
        ['virtualService', 'front.local', undefined],
      ],
    )
    assert.deepEqual(jobs[2]?.spec, { listeners: [{ portMapping: { port: 9080, protocol: 'http' } }] })
    assert.deepEqual(jobs[3]?.spec, {
      httpRoute: { action: { weightedTargets: [{ virtualNode: 'front', weight: 100 }] }, match: { prefix: '/' } },
    })
    assert.deepEqual(jobs[4]?.spec, { provider: { virtualRouter: { virtualRouterName: 'router' } } })
  })

  it('sums up a form by the labels of its fields', () => {
    assert.deepEqual(
      reviewForm(KIND_FORMS.route, drafts().route).map(({ label, value }) => [label, value]),
      [
        ['Route name', 'all'],
        ['Route type', 'http'],
        ['Target 1: virtual node', 'front'],
        ['Target 1: weight', '100'],
        ['Path', 'Prefix'],
        ['Value', '/'],
      ],
    )
  })

  it('sums up every type of field', () => {
    const retryPolicy = {
      maxRetries: 2,
      perRetryTimeout: { unit: 'ms', value: 5 },
      httpRetryEvents: ['server-error', 'odd'],
    }
    const match = { headers: [{ name: 'x', invert: true, match: { range: { start: 1, end: 2 } } }] }
    const draft = toDraft(KIND_FORMS.route.create, { spec: { httpRoute: { action: {}, match, retryPolicy } } })
    assert.deepEqual(
      reviewForm(KIND_FORMS.route, draft).map(({ label, value }) => `${label} = ${value}`),
      [
        'Route type = http',
        'Header 1: header name = x',
        'Header 1: match type = Range',
        'Header 1: from = 1',
        'Header 1: to = 2',
        'Header 1: invert = Yes',
        'Retry timeout = 5 ms',
        'Maximum retries = 2',
        'HTTP retry events = Server error (5xx), odd',
      ],
    )
  })

  it('quotes what a shell would take apart', () => {
    const command = bootstrapCommand({
      APPMESH_RESOURCE_ARN: "mesh/it's a/virtualNode/n",
      APPMESH_XDS_ENDPOINT: '127.0.0.1:18000',
    })
    assert.equal(
      command,
      "APPMESH_RESOURCE_ARN='mesh/it'\\''s a/virtualNode/n' \\\n  APPMESH_XDS_ENDPOINT=127.0.0.1:18000 \\\n  npx meshkeeper bootstrap --output envoy.yaml",
    )
  })
})
