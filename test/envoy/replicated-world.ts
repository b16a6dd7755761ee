/**
 * What deploy/compose sets up, without Docker: replicas with the variables of the image, its front as it is shipped, and PostgreSQL; and pods whose
 * Envoys reach the replicas by one address.
 */
import { join } from 'node:path'
import type { ProxiesAnswer } from '../../src/management/proxies.js'
import { composeVariables, imageVariables, readDeploy } from '../deploy/image.js'
import { CuttingProxy } from '../store/cutting-proxy.js'
import { requirePostgres, type PostgresCluster } from '../store/postgres-cluster.js'
import type { AppServer } from './agent/protocol.js'
import { eventually } from './eventually.js'
import { MeshWriter } from './mesh-writer.js'
import type { Network } from './network.js'
import type { Pod } from './pod.js'
import { ROOT, type Child } from './process.js'
import { requireNetwork } from './require.js'
import { buildSidecar } from './sidecar.js'

const MAIN = join(ROOT, 'src/main.ts')
/** The user of the image. */
const KEEPER_UID = 65_532
const START_DEADLINE_MS = 60_000
const ADMIN = { admin: { address: { socket_address: { address: '0.0.0.0', port_value: 9901 } } } }

export const MESH = 'shop'

/** One meshkeeper in a namespace of its own. */
export class Replica {
  readonly pod: Pod
  readonly #env: Readonly<Record<string, string>>
  #child: Child | undefined

  constructor(pod: Pod, env: Readonly<Record<string, string>>) {
    this.pod = pod
    this.#env = env
  }

  get api(): string {
    return `http://${this.pod.address}:4080`
  }

  /** Starts it and waits for /readyz. */
  async start(): Promise<void> {
    const command = [process.execPath, '--import', 'tsx', MAIN, 'serve']
    const child = this.pod.spawn('meshkeeper', command, { env: this.#env, uid: KEEPER_UID })
    this.#child = child
    await eventually({ what: `/readyz of ${this.pod.name}`, timeoutMs: START_DEADLINE_MS }, async () => {
      await child.assertRunning(this.pod.name)
      return (await this.status('/readyz')) === 200
    })
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#child?.stop(signal)
  }

  /** HTTP status of a path of the admin listener. */
  async status(path: string): Promise<number> {
    const response = await fetch(`http://${this.pod.address}:4081${path}`)
    await response.arrayBuffer()
    return response.status
  }

  /** Every Envoy that this replica knows of, its own and others'. */
  async proxies(): Promise<ProxiesAnswer> {
    const response = await fetch(`http://${this.pod.address}:4081/proxies`)
    return (await response.json()) as ProxiesAnswer
  }

  /** The sum of the samples of a metric whose labels match. */
  async metric(name: string, labels: RegExp = /^/): Promise<number> {
    const text = await (await fetch(`http://${this.pod.address}:4081/metrics`)).text()
    const samples = text.split('\n').filter((line) => /^[\w:]+/.exec(line)?.[0] === name && labels.test(line))
    return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }

  /** How many Envoys are connected to this replica itself. */
  streams(): Promise<number> {
    return this.metric('meshkeeper_xds_clients')
  }
}

export interface EnvoyPlan {
  readonly servers?: readonly AppServer[]
  /** Where its Envoy finds meshkeeper; the front unless told. */
  readonly endpoint?: string
  readonly variant?: 'sotw' | 'delta'
}

export class ReplicatedWorld {
  readonly network: Network
  readonly cluster: PostgresCluster
  readonly #binary: string
  readonly #database: CuttingProxy
  readonly #env: Readonly<Record<string, string>>

  private constructor(network: Network, binary: string, cluster: PostgresCluster, database: CuttingProxy, env: object) {
    this.network = network
    this.cluster = cluster
    this.#binary = binary
    this.#database = database
    this.#env = { ...env }
  }

  /** A network with the database of the compose file at its address there. */
  static async open(context: Mocha.Context): Promise<ReplicatedWorld> {
    const cluster = await requirePostgres(context)
    const { network, binary } = await requireNetwork(context)
    await cluster.query(`create role meshkeeper login password 'meshkeeper'`)
    await cluster.query('create database meshkeeper owner meshkeeper')
    const database = await CuttingProxy.start(cluster.port, { host: network.hostAddress, port: 5432 })
    network.dns.set('postgres', [network.hostAddress])
    const env = { ...(await imageVariables()), ...(await composeVariables('meshkeeper-a')) }
    return new ReplicatedWorld(network, binary, cluster, database, env)
  }

  /** A replica that is not started yet, at its name of the compose file. */
  async replica(name: string): Promise<Replica> {
    const pod = await this.network.pod(name)
    this.network.dns.set(name, [pod.address])
    return new Replica(pod, this.#env)
  }

  /** Starts the front of deploy/compose, as it is. */
  async startFront(): Promise<Pod> {
    const pod = await this.network.pod('door')
    this.network.dns.set('front', [pod.address])
    const args = ['--config-yaml', JSON.stringify(ADMIN), '--concurrency', '2', '--disable-hot-restart']
    await pod.startEnvoy({ binary: this.#binary, bootstrap: await readDeploy('compose/front.yaml'), args })
    await pod.envoy.ready()
    return pod
  }

  /** A pod of a virtual node of its name; its Envoy may still be waiting for its configuration. */
  async startPod(name: string, plan: EnvoyPlan = {}): Promise<Pod> {
    const { servers = [], endpoint = 'front', variant = 'sotw' } = plan
    const pod = await this.network.pod(name)
    await pod.intercept(servers.map(({ port }) => port))
    const keeper = { xdsHost: endpoint, xdsPort: 18_000 }
    const sidecar = buildSidecar(keeper, pod.directory, `mesh/${MESH}/virtualNode/${name}`, {
      ENVOY_XDS_PROTOCOL: variant,
      ENVOY_CONCURRENCY: '1',
    })
    await Promise.all([pod.startAgent(servers), pod.startEnvoy({ binary: this.#binary, ...sidecar })])
    return pod
  }

  /** Writes the mesh by way of `api`, an origin. */
  writer(api: string): MeshWriter {
    return new MeshWriter(api, MESH)
  }

  async close(): Promise<void> {
    await this.network.close()
    await this.#database.stop()
    await this.cluster.stop()
  }
}
