/** An Envoy as far as the xDS protocol goes, without sockets: it takes what it is sent, asks for the routes that its listeners name, comes back. */
import { toJson } from '../../src/codec/json.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import type { Engine } from '../../src/xds/engine.js'
import type { Refusal, XdsNode } from '../../src/xds/resource-source.js'
import type { Outgoing, Stream } from '../../src/xds/stream.js'
import type { Variant } from '../../src/xds/stream-view.js'
import { CDS, LDS, NODE, RDS } from '../xds/harness.js'

const TYPES = [CDS, LDS, RDS]

export class FakeEnvoy {
  readonly nodeId: string
  readonly variant: Variant
  /** What it was sent and has not answered yet. */
  readonly inbox: Outgoing[] = []
  /** What it has accepted, by type and name. */
  readonly held = new Map<string, Map<string, EncodedResource>>(TYPES.map((typeUrl) => [typeUrl, new Map()]))
  stream: Stream | undefined
  /** Why the server ended its stream. */
  closed: Refusal | undefined
  /** How many responses it was sent in its life. */
  received = 0
  readonly #engine: Engine
  readonly #versions = new Map<string, string>()
  readonly #nonces = new Map<string, string>()
  #routes: readonly string[] = []
  #sentNode = false

  constructor(engine: Engine, nodeId: string, variant: Variant = 'sotw') {
    this.#engine = engine
    this.nodeId = nodeId
    this.variant = variant
  }

  /** Opens a stream and asks for what Envoy asks for, saying what it has. */
  connect(): this {
    this.disconnect()
    this.closed = undefined
    this.#sentNode = false
    this.stream = this.#engine.open(
      this.variant,
      { address: '127.0.0.1:1' },
      {
        send: (response) => {
          this.received++
          this.inbox.push(response)
          return true
        },
        close: (refusal) => {
          this.stream = undefined
          this.inbox.length = 0
          this.closed = refusal
        },
      },
    )
    for (const typeUrl of TYPES) if (typeUrl !== RDS || this.#routes.length > 0) this.#begin(typeUrl)
    return this
  }

  disconnect(): void {
    this.inbox.length = 0
    this.#nonces.clear()
    this.stream?.end()
    this.stream = undefined
  }

  /** Answers the oldest response; false when there is none. */
  answer(): boolean {
    const response = this.inbox.shift()
    if (!response) return false
    this.#apply(response)
    this.#nonces.set(response.typeUrl, response.nonce)
    this.#versions.set(response.typeUrl, response.version)
    this.#say(response.typeUrl)
    if (response.typeUrl === LDS) this.#followRoutes()
    return true
  }

  /** Type, name and version of everything that it has. */
  contents(): string[] {
    const entries = [...this.held.values()].flatMap((resources) => [...resources.values()].map(describe))
    return entries.sort()
  }

  #apply({ typeUrl, resources, removed }: Outgoing): void {
    const held = this.held.get(typeUrl)
    if (!held) return
    if (this.variant === 'sotw' && typeUrl !== RDS) held.clear()
    for (const resource of resources) held.set(resource.name, resource)
    for (const name of removed) held.delete(name)
  }

  /** Envoy follows the route configurations that its listeners name, and forgets the others. */
  #followRoutes(): void {
    const listeners = [...(this.held.get(LDS)?.values() ?? [])]
    const names = [...new Set(listeners.flatMap((listener) => routeNames(toJson(listener))))].sort()
    const before = this.#routes
    if (names.join() === before.join()) return
    this.#routes = names
    const held = this.held.get(RDS)
    for (const name of before) if (!names.includes(name)) held?.delete(name)
    if (this.variant === 'sotw') this.#say(RDS)
    else {
      const subscribe = names.filter((name) => !before.includes(name))
      const unsubscribe = before.filter((name) => !names.includes(name))
      this.#send(RDS, { subscribe, unsubscribe, nonce: '' })
    }
  }

  #begin(typeUrl: string): void {
    if (this.variant === 'sotw') return this.#say(typeUrl)
    const held = this.held.get(typeUrl) ?? new Map<string, EncodedResource>()
    const initial = new Map([...held.values()].map(({ name, version }) => [name, version]))
    this.#send(typeUrl, { subscribe: typeUrl === RDS ? this.#routes : [], unsubscribe: [], nonce: '' }, initial)
  }

  /** Repeats what it wants of a type; with the last nonce that is an ACK. */
  #say(typeUrl: string): void {
    const nonce = this.#nonces.get(typeUrl) ?? ''
    if (this.variant === 'delta') return this.#send(typeUrl, { subscribe: [], unsubscribe: [], nonce })
    const versionInfo = this.#versions.get(typeUrl) ?? ''
    const names = typeUrl === RDS ? this.#routes : []
    this.stream?.receive({
      variant: 'sotw',
      typeUrl,
      node: this.#node(),
      request: { versionInfo, nonce, names },
    })
  }

  #send(
    typeUrl: string,
    request: { subscribe: readonly string[]; unsubscribe: readonly string[]; nonce: string },
    initialVersions: ReadonlyMap<string, string> = new Map(),
  ): void {
    const message = { variant: 'delta' as const, typeUrl, node: this.#node(), request: { ...request, initialVersions } }
    this.stream?.receive(message)
  }

  #node(): XdsNode | undefined {
    if (this.#sentNode) return undefined
    this.#sentNode = true
    return { ...NODE, id: this.nodeId }
  }
}

export function describe({ typeUrl, name, version }: EncodedResource): string {
  return `${typeUrl.slice(typeUrl.lastIndexOf('.') + 1)} ${name} ${version}`
}

/** Every `route_config_name`, however deep. */
function routeNames(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(routeNames)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'route_config_name' && typeof inner === 'string' ? [inner] : routeNames(inner),
  )
}
