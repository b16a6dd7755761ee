/** Every way of an Envoy to meshkeeper that a bootstrap can describe: both images, over TCP, TLS and Unix sockets. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { BootstrapInput } from '../../src/bootstrap/bootstrap.js'
import type { MergeContents } from '../../src/bootstrap/merge.js'
import type { Environment } from '../../src/bootstrap/variables.js'
import { compose, type Running } from '../../src/server/compose.js'
import { loadConfig } from '../../src/server/config.js'
import { buildLogger } from '../../src/server/logger.js'
import { Authority, type Certificate } from './authority.js'
import type { Envoy } from './envoy.js'
import { eventually } from './eventually.js'
import { NEWEST, OLDEST, requireEnvoy } from './install.js'
import { startLocalEnvoy, withoutIam } from './local-envoy.js'
import { MeshWriter } from './mesh-writer.js'

const NODE = { APPMESH_RESOURCE_ARN: 'arn:aws:appmesh:us-east-1:000000000000:mesh/shop/virtualNode/cart' }
const RESOURCES = '../../envoy-bootstrap/app-mesh-image/resources.yaml'
const SETUP_TIMEOUT_MS = 60_000
const TEST_TIMEOUT_MS = 60_000

/** A server on free ports. */
function serve(flags: Readonly<Record<string, string>>): Promise<Running> {
  const loopback = { api: '127.0.0.1:0', xds: '127.0.0.1:0', admin: '127.0.0.1:0', store: 'sqlite::memory:' }
  const { config } = loadConfig({ flags: { ...loopback, ...flags }, environment: {} })
  return compose(config, buildLogger('silent'))
}

async function writeMesh(running: Running): Promise<void> {
  const mesh = new MeshWriter(`http://127.0.0.1:${portOf(running, 'api')}`, 'shop')
  try {
    await mesh.mesh()
    await mesh.node('cart', {
      listeners: [{ portMapping: { protocol: 'http', port: 8080 } }],
      serviceDiscovery: { dns: { hostname: 'cart.internal' } },
    })
  } finally {
    mesh.client.destroy()
  }
}

function portOf(running: Running, name: 'api' | 'xds'): number {
  const address = running.addresses[name]
  assert.ok(address.kind === 'tcp')
  return address.port
}

describe('ways to meshkeeper', () => {
  let directory: string
  let authority: Authority
  let certificate: Certificate
  let running: Running | undefined
  let envoy: Envoy | undefined

  before(async function () {
    this.timeout(SETUP_TIMEOUT_MS)
    directory = await mkdtemp(join(tmpdir(), 'meshkeeper-ways-'))
    authority = await Authority.create(directory)
    certificate = await authority.issue('server', ['DNS:localhost', 'DNS:meshkeeper.internal', 'IP:127.0.0.1'])
  })
  after(() => rm(directory, { recursive: true }))
  afterEach(async () => {
    await envoy?.child.stop('SIGKILL')
    await running?.close()
    envoy = running = undefined
  })

  const tls = () => ({ xdsTlsCert: certificate.certFile, xdsTlsKey: certificate.keyFile })
  const unix = () => ({ xds: `unix://${directory}/xds.sock` })

  interface Way {
    readonly name: string
    readonly image: BootstrapInput['image']
    readonly flags: () => Record<string, string>
    readonly environment: (port: () => number) => Environment
    readonly files?: (port: () => number) => Promise<MergeContents>
  }
  const WAYS: Way[] = [
    {
      name: 'google_grpc over TLS',
      image: 'app-mesh',
      flags: tls,
      environment: (port) => ({
        APPMESH_XDS_ENDPOINT: `localhost:${port()}`,
        AWS_REGION: 'us-east-1',
        ENVOY_XDS_CA_FILE: authority.caFile,
      }),
    },
    {
      name: 'google_grpc over a Unix socket',
      image: 'app-mesh',
      flags: unix,
      environment: () => ({ APPMESH_XDS_ENDPOINT: `unix://${directory}/xds.sock` }),
    },
    {
      name: 'envoy_grpc by name',
      image: 'stock',
      flags: () => ({}),
      environment: (port) => ({ APPMESH_XDS_ENDPOINT: `localhost:${port()}` }),
    },
    {
      name: 'envoy_grpc, incremental',
      image: 'stock',
      flags: () => ({}),
      environment: (port) => ({ APPMESH_XDS_ENDPOINT: `127.0.0.1:${port()}`, ENVOY_XDS_PROTOCOL: 'delta' }),
    },
    {
      name: 'envoy_grpc over TLS by name',
      image: 'stock',
      flags: tls,
      environment: (port) => ({
        APPMESH_XDS_ENDPOINT: `127.0.0.1:${port()}`,
        ENVOY_XDS_CA_FILE: authority.caFile,
        ENVOY_XDS_SERVER_NAME: 'meshkeeper.internal',
      }),
    },
    {
      name: 'envoy_grpc over TLS by address',
      image: 'stock',
      flags: tls,
      environment: (port) => ({
        APPMESH_XDS_ENDPOINT: `127.0.0.1:${port()}`,
        ENVOY_XDS_CA_FILE: authority.caFile,
      }),
    },
    {
      name: 'envoy_grpc over a Unix socket',
      image: 'stock',
      flags: unix,
      environment: () => ({ APPMESH_XDS_ENDPOINT: `unix://${directory}/xds.sock` }),
    },
    {
      name: 'ENVOY_RESOURCES_CONFIG_FILE in the App Mesh image',
      image: 'app-mesh',
      flags: () => ({}),
      environment: () => ({
        APPMESH_XDS_ENDPOINT: 'replaced.by.the.file:443',
        AWS_REGION: 'us-east-1',
        ENVOY_RESOURCES_CONFIG_FILE: 'resources.yaml',
      }),
      files: async (port) => {
        const sample = await readFile(join(import.meta.dirname, RESOURCES), 'utf8')
        const text = sample.replaceAll('meshkeeper.internal', '127.0.0.1').replaceAll('18000', String(port()))
        return { ENVOY_RESOURCES_CONFIG_FILE: parse(text) as unknown }
      },
    },
  ]

  for (const version of [OLDEST, NEWEST]) {
    describe(`Envoy ${version}`, () => {
      let binary: string
      before(async function () {
        binary = await requireEnvoy(this, version)
      })

      for (const { name, image, flags, environment, files = () => Promise.resolve({}) } of WAYS) {
        it(`${name} brings the configuration`, async function () {
          this.timeout(TEST_TIMEOUT_MS)
          const server = (running = await serve(flags()))
          await writeMesh(server)
          const port = () => portOf(server, 'xds')
          const input = { image, environment: { ...NODE, ...environment(port) }, files: await files(port) }
          envoy = await startLocalEnvoy({ binary, input, directory, adapt: withoutIam })
          await envoy.ready()
          const config = await envoy.config()
          assert.ok(config.listeners.has('lds_ingress_0.0.0.0_15000'), [...config.listeners.keys()].join())
          assert.ok(config.clusters.has('cds_ingress_shop_cart_http_8080'), [...config.clusters.keys()].join())
          assert.deepEqual(await rejected(envoy), new Map())
        })
      }

      it("answers the agent's question for local_cluster", async function () {
        this.timeout(TEST_TIMEOUT_MS)
        running = await serve(unix())
        await writeMesh(running)
        const environment = { ...NODE, APPMESH_XDS_ENDPOINT: `unix://${directory}/xds.sock` }
        const started = (envoy = await startLocalEnvoy({
          binary,
          input: { image: 'app-mesh', environment },
          directory,
        }))
        await eventually({ what: 'an assignment for local_cluster', timeoutMs: TEST_TIMEOUT_MS }, async () => {
          return (await started.stat('cluster.local_cluster.update_success')) > 0
        })
        assert.equal(await started.stat('cluster.local_cluster.membership_total'), 0)
      })

      it('refuses a server that shows another name', async function () {
        this.timeout(TEST_TIMEOUT_MS)
        const server = (running = await serve(tls()))
        await writeMesh(server)
        const environment = {
          ...NODE,
          APPMESH_XDS_ENDPOINT: `127.0.0.1:${portOf(server, 'xds')}`,
          ENVOY_XDS_CA_FILE: authority.caFile,
          ENVOY_XDS_SERVER_NAME: 'someone.else',
        }
        const started = (envoy = await startLocalEnvoy({ binary, input: { image: 'stock', environment }, directory }))
        await eventually({ what: 'a refused certificate', timeoutMs: TEST_TIMEOUT_MS }, async () => {
          return (await started.stat('cluster.meshkeeper_xds.ssl.fail_verify_san')) > 0
        })
        assert.equal(await started.stat('control_plane.connected_state'), 0)
      })
    })
  }
})

/** The counters of rejected updates that are not zero. */
async function rejected(envoy: Envoy): Promise<Map<string, number>> {
  const counters = await envoy.stats('update_rejected$')
  return new Map([...counters].filter(([, count]) => count > 0))
}
