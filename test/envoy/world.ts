/** A suite's world: a network, a running meshkeeper and one mesh in it, and pods whose Envoys it configures. */
import type { AppServer } from './agent/protocol.js'
import { ControlPlane } from './control-plane.js'
import { MeshWriter } from './mesh-writer.js'
import type { Network } from './network.js'
import type { Pod } from './pod.js'
import { requireNetwork } from './require.js'
import { buildSidecar, type Sidecar } from './sidecar.js'

export interface PodPlan {
  /** Ports of the pod's application; the traffic to them is intercepted. */
  readonly servers?: readonly AppServer[]
  /** Virtual node that the Envoy stands for; the pod's name unless told. */
  readonly virtualNode?: string
  /** Virtual gateway that the Envoy stands for: such a pod's traffic is not redirected. */
  readonly virtualGateway?: string
  /** The mesh that they are of; `shop` unless told. */
  readonly mesh?: string
  /** The name that the application answers with; the pod's name unless told. */
  readonly appName?: string
  /** Further variables for its bootstrap. */
  readonly environment?: Readonly<Record<string, string>>
  /** How its Envoy is started; by the bootstrap that is built for the virtual node unless told. */
  readonly sidecar?: Sidecar
}

export const MESH = 'shop'
const SETUP_TIMEOUT_MS = 120_000
const TEST_TIMEOUT_MS = 60_000

export class World {
  #network: Network | undefined
  #binary = ''
  #keeper: ControlPlane | undefined
  #mesh: MeshWriter | undefined
  readonly #pods = new Map<string, Pod>()

  get network(): Network {
    return given(this.#network)
  }

  get keeper(): ControlPlane {
    return given(this.#keeper)
  }

  get mesh(): MeshWriter {
    return given(this.#mesh)
  }

  async open(context: Mocha.Context, prepare: Prepare = noFlags): Promise<void> {
    const { network, binary } = await requireNetwork(context)
    this.#network = network
    this.#binary = binary
    const flags = await prepare(network)
    this.#keeper = new ControlPlane({ host: network.hostAddress, directory: network.directory, flags })
    await this.#keeper.start()
    this.#mesh = new MeshWriter(this.#keeper.api, MESH)
  }

  /** A pod that was started. */
  pod(name: string): Pod {
    return given(this.#pods.get(name))
  }

  /** Starts the pods of a table side by side and waits until every Envoy has its configuration. */
  async startPods(plans: Readonly<Record<string, PodPlan>>): Promise<void> {
    await Promise.all(Object.entries(plans).map(([name, plan]) => this.startPod(name, plan)))
    await Promise.all(Object.keys(plans).map((name) => this.pod(name).envoy.ready()))
  }

  /** Starts one pod; its Envoy may still be waiting for its configuration. */
  async startPod(name: string, plan: PodPlan = {}): Promise<Pod> {
    const { servers = [], virtualNode = name, mesh = MESH, appName = name } = plan
    const pod = await this.network.pod(name)
    this.#pods.set(name, pod)
    if (plan.virtualGateway === undefined) await pod.intercept(servers.map(({ port }) => port))
    const [kind, resource] =
      plan.virtualGateway === undefined ? ['virtualNode', virtualNode] : ['virtualGateway', plan.virtualGateway]
    const node = `mesh/${mesh}/${kind}/${resource}`
    const sidecar = plan.sidecar ?? buildSidecar(this.keeper, pod.directory, node, plan.environment)
    await Promise.all([pod.startAgent(servers, appName), pod.startEnvoy({ binary: this.#binary, ...sidecar })])
    return pod
  }

  /** Makes names of virtual services resolve, to an address that nobody has: only an Envoy can answer. */
  nameServices(...names: readonly string[]): void {
    for (const name of names) this.network.dns.set(name, [this.network.virtualAddress])
  }

  async close(): Promise<void> {
    await this.#keeper?.stop('SIGKILL')
    await this.#network?.close()
  }
}

/** Makes what meshkeeper needs to start with, and gives its further flags. */
type Prepare = (network: Network) => Promise<readonly string[]>

const noFlags: Prepare = () => Promise.resolve([])

/** Opens a world before the tests of the enclosing suite, lets `setup` fill it, and takes all of it down afterwards. */
export function useWorld(suite: Mocha.Suite, setup: (world: World) => Promise<void>, prepare?: Prepare): World {
  const world = new World()
  suite.timeout(TEST_TIMEOUT_MS)
  before(async function () {
    await world.open(this, prepare)
    this.timeout(SETUP_TIMEOUT_MS)
    await setup(world)
  })
  after(() => world.close())
  return world
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not started yet')
  return value
}
