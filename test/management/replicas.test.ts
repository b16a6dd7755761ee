/** Two servers on one PostgreSQL: each tells of the Envoys of both. */
import assert from 'node:assert/strict'
import { isDeepStrictEqual, promisify } from 'node:util'
import { Client, credentials } from '@grpc/grpc-js'
import { plainService } from '../../src/codec/services.js'
import type { ProxyStatus } from '../../src/control/proxy-registry.js'
import type { ProxyConfig } from '../../src/management/proxy-config.js'
import type { ProxiesAnswer } from '../../src/management/proxies.js'
import { eventually } from '../envoy/eventually.js'
import { requirePostgres, type PostgresCluster } from '../store/postgres-cluster.js'
import { LDS } from '../xds/harness.js'
import { World } from './world.js'

const FRONT = 'mesh/shop/virtualNode/front'
const API = 'mesh/shop/virtualNode/api'
const { FetchClientStatus } = plainService('envoy.service.status.v3.ClientStatusDiscoveryService')

interface ClientStatus {
  config: {
    node: { id: string; user_agent_version: string }
    generic_xds_configs: {
      name: string
      type_url: string
      config_status: string
      version_info: string
      error_state: { details: string } | null
      last_updated: { seconds: number } | null
    }[]
  }[]
}

describe('Envoys of several replicas', function () {
  this.timeout(60_000)
  let cluster: PostgresCluster | undefined
  let here: World
  let there: World
  const worlds: World[] = []
  const refusals = new Map<string, string>()

  before(async function () {
    cluster = await requirePostgres(this)
    const store = await cluster.newAddress()
    here = await World.start({ store })
    there = await World.start({ store })
    worlds.push(here, there)
    await here.writeShop()
    await here.connect(FRONT)
    await eventually({ what: 'the mesh at the other replica' }, async () => (await ask(there)).appliedRevision >= 4)
    await there.connect(API, { version: '1.36.2', reject: refusals })
  })
  after(async () => {
    await Promise.all(worlds.map((world) => world.close()))
    await cluster?.stop()
  })

  const ask = async (world: World, path = '/proxies'): Promise<ProxiesAnswer> => {
    const { status, body } = await world.get(path)
    assert.equal(status, 200, JSON.stringify(body))
    return body as ProxiesAnswer
  }
  const nodes = ({ proxies }: ProxiesAnswer): string[] => proxies.map(({ nodeId }) => nodeId)
  const theirs = async (world: World, node: string): Promise<ProxyStatus> => {
    const { proxies } = await ask(world, `/proxies?node=${encodeURIComponent(node)}`)
    assert.equal(proxies.length, 1)
    return proxies[0]!
  }
  const seen = (what: string, holds: (status: ProxyStatus) => boolean) =>
    eventually({ what }, async () => {
      const [status] = (await ask(here, `/proxies?node=${encodeURIComponent(API)}`)).proxies
      return status !== undefined && holds(status)
    })
  const settled = async (): Promise<void> => {
    const { appliedRevision } = await ask(there)
    await seen('the Envoy of the other replica in step', ({ revision, types }) => {
      return revision === appliedRevision && types.length > 1 && types.every(({ state }) => state === 'SYNCED')
    })
  }

  it('are all told by each, with the replica that they are connected to', async () => {
    await settled()
    await eventually({ what: 'both Envoys at both' }, async () =>
      (await Promise.all([ask(here), ask(there)])).every((answer) => nodes(answer).join() === [API, FRONT].join()),
    )
    const [api, front] = (await ask(here)).proxies
    assert.notEqual(api?.replica, front?.replica)
    assert.equal(api?.replica, (await theirs(there, API)).replica)
    assert.deepEqual(nodes(await ask(here, '/proxies?mesh=shop')), [API, FRONT])
    assert.deepEqual(nodes(await ask(here, '/proxies?mesh=other')), [])
    assert.equal((await ask(here)).notice, undefined)
  })

  it('have the same status wherever it is asked for', async () => {
    await settled()
    const withoutAges = (status: ProxyStatus): unknown =>
      JSON.parse(JSON.stringify(status, (key, value: unknown) => (key.endsWith('Millis') ? typeof value : value)))
    assert.deepEqual(withoutAges(await theirs(here, API)), withoutAges(await theirs(there, API)))
    const age = (await theirs(there, API)).connectedForMillis - (await theirs(here, API)).connectedForMillis
    assert.ok(Math.abs(age) < 2000, `${age} ms apart`)
  })

  it('are found by every name', async () => {
    await settled()
    const arn = (await theirs(here, API)).resource?.arn ?? ''
    for (const name of [API, 'shop/api', 'api', arn])
      assert.deepEqual(nodes(await ask(here, `/proxies/${encodeURIComponent(name)}`)), [API], name)
    const { body } = await here.get('/proxies/apj')
    assert.match(JSON.stringify(body), /no Envoy of apj is connected.*did you mean.*api/)
  })

  it('show what they were sent', async () => {
    await settled()
    const config = async (world: World): Promise<ProxyConfig> =>
      (await world.get('/proxies/api/config')).body as ProxyConfig
    const summary = ({ types }: ProxyConfig) => types.map(({ typeUrl, resources }) => ({ typeUrl, resources }))
    assert.deepEqual(summary(await config(here)), summary(await config(there)))
  })

  it('tell of rejections, and when they are over', async () => {
    refusals.set(LDS, 'no such listener')
    await here.put('meshes/shop/virtualNodes/api', {
      spec: {
        listeners: [{ portMapping: { port: 9090, protocol: 'http' } }],
        serviceDiscovery: { dns: { hostname: 'api' } },
      },
    })
    await seen('the rejection', ({ state }) => state === 'NACKED')
    const nacked = (await theirs(here, API)).types.find(({ typeUrl }) => typeUrl === LDS)
    assert.equal(nacked?.error, 'no such listener')
    const { config } = await fetchClientStatus(here)
    const listener = config
      .find(({ node }) => node.id === API)
      ?.generic_xds_configs.find(({ type_url }) => type_url === LDS)
    assert.equal(listener?.config_status, 'ERROR')
    assert.equal(listener.error_state?.details, 'no such listener')
    refusals.clear()
    await here.put('meshes/shop/virtualNodes/api', {
      spec: {
        listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
        serviceDiscovery: { dns: { hostname: 'api' } },
      },
    })
    await seen('no rejection', ({ state }) => state === 'SYNCED')
  })

  it('are told over gRPC too', async () => {
    await settled()
    const contents = async (world: World) =>
      (await fetchClientStatus(world)).config
        .map(({ node, generic_xds_configs: configs }) => ({
          node: node.id,
          version: node.user_agent_version,
          configs: configs
            .map(({ name, config_status, version_info }) => `${name} ${config_status} ${version_info}`)
            .sort(),
        }))
        .sort((a, b) => (a.node < b.node ? -1 : 1))
    await eventually({ what: 'the same answer from both' }, async () => {
      const [one, other] = [await contents(there), await contents(here)]
      return isDeepStrictEqual(one, other)
    })
    const [api] = await contents(here)
    assert.equal(api?.version, '1.36.2')
    assert.ok(api.configs.length > 0)
    for (const config of api.configs) assert.match(config, / SYNCED /)
  })

  it('disappear when they go', async () => {
    const envoy = await there.connect('mesh/shop/virtualNode/front', { version: '1.39.0' })
    await eventually({ what: 'a third Envoy' }, async () => (await ask(here)).proxies.length === 3)
    envoy.close()
    await eventually({ what: 'two Envoys' }, async () => (await ask(here)).proxies.length === 2)
  })

  it('disappear with their replica when that says goodbye', async () => {
    const store = await (cluster ?? assert.fail()).newAddress()
    const [a, b] = [await World.start({ store }), await World.start({ store })]
    try {
      await a.writeShop()
      await eventually({ what: 'the mesh at the other replica' }, async () => (await ask(b)).appliedRevision >= 4)
      await b.connect(API)
      await eventually({ what: 'the Envoy of the other' }, async () => nodes(await ask(a)).join() === API)
      await b.close()
      await eventually({ what: 'nobody' }, async () => (await ask(a)).proxies.length === 0)
    } finally {
      await a.close()
    }
  })

  it('are said to be unknown while the database is away, and one does not lose sight of its own', async () => {
    const own = cluster ?? assert.fail()
    await own.kill()
    await eventually({ what: 'a notice' }, async () => (await ask(here)).notice !== undefined)
    const answer = await ask(here)
    assert.deepEqual(nodes(answer), [FRONT])
    assert.match(answer.notice ?? '', /other replicas are not known/)
    await own.start()
    await eventually({ what: 'both again' }, async () => nodes(await ask(here)).join() === [API, FRONT].join())
    assert.equal((await ask(here)).notice, undefined)
  })
})

async function fetchClientStatus(world: World): Promise<ClientStatus> {
  const client = new Client(`127.0.0.1:${world.xdsPort}`, credentials.createInsecure())
  const { path, requestSerialize, responseDeserialize } = FetchClientStatus!
  const call = promisify<ClientStatus>((done) =>
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize as (bytes: Buffer) => ClientStatus,
      {},
      (error, answer) => done(error, answer as ClientStatus),
    ),
  )
  try {
    return await call()
  } finally {
    client.close()
  }
}
