import assert from 'node:assert/strict'
import { buildAdmin, type ReadinessCheck } from '../../src/server/admin.js'
import { buildMetrics } from '../../src/server/metrics.js'
import { VERSION } from '../../src/server/version.js'

function build(checks: ReadinessCheck[] = []) {
  const metrics = buildMetrics()
  const extend: Parameters<typeof buildAdmin>[0]['extend'] = (app) => app.get('/proxies', () => ['p'])
  return { metrics, app: buildAdmin({ checks, registry: metrics.registry, extend }) }
}

describe('admin listener', () => {
  it('is alive', async () => {
    const answer = await build().app.inject('/healthz')
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(answer.json(), { status: 'ok' })
  })

  const holds: ReadinessCheck = { name: 'store', check: () => undefined }
  const cases: { name: string; checks: ReadinessCheck[]; status: number; expect: object }[] = [
    { name: 'all hold', checks: [holds], status: 200, expect: { status: 'ready', checks: { store: 'ok' } } },
    {
      name: 'one has a reason',
      checks: [holds, { name: 'meshes', check: async () => 'loading' }],
      status: 503,
      expect: { status: 'not ready', checks: { store: 'ok', meshes: 'loading' } },
    },
    {
      name: 'one rejects',
      checks: [{ name: 'store', check: () => Promise.reject(new Error('the disk is full')) }],
      status: 503,
      expect: { status: 'not ready', checks: { store: 'the disk is full' } },
    },
    {
      name: 'one throws',
      checks: [
        {
          name: 'store',
          check: () => {
            throw new Error('oh')
          },
        },
      ],
      status: 503,
      expect: { status: 'not ready', checks: { store: 'oh' } },
    },
  ]
  for (const { name, checks, status, expect } of cases)
    it(`is ${status === 200 ? 'ready' : 'not ready'} when ${name}`, async () => {
      const answer = await build(checks).app.inject('/readyz')
      assert.equal(answer.statusCode, status)
      assert.deepEqual(answer.json(), expect)
    })

  it('is ready for Envoys while writes cannot be taken', async () => {
    const store: ReadinessCheck = { name: 'store', forWritesOnly: true, check: () => 'the database is away' }
    const { app } = build([store, { name: 'meshes', check: () => undefined }])
    assert.equal((await app.inject('/readyz')).statusCode, 503)
    const answer = await app.inject('/readyz/xds')
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(answer.json(), { status: 'ready', checks: { meshes: 'ok' } })
  })

  it('is not ready for Envoys before it knows the meshes', async () => {
    const { app } = build([{ name: 'meshes', check: () => 'the meshes are being loaded' }])
    assert.equal((await app.inject('/readyz/xds')).statusCode, 503)
  })

  it('is not held up by a check that hangs', async function () {
    this.timeout(10_000)
    const answer = await build([{ name: 'store', check: () => new Promise(() => undefined) }]).app.inject('/readyz')
    assert.equal(answer.statusCode, 503)
    assert.match(answer.json<{ checks: { store: string } }>().checks.store, /not done after 2000 ms/)
  })

  it('tells its version', async () => {
    const answer = await build().app.inject('/version')
    assert.deepEqual(answer.json(), { name: 'meshkeeper', version: VERSION, node: process.version })
    assert.match(VERSION, /^\d+\.\d+\.\d+/)
  })

  it('has room for more', async () => assert.deepEqual((await build().app.inject('/proxies')).json(), ['p']))

  it('answers 404 to anything else', async () => assert.equal((await build().app.inject('/')).statusCode, 404))
})

describe('metrics', () => {
  it('are what the rooms reported', async () => {
    const { metrics, app } = build()
    metrics.onRequest('CreateMesh', 200, 0.003)
    metrics.onWrite(0.002, true)
    metrics.onWrite(0.002, false)
    metrics.onTranslated({}, 0.001, false)
    metrics.onApplied(7)
    metrics.followHead(async () => 9)
    const answer = await app.inject('/metrics')
    assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/)
    const lines = answer.body.split('\n')
    for (const line of [
      `meshkeeper_build_info{version="${VERSION}",node_version="${process.version}"} 1`,
      'meshkeeper_api_requests_total{operation="CreateMesh",code="200"} 1',
      'meshkeeper_api_request_duration_seconds_bucket{le="0.005",operation="CreateMesh"} 1',
      'meshkeeper_api_request_duration_seconds_bucket{le="0.0025",operation="CreateMesh"} 0',
      'meshkeeper_store_write_duration_seconds_count{result="committed"} 1',
      'meshkeeper_store_write_duration_seconds_count{result="rolled_back"} 1',
      'meshkeeper_translation_seconds_count{result="ok"} 1',
      'meshkeeper_applied_revision 7',
      'meshkeeper_store_head_revision 9',
    ])
      assert.ok(lines.includes(line), line)
    assert.match(answer.body, /^process_cpu_seconds_total /m)
  })

  it('survive a store that is away', async () => {
    const { metrics, app } = build()
    metrics.followHead(() => Promise.reject(new Error('away')))
    const { statusCode, body } = await app.inject('/metrics')
    assert.equal(statusCode, 200)
    assert.match(body, /^meshkeeper_store_head_revision Nan$/im)
  })
})
