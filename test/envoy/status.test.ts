/** What meshkeeper says that an Envoy has is what the Envoy says that it has: on the command line, over CSDS and in the metrics. */
import assert from 'node:assert/strict'
import { Client, credentials } from '@grpc/grpc-js'
import { toJson, type Json } from '../../src/codec/json.js'
import { plainService } from '../../src/codec/services.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import { eventually } from './eventually.js'
import { backends, httpRoute, listener, serverNode } from './mesh-writer.js'
import { useWorld } from './world.js'

const SERVICE = 'shop.local'
const FRONT = 'mesh/shop/virtualNode/front'
const NO_SUCH = '/no/such/directory/access.log'
const CSDS = plainService('envoy.service.status.v3.ClientStatusDiscoveryService')

interface GenericXdsConfig {
  type_url: string
  name: string
  version_info: string
  config_status: string
  client_status: string
  xds_config: { type_url: string; value: Buffer } | null
  error_state: { details: string; version_info: string } | null
}

interface Dump {
  configs: { version_info?: string; dynamic_active_clusters?: { version_info: string }[] }[]
}

/** A resource as Envoy dumps it, less the type of the Any that it stands in. */
function withoutType(resource: object): { name: string } {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => name !== '@type')) as { name: string }
}

describe('the status of a real Envoy', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    await mesh.mesh()
    await mesh.node('v1', serverNode('v1', listener('http', 8080)))
    await mesh.routedService(SERVICE, 'http', 8080)
    await mesh.route(SERVICE, 'all', httpRoute({ v1: 100 }))
    await mesh.node('front', { backends: backends(SERVICE) })
    await world.startPods({ front: {} })
  })
  const front = () => world.pod('front')
  const environment = () => ({ MESHKEEPER_ADMIN: `http://${world.keeper.xdsHost}:4081` })
  const cli = (...args: string[]) => world.keeper.command(args, environment())
  const logTo = (path: string) =>
    world.mesh.node('front', { backends: backends(SERVICE), logging: { accessLog: { file: { path } } } })

  /** What a tool gets that asks about this Envoy. */
  async function clientStatus(): Promise<GenericXdsConfig[]> {
    const { FetchClientStatus: fetch } = CSDS
    const client = new Client(`${world.keeper.xdsHost}:${world.keeper.xdsPort}`, credentials.createInsecure())
    const request = { node_matchers: [{ node_id: { suffix: '/front' } }] }
    const answer = await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        fetch!.path,
        fetch!.requestSerialize,
        fetch!.responseDeserialize,
        request,
        (error, value) => (error ? reject(error) : resolve(value)),
      )
    }).finally(() => client.close())
    const { config } = answer as { config: { node: { id: string }; generic_xds_configs: GenericXdsConfig[] }[] }
    assert.deepEqual(
      config.map(({ node }) => node.id),
      [FRONT],
    )
    return config[0]!.generic_xds_configs
  }

  it('is SYNCED when it has accepted everything', async () => {
    const row = await eventually({ what: 'SYNCED' }, async () => {
      const lines = (await cli('proxy-status')).split('\n').map((line) => line.split(/ {2,}/))
      assert.deepEqual(lines[0]?.slice(0, 6), ['NAME', 'CDS', 'LDS', 'EDS', 'RDS', 'VERSION'])
      return lines[1]?.[4] === 'SYNCED' && lines[1]
    })
    assert.deepEqual(row.slice(0, 5), ['shop/front', 'SYNCED', 'SYNCED', '-', 'SYNCED'])
    const { body } = await front().envoy.admin('/server_info')
    const { version } = JSON.parse(body) as { version: string }
    assert.equal(row[5], version.split('/')[1])
  })

  for (const noun of ['clusters', 'listeners', 'routes'] as const)
    it(`shows the very ${noun} that the Envoy has`, async () => {
      const sent = JSON.parse(await cli('proxy-config', 'front', noun, '-o', 'json')) as { name: string }[]
      const held = [...(await front().envoy.config())[noun].values()].map(withoutType)
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
      assert.ok(sent.length > 0)
      assert.deepEqual(sent.sort(byName), held.sort(byName))
    })

  it('is told over CSDS in the versions that the Envoy has', async () => {
    const configs = await clientStatus()
    for (const { config_status, client_status, name } of configs)
      assert.deepEqual([name, config_status, client_status], [name, 'SYNCED', 'ACKED'])
    const clusters = configs.filter(({ type_url }) => type_url === TYPE_URL.cluster)
    const { body } = await front().envoy.admin('/config_dump')
    const section = (JSON.parse(body) as Dump).configs.find(({ dynamic_active_clusters: found }) => found)
    assert.deepEqual(new Set(clusters.map(({ version_info }) => version_info)), new Set([section?.version_info]))
    const config = clusters.find(({ name }) => name.includes('v1'))!.xds_config!
    assert.equal((toJson(config.type_url, config.value) as { [name: string]: Json })['type'], 'LOGICAL_DNS')
  })

  it('is NACKED, with the Envoy’s reason, when it has rejected something', async () => {
    await logTo(NO_SUCH)
    const text = await eventually({ what: 'the rejection' }, async () => {
      const shown = await cli('proxy-status')
      return shown.includes('NACKED') && shown
    })
    assert.match(text, /^shop\/front +SYNCED +NACKED +- +SYNCED/m)
    assert.match(
      text,
      /^shop\/front \S+ rejected listeners \d+s ago, version [0-9a-f]{16}:\n(?: {2}.*\n)*.*no\/such\/directory/m,
    )

    const rejected = (await clientStatus()).filter(({ config_status }) => config_status === 'ERROR')
    assert.deepEqual(new Set(rejected.map(({ type_url }) => type_url)), new Set([TYPE_URL.listener]))
    for (const { client_status, error_state } of rejected) {
      assert.equal(client_status, 'NACKED')
      assert.match(error_state!.details, /no\/such\/directory/)
    }
    const metrics = await (await fetch(`${environment().MESHKEEPER_ADMIN}/metrics`)).text()
    assert.match(metrics, /^meshkeeper_proxies\{state="nacked"\} 1$/m)
    assert.match(metrics, /^meshkeeper_xds_nack_total\{type="Listener"\} 1$/m)
  })

  it('is SYNCED again after the correction', async () => {
    await logTo('/dev/stdout')
    await eventually({ what: 'SYNCED' }, async () => !(await cli('proxy-status')).includes('NACKED'))
    for (const { config_status, error_state } of await clientStatus())
      assert.deepEqual([config_status, error_state], ['SYNCED', null])
  })
})
