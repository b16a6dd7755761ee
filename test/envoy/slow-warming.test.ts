/** Envoy withholds its answer to clusters while any of them warms. One that takes long must not keep newer ones, and traffic, from it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createMuteServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  buildKeyedSource,
  buildSnapshot,
  parseResource,
  serveXds,
  SnapshotCache,
  type EncodedResource,
} from '../../src/xds/index.js'
import { CDS, LDS, RDS } from '../xds/harness.js'
import type { Envoy } from './envoy.js'
import { eventually } from './eventually.js'
import { requireEnvoy } from './install.js'
import { startBareEnvoy } from './local-envoy.js'

const EXTENSIONS = 'type.googleapis.com/envoy.extensions'
/** Far longer than the test. */
const NEVER = '60s'

const addressOf = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } })
const assignmentOf = (name: string, port: number) => ({
  cluster_name: name,
  endpoints: [{ lb_endpoints: [{ endpoint: { address: addressOf(port) } }] }],
})

function cluster(name: string, port: number, more: object = {}): EncodedResource {
  const load_assignment = assignmentOf(name, port)
  return parseResource({ '@type': CDS, name, type: 'STATIC', connect_timeout: '1s', load_assignment, ...more })
}

const checked = {
  health_checks: [
    { timeout: NEVER, interval: NEVER, unhealthy_threshold: 1, healthy_threshold: 1, http_health_check: { path: '/' } },
  ],
}

const listener = parseResource({
  '@type': LDS,
  name: 'listener',
  address: addressOf(0),
  filter_chains: [
    {
      filters: [
        {
          name: 'envoy.filters.network.http_connection_manager',
          typed_config: {
            '@type': `${EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
            stat_prefix: 'ingress',
            rds: { config_source: { ads: {}, resource_api_version: 'V3' }, route_config_name: 'routes' },
            http_filters: [
              {
                name: 'envoy.filters.http.router',
                typed_config: { '@type': `${EXTENSIONS}.filters.http.router.v3.Router` },
              },
            ],
          },
        },
      ],
    },
  ],
})

const routesTo = (name: string): EncodedResource =>
  parseResource({
    '@type': RDS,
    name: 'routes',
    virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: name } }] }],
  })

function bootstrap(xdsPort: number, apiType: string): object {
  const ads = { ads: {}, resource_api_version: 'V3' }
  const options = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  const http2 = { '@type': `type.googleapis.com/${options}`, explicit_http_config: { http2_protocol_options: {} } }
  return {
    node: { id: 'node-1', cluster: 'test' },
    admin: { address: addressOf(0) },
    dynamic_resources: {
      lds_config: ads,
      cds_config: ads,
      ads_config: {
        api_type: apiType,
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds' } }],
      },
    },
    static_resources: {
      clusters: [
        {
          name: 'xds',
          type: 'STATIC',
          connect_timeout: '1s',
          typed_extension_protocol_options: { [options]: http2 },
          load_assignment: assignmentOf('xds', xdsPort),
        },
      ],
    },
  }
}

describe('a cluster that takes long to warm', function () {
  this.timeout(60_000)
  let binary: string
  let directory: string
  let servers: Server[]
  const portOf = (server: Server | undefined) => (server?.address() as AddressInfo).port

  before(async function () {
    binary = await requireEnvoy(this)
    directory = await mkdtemp(join(tmpdir(), 'meshkeeper-slow-warming-'))
    const answering = ['one', 'two'].map((name) => createServer((_request, response) => response.end(name)))
    servers = [...answering, createMuteServer((socket) => socket.on('error', () => undefined))]
    for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  after(async () => {
    for (const server of servers) server.close()
    await rm(directory, { recursive: true })
  })

  async function listenerUrl(envoy: Envoy): Promise<string> {
    const { body } = await envoy.admin('/listeners?format=json')
    const { listener_statuses } = JSON.parse(body) as {
      listener_statuses: [{ local_address: ReturnType<typeof addressOf> }]
    }
    return `http://127.0.0.1:${listener_statuses[0].local_address.socket_address.port_value}/`
  }

  for (const apiType of ['GRPC', 'DELTA_GRPC']) {
    it(`lets traffic move to a newer one without a failed request (${apiType})`, async () => {
      const [one, two, mute] = servers.map(portOf) as [number, number, number]
      const cache = new SnapshotCache()
      let revision = 0
      const publish = (...resources: EncodedResource[]) => cache.publish('all', buildSnapshot(resources, ++revision))
      publish(cluster('one', one), listener, routesTo('one'))
      const acked: string[] = []
      const xds = await serveXds({
        source: buildKeyedSource(cache, () => 'all'),
        address: { host: '127.0.0.1', port: 0 },
        limits: { holdMillis: 500 },
        events: { onAck: (_stream, typeUrl) => acked.push(typeUrl) },
      })
      const { port } = xds.address as { port: number }
      const args = ['--disable-hot-restart', '--concurrency', '1']
      const envoy = await startBareEnvoy({ binary, bootstrap: bootstrap(port, apiType), directory, args })
      try {
        await envoy.ready()
        const url = await listenerUrl(envoy)
        const answers: string[] = []
        const answer = async (): Promise<string> => {
          const response = await fetch(url)
          const text = response.status === 200 ? await response.text() : String(response.status)
          answers.push(text)
          return text
        }
        assert.equal(await answer(), 'one')
        acked.length = 0
        publish(cluster('one', one), cluster('mute', mute, checked), listener, routesTo('one'))
        await eventually(
          { what: 'the warming cluster' },
          async () => (await envoy.stat('cluster_manager.warming_clusters')) === 1,
        )
        publish(cluster('one', one), cluster('mute', mute, checked), cluster('two', two), listener, routesTo('two'))
        await eventually({ what: 'an answer of the newer cluster' }, async () => (await answer()) === 'two')
        assert.deepEqual([...new Set(answers)], ['one', 'two'])
        assert.equal(acked.includes(CDS), false, 'the clusters are not answered yet')
      } finally {
        await envoy.child.stop('SIGKILL')
        await xds.close()
      }
    })
  }
})
