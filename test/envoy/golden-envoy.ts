/** An Envoy that is there to judge configurations: it takes them from a GoldenAds, and carries no traffic. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SDS_CLUSTER } from '../../src/translate/names.js'
import { GoldenAds, type XdsResources } from './golden-ads.js'
import { withoutWaiting } from './golden-files.js'
import { Child } from './process.js'

const NOTHING = { clusters: [], endpoints: [], listeners: [], routes: [] }

export class GoldenEnvoy {
  readonly #ads: GoldenAds
  readonly #child: Child
  readonly #directory: string

  private constructor(ads: GoldenAds, child: Child, directory: string) {
    this.#ads = ads
    this.#child = child
    this.#directory = directory
  }

  static async start(binary: string): Promise<GoldenEnvoy> {
    const ads = new GoldenAds()
    const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-goldens-'))
    const config = join(directory, 'envoy.json')
    await writeFile(config, JSON.stringify(bootstrap(await ads.start())))
    const options = ['--concurrency', '1', '--disable-hot-restart', '--drain-time-s', '1', '-l', 'warn']
    const child = new Child({ command: [binary, '-c', config, ...options], logFile: join(directory, 'envoy.log') })
    const envoy = new GoldenEnvoy(ads, child, directory)
    // An Envoy that starts with clusters asks for listeners only when their names are resolved.
    await envoy.load(NOTHING)
    return envoy
  }

  /** Resolves when Envoy has taken all of `resources`; rejects with its own words when it refuses some. */
  async load(resources: XdsResources): Promise<void> {
    await this.#child.assertRunning('Envoy')
    const { clusters, listeners } = resources
    await this.#ads.load({
      ...resources,
      clusters: clusters.map(withoutWaiting),
      listeners: listeners.map(withoutWaiting),
    })
  }

  async stop(): Promise<void> {
    await this.#child.stop('SIGKILL')
    this.#ads.stop()
    await rm(this.#directory, { recursive: true, force: true })
  }
}

function bootstrap(port: number): object {
  const ads = { ads: {}, resource_api_version: 'V3' }
  return {
    node: { id: 'mesh/golden/virtualNode/golden', cluster: 'golden' },
    dynamic_resources: {
      cds_config: ads,
      lds_config: ads,
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'ads' } }],
      },
    },
    static_resources: {
      clusters: [
        grpcCluster('ads', { socket_address: { address: '127.0.0.1', port_value: port } }),
        // Nobody answers there: secrets are asked for, and never come.
        grpcCluster(SDS_CLUSTER, { pipe: { path: '/nowhere/sds.sock' } }),
      ],
    },
  }
}

function grpcCluster(name: string, address: object): object {
  return {
    name,
    type: 'STATIC',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  }
}
