/** Many Envoys of one xDS server, on this machine itself: their listeners are not bound, but for the one that carries traffic. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Variant } from '../../src/xds/index.js'
import type { Envoy } from './envoy.js'
import { startBareEnvoy } from './local-envoy.js'

const API_TYPE: Record<Variant, string> = { sotw: 'GRPC', delta: 'DELTA_GRPC' }

export interface FleetOptions {
  readonly binary: string
  readonly variant: Variant
  readonly xdsPort: number
  /** The node cluster of each Envoy. */
  readonly nodes: readonly string[]
  /** The node id of each; a number unless told. */
  readonly ids?: readonly string[]
}

export class Fleet {
  readonly envoys: readonly Envoy[]
  readonly #directory: string

  private constructor(envoys: readonly Envoy[], directory: string) {
    this.envoys = envoys
    this.#directory = directory
  }

  /** Starts all at once, and waits until each has its first configuration. */
  static async start({ binary, variant, xdsPort, nodes, ids }: FleetOptions): Promise<Fleet> {
    const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-fleet-'))
    const starting = nodes.map(async (cluster, index) => {
      const own = join(directory, String(index))
      await mkdir(own)
      const bootstrap = buildBootstrap({ id: ids?.[index] ?? `fleet-${index}`, cluster }, API_TYPE[variant], xdsPort)
      const args = ['--concurrency', '1', '--disable-hot-restart', '-l', 'warning']
      return startBareEnvoy({ binary, bootstrap, directory: own, args })
    })
    const started = await Promise.allSettled(starting)
    const fleet = new Fleet(
      started.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : [])),
      directory,
    )
    try {
      for (const start of started) if (start.status === 'rejected') throw start.reason
      await Promise.all(fleet.envoys.map((envoy) => envoy.ready()))
      return fleet
    } catch (error) {
      await fleet.stop()
      throw error
    }
  }

  /** The statistics of each Envoy whose names match the regular expression. */
  stats(filter: string): Promise<ReadonlyMap<string, number>[]> {
    return Promise.all(this.envoys.map((envoy) => envoy.stats(filter)))
  }

  async stop(): Promise<void> {
    await Promise.all(this.envoys.map((envoy) => envoy.child.stop('SIGKILL')))
    await rm(this.#directory, { recursive: true })
  }
}

function buildBootstrap(node: object, apiType: string, xdsPort: number): object {
  const overAds = { ads: {}, resource_api_version: 'V3' }
  const address = { socket_address: { address: '127.0.0.1', port_value: xdsPort } }
  const retry = { retry_back_off: { base_interval: '0.1s', max_interval: '0.5s' } }
  return {
    node,
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
    dynamic_resources: {
      ads_config: {
        api_type: apiType,
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds', retry_policy: retry } }],
      },
      cds_config: overAds,
      lds_config: overAds,
    },
    static_resources: {
      clusters: [
        {
          name: 'xds',
          type: 'STATIC',
          load_assignment: { cluster_name: 'xds', endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
        },
      ],
    },
  }
}
