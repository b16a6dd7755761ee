/** Every connected Envoy, for people who ask what it has and whether it is in sync. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Problem } from '../model/problem.js'
import { refKey } from '../model/references.js'
import { compareText } from '../translate/request-match.js'
import type { Engine } from '../xds/engine.js'
import type { Peer, XdsNode } from '../xds/resource-source.js'
import { describeResources, type ResourceStatus } from '../xds/resource-status.js'
import type { SyncState, TypeStatus } from '../xds/stream-status.js'
import type { StreamView } from '../xds/stream-view.js'
import type { ControlPlane } from './control-plane.js'
import type { Proxy } from './reconciler.js'

export interface ProxyStatus {
  /** The server that the Envoy is connected to; absent where there is but one. */
  readonly replica?: string
  /** Of its xDS stream: another one after each reconnection. */
  readonly id: number
  /** As the Envoy gave it. */
  readonly nodeId: string
  /** What that stands for. Absent in the moment when it has just been deleted. */
  readonly resource?: ProxyResource
  readonly cluster: string
  /** `address:port` of the connection, or `unix`. */
  readonly peer: string
  readonly envoyVersion: string
  readonly protocol: 'sotw' | 'delta'
  /** Milliseconds. */
  readonly connectedForMillis: number
  /** The newest revision that this Envoy has accepted, or that changed nothing for it; absent until it has accepted one. */
  readonly revision?: number
  /** The worst of its types. */
  readonly state: SyncState
  readonly types: readonly TypeStatus[]
  /** What is wrong with the definition of its virtual node or gateway. */
  readonly problems: readonly Problem[]
}

/** An Envoy as it described itself, and how it is. */
export interface KnownProxy {
  readonly status: ProxyStatus
  readonly node: XdsNode
}

export interface ProxyResource {
  readonly kind: 'virtualNode' | 'virtualGateway'
  readonly meshName: string
  readonly meshOwner: string
  readonly name: string
  readonly arn: string
}

/** Which Envoys are meant; what is not given does not matter. */
export interface ProxyQuery {
  /** See `ProxyRegistry.find`. */
  readonly node?: string
  /** `MESH` or `MESH@OWNER`. */
  readonly mesh?: string
  readonly state?: SyncState
}

/** What one Envoy was sent, by type. */
export interface ProxyContents {
  readonly status: ProxyStatus
  readonly resources: ReadonlyMap<string, readonly ResourceStatus[]>
}

const SLICE_MILLIS = 10

/** Which virtual node is meant does not depend on who asks. */
const NOBODY: Peer = { address: '' }

interface Connected {
  readonly stream: StreamView
  readonly node: XdsNode
  readonly proxy: Proxy | undefined
}

/** Describes the Envoys behind the streams of `engine`. */
export class ProxyRegistry {
  readonly #controlPlane: ControlPlane
  readonly #engine: Engine

  constructor(controlPlane: ControlPlane, engine: Engine) {
    this.#controlPlane = controlPlane
    this.#engine = engine
  }

  /** Every Envoy that has said who it is and fits `query`, by node id. Works in slices: a fleet is large. */
  async statuses({ node, mesh, state }: ProxyQuery = {}): Promise<ProxyStatus[]> {
    const connected = node === undefined ? this.#connected() : this.#select(node)
    const statuses: ProxyStatus[] = []
    let sliceEnd = performance.now() + SLICE_MILLIS
    for (const each of connected) {
      if (performance.now() > sliceEnd) {
        await nextTurn()
        sliceEnd = performance.now() + SLICE_MILLIS
      }
      if (mesh !== undefined && !(each.proxy && isOfMesh(each.proxy.ref, mesh))) continue
      const status = this.#describe(each)
      if (state === undefined || status.state === state) statuses.push(status)
    }
    return statuses
  }

  /**
   * The Envoys that somebody calls `text`: a node id in any of its forms (`mesh/M/virtualNode/N`, ARN, as the Envoy gave it), `M/N`, `N`, or the
   * number of a stream.
   */
  find(text: string): ProxyStatus[] {
    return this.#select(text).map((each) => this.#describe(each))
  }

  /** What was sent on a stream; undefined when it is over. */
  contents(id: number): ProxyContents | undefined {
    const connected = this.#connected().find(({ stream }) => stream.id === id)
    if (!connected) return undefined
    const { channels, snapshot } = connected.stream
    const resources = new Map(
      [...channels].map(([typeUrl, channel]) => [typeUrl, describeResources(channel, snapshot)]),
    )
    return { status: this.#describe(connected), resources }
  }

  /** What a stream is for, and its state; undefined before it has said who it is. */
  describe(stream: StreamView): KnownProxy | undefined {
    const { node } = stream
    if (!node) return undefined
    return { node, status: this.#describe(this.#identify(stream, node)) }
  }

  /** Every name that `find` takes, in its shortest forms. */
  names(): Set<string> {
    return new Set(this.#connected().flatMap(({ node, proxy }) => [...(proxy ? shortNames(proxy.ref) : []), node.id]))
  }

  #connected(): Connected[] {
    const connected: Connected[] = []
    for (const stream of this.#engine.streams) {
      const { node } = stream
      if (node) connected.push(this.#identify(stream, node))
    }
    return connected.sort((a, b) => compareText(a.node.id, b.node.id) || a.stream.id - b.stream.id)
  }

  #identify(stream: StreamView, node: XdsNode): Connected {
    const proxy = this.#controlPlane.resolve(node, stream.peer)
    return { stream, node, proxy: 'key' in proxy ? proxy : undefined }
  }

  #select(text: string): Connected[] {
    const connected = this.#connected()
    const asked = this.#controlPlane.resolve({ id: text }, NOBODY)
    const found = connected.filter(({ node, proxy }) => {
      if (node.id === text) return true
      return (
        proxy !== undefined &&
        (('key' in asked && refKey(asked.ref) === refKey(proxy.ref)) || shortNames(proxy.ref).includes(text))
      )
    })
    return found.length > 0 ? found : connected.filter(({ stream }) => String(stream.id) === text)
  }

  #describe({ stream, node, proxy }: Connected): ProxyStatus {
    const { id, peer, ageMillis, variant, state, types } = this.#engine.status(stream)
    const { settled } = stream
    const controlPlane = this.#controlPlane
    return {
      id,
      nodeId: node.id,
      ...(proxy && { resource: this.#resourceOf(proxy) }),
      cluster: node.cluster,
      peer: peer.address,
      envoyVersion: node.userAgentVersion,
      protocol: variant,
      connectedForMillis: Math.round(ageMillis),
      ...(settled && { revision: proxy ? controlPlane.revisionOf(proxy, settled) : settled.revision }),
      state,
      types: types.map(roundAges),
      problems: proxy ? controlPlane.problems(proxy) : [],
    }
  }

  #resourceOf({ ref }: Proxy): ProxyResource {
    const { kind, meshName, meshOwner, name } = ref
    return { kind, meshName, meshOwner, name, arn: this.#controlPlane.arnOf(ref) }
  }
}

type Named = Pick<ProxyResource, 'meshName' | 'meshOwner' | 'name'>

/** Whether `mesh`, `MESH` or `MESH@OWNER`, is the mesh of that virtual node or gateway. */
export function isOfMesh({ meshName, meshOwner }: Named, mesh: string): boolean {
  return mesh === meshName || mesh === `${meshName}@${meshOwner}`
}

/** What people call it: `NAME` and `MESH/NAME`. */
export function shortNames({ meshName, name }: Named): string[] {
  return [name, `${meshName}/${name}`]
}

function roundAges(status: TypeStatus): TypeStatus {
  const ages = Object.entries(status).filter(([name]) => name.endsWith('AgeMillis')) as [string, number][]
  return { ...status, ...Object.fromEntries(ages.map(([name, age]) => [name, Math.round(age)])) }
}
