/**
 * An Envoy as far as the xDS protocol goes, with a life: it joins and leaves, stops reading, answers late, rejects, comes back with what it has.
 * It keeps account of what it has accepted, and of everything that the server should not have done.
 */
import type { Variant } from '../../src/xds/stream-view.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE, SECRET_TYPE } from '../../src/xds/types.js'
import { nodeId } from './app-mesh.js'
import { STRANGER } from './certificates.js'
import type { Connections, Line } from './connections.js'
import { GrpcCall } from './grpc-call.js'
import { AGGREGATED, decodeResponse, encodeRequest, readingOf, SEPARATE, type Received } from './messages.js'
import type { Reading } from './named.js'
import type { Random } from './random.js'
import type { Tally } from './tally.js'
import { LOCAL_CLUSTER, type Contents } from './truth.js'

/** `separate` has a stream for each type, the others one for all. */
export const LINKS = ['own', 'shared', 'relayed', 'separate'] as const

export interface Character {
  readonly name: string
  /** Kind and name of its virtual node or gateway. */
  readonly proxy: string
  readonly variant: Variant
  readonly link: (typeof LINKS)[number]
  /** Asks for `*` instead of saying nothing. */
  /** It connects from another machine, where private keys are not sent. */
  readonly abroad: boolean
  readonly explicitWildcard: boolean
  /** Asks for the endpoints of the agent. */
  readonly agent: boolean
  /** Asks for a certificate that no proxy uses. */
  readonly curious: boolean
}

export interface Temper {
  /** Milliseconds between what happens to it, on average. */
  readonly eventMillis: number
  readonly longestStallMillis: number
  readonly longestDelayMillis: number
  /** The share of responses that it rejects. */
  readonly rejects: number
}

interface TypeState {
  readonly typeUrl: string
  /** Accepted, by name. */
  readonly held: Map<string, { readonly hash: string; readonly version: string }>
  names: readonly string[]
  /** Everything that was ever asked for on this connection. */
  readonly asked: Set<string>
  /** State of the world: the version accepted last. */
  version: string
  /** Of the response that was answered last on this stream. */
  nonce: string
  /** Names that were rejected and not replaced since. */
  readonly rejected: Set<string>
  /** The response that was rejected last, while nothing else was asked for, and how many changes there had been by then. */
  lastRejected: { readonly print: string; readonly changes: number } | undefined
  queue: Received[]
  busy: boolean
}

const TYPES = [CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE, SECRET_TYPE]
/** How many streams a client with a stream for each type has. */
export const SEPARATE_STREAMS = TYPES.length
const WILDCARDS: readonly string[] = [CLUSTER_TYPE, LISTENER_TYPE]
const UNKNOWN_TYPE = 'type.googleapis.com/nobody.knows'
const REFUSED = 3

const EVENTS = { depart: 15, break: 15, resume: 20, stall: 25, oddity: 25 } as const

export class SoakEnvoy {
  readonly character: Character
  /** The server's words, when it said that there is no such node. */
  refused: string | undefined
  readonly #connections: Connections
  readonly #random: Random
  readonly #temper: Temper
  readonly #tally: Tally
  readonly #types = new Map<string, TypeState>(TYPES.map((typeUrl) => [typeUrl, newState(typeUrl)]))
  readonly #calls = new Map<string, { call: GrpcCall; received: number; introduced: boolean }>()
  #line: Line | undefined
  /** Tells what belongs to an earlier connection. */
  #generation = 0
  #calm = false
  #event: NodeJS.Timeout | undefined
  #return: NodeJS.Timeout | undefined
  #stalled = false

  constructor(character: Character, connections: Connections, random: Random, temper: Temper, tally: Tally) {
    this.character = character
    this.#connections = connections
    this.#random = random
    this.#temper = temper
    this.#tally = tally
    for (const state of this.#types.values()) state.names = this.#ownNames(state.typeUrl)
  }

  get isConnected(): boolean {
    return this.#line !== undefined
  }

  /** It has rejected something that was not replaced since. */
  get hasRejected(): boolean {
    return [...this.#types.values()].some(({ rejected }) => rejected.size > 0)
  }

  /** Lets things happen to it. */
  wake(): void {
    this.#calm = false
    this.#plan()
  }

  /** From now on it is connected, reads, and takes everything. */
  calm(): void {
    this.#calm = true
    clearTimeout(this.#event)
    if (this.#stalled) this.#stall(false)
    this.join()
  }

  join(): void {
    clearTimeout(this.#return)
    this.#return = undefined
    if (this.#line) return
    const { link, variant } = this.character
    const line = link === 'separate' ? this.#connections.own() : this.#connections[link]()
    const generation = ++this.#generation
    this.#line = line
    this.#tally.joins++
    if (this.#type(CLUSTER_TYPE).held.size > 0) this.#tally.resumptions++
    const open = (path: string) => {
      this.#tally.streams++
      const call = new GrpcCall(line.session, path, {
        onMessage: (bytes) => generation === this.#generation && this.#receive(entry, bytes),
        onEnd: (status, message) => generation === this.#generation && this.#onEnd(status, message),
      })
      const entry = { call, received: 0, introduced: false }
      return entry
    }
    const aggregated = link === 'separate' ? undefined : open(AGGREGATED[variant])
    for (const typeUrl of TYPES) this.#calls.set(typeUrl, aggregated ?? open(SEPARATE[typeUrl]![variant]))
    for (const typeUrl of TYPES) this.#begin(typeUrl)
  }

  /** Leaves; `fresh` forgets everything, as a new Envoy would. */
  leave({ fresh = false, abruptly = false } = {}): void {
    const line = this.#line
    if (this.#stalled) this.#stall(false)
    this.#forgetConnection()
    for (const call of new Set([...this.#calls.values()].map((entry) => entry.call))) {
      if (abruptly) call.cancel()
      else call.end()
    }
    this.#calls.clear()
    // What was said last should still arrive.
    if (line) {
      if (abruptly) line.drop()
      else setTimeout(() => line.drop(), 200)
    }
    if (!fresh) return
    for (const state of this.#types.values()) {
      state.held.clear()
      state.version = ''
      state.names = this.#ownNames(state.typeUrl)
    }
  }

  /** The end of its life. */
  stop(): void {
    this.#calm = true
    clearTimeout(this.#event)
    clearTimeout(this.#return)
    this.leave()
  }

  /** Where it differs from what it should have. */
  differences(truth: Contents): string[] {
    return TYPES.flatMap((typeUrl) => {
      const { held, names } = this.#type(typeUrl)
      const should = truth.get(typeUrl) ?? new Map<string, string>()
      const type = typeUrl.slice(typeUrl.lastIndexOf('.') + 1)
      const wanted = WILDCARDS.includes(typeUrl) ? [...should.keys()] : names.filter((name) => should.has(name))
      const missing = wanted.filter((name) => held.get(name)?.hash !== should.get(name))
      const surplus = [...held.keys()].filter((name) => !should.has(name))
      return [
        ...missing.map((name) => `${type} ${name} ${held.has(name) ? 'is another one' : 'is missing'}`),
        ...surplus.map((name) => `${type} ${name} should be gone`),
      ]
    })
  }

  #type(typeUrl: string): TypeState {
    return this.#types.get(typeUrl)!
  }

  /** What it asks for whatever its resources name. */
  #ownNames(typeUrl: string): string[] {
    const { agent, curious } = this.character
    if (typeUrl === ENDPOINT_TYPE) return agent ? [LOCAL_CLUSTER] : []
    return typeUrl === SECRET_TYPE && curious ? [STRANGER] : []
  }

  #violation(what: string): void {
    const { name, proxy, variant, link } = this.character
    this.#tally.violations.push(`${name} (${proxy}, ${variant}, ${link}): ${what}`)
  }

  #forgetConnection(): void {
    this.#generation++
    this.#line = undefined
    this.#stalled = false
    for (const state of this.#types.values()) {
      state.queue = []
      state.busy = false
      state.nonce = ''
      state.lastRejected = undefined
      state.rejected.clear()
      state.asked.clear()
    }
  }

  #onEnd(status: number | undefined, message: string): void {
    this.leave({ abruptly: true })
    if (status === 0) {
      this.#tally.recycled++
      return this.#returnAfter(this.#random.next() * 200)
    }
    if (status === REFUSED) {
      this.#tally.refusals++
      this.refused = message
    } else this.#violation(`the stream ended with status ${status ?? 'unknown: the connection broke'} ${message}`)
    this.#returnAfter(500 + this.#random.next() * 1000)
  }

  #returnAfter(millis: number): void {
    this.#return = setTimeout(() => this.join(), millis)
  }

  // What happens to it.

  #plan(): void {
    const millis = this.#random.exponential(this.#temper.eventMillis)
    clearTimeout(this.#event)
    this.#event = setTimeout(() => {
      if (this.#line) this.#happen[this.#random.weighted(EVENTS)]()
      this.#plan()
    }, millis)
  }

  readonly #happen: Record<keyof typeof EVENTS, () => void> = {
    depart: () => {
      this.#tally.departures++
      this.leave({ fresh: this.#random.chance(0.5) })
      this.#returnAfter(this.#random.exponential(this.#temper.eventMillis / 2))
    },
    break: () => {
      this.#tally.breaks++
      this.leave({ abruptly: true, fresh: this.#random.chance(0.2) })
      this.#returnAfter(this.#random.exponential(this.#temper.eventMillis / 4))
    },
    resume: () => {
      this.leave({ abruptly: this.#random.chance(0.5) })
      this.join()
    },
    stall: () => {
      if (this.#stalled) return
      this.#tally.stalls++
      const generation = this.#generation
      this.#stall(true)
      const millis = this.#random.next() * this.#temper.longestStallMillis
      setTimeout(() => generation === this.#generation && this.#stalled && this.#stall(false), millis)
    },
    oddity: () => this.#beOdd(),
  }

  #stall(stalled: boolean): void {
    this.#stalled = stalled
    const { freeze } = this.#line ?? {}
    if (freeze) return freeze(stalled)
    for (const { call } of this.#calls.values()) {
      if (stalled) call.pause()
      else call.resume()
    }
  }

  /** What the protocol allows and Envoy seldom does. */
  #beOdd(): void {
    const state = this.#type(this.#random.pick([ROUTE_TYPE, SECRET_TYPE]))
    const { typeUrl, names, held } = state
    const known = names.filter((name) => held.has(name))
    const ghosts = names.filter((name) => name.startsWith('ghost'))
    switch (this.#random.integer(0, 3)) {
      case 0:
        return this.#subscribe(typeUrl, names.length === 0 ? [] : [...names, `ghost-${held.size}`])
      case 1:
        return this.#subscribe(
          typeUrl,
          names.filter((name) => !ghosts.includes(name)),
        )
      case 2:
        // Subscribed again: it must be sent again.
        if (this.character.variant === 'delta' && known.length > 0) {
          state.lastRejected = undefined
          this.#say(typeUrl, { resource_names_subscribe: [known[0]!, known[0]!] })
        }
        return
      default:
        if (this.character.link !== 'separate') {
          this.#send(CLUSTER_TYPE, { type_url: UNKNOWN_TYPE, ...this.#wish(['x'], []) })
        }
    }
  }

  // What it asks for.

  #begin(typeUrl: string): void {
    const { held, names, version, asked } = this.#type(typeUrl)
    for (const name of names) asked.add(name)
    const star = this.character.explicitWildcard ? ['*'] : []
    const wanted = WILDCARDS.includes(typeUrl) ? star : names
    if (wanted.length === 0 && !WILDCARDS.includes(typeUrl)) return
    if (this.character.variant === 'sotw') return this.#say(typeUrl, { resource_names: wanted, version_info: version })
    const initial = Object.fromEntries([...held].map(([name, resource]) => [name, resource.version]))
    this.#say(typeUrl, { resource_names_subscribe: wanted, initial_resource_versions: initial })
  }

  #wish(subscribe: readonly string[], unsubscribe: readonly string[]): object {
    if (this.character.variant === 'sotw') return { resource_names: subscribe }
    return { resource_names_subscribe: subscribe, resource_names_unsubscribe: unsubscribe }
  }

  #subscribe(typeUrl: string, names: readonly string[]): void {
    const state = this.#type(typeUrl)
    const before = state.names
    const wanted = [...new Set(names)]
    if (wanted.length === before.length && wanted.every((name) => before.includes(name))) return
    const dropped = before.filter((name) => !wanted.includes(name))
    for (const name of dropped) {
      state.held.delete(name)
      state.rejected.delete(name)
    }
    for (const name of wanted) state.asked.add(name)
    state.names = wanted
    state.lastRejected = undefined
    if (this.character.variant === 'sotw') this.#say(typeUrl, this.#accepted(state))
    else {
      const added = wanted.filter((name) => !before.includes(name))
      this.#say(typeUrl, this.#wish(added, dropped))
    }
  }

  /** State of the world: everything that it wants and has. */
  #accepted({ typeUrl, names, nonce, version }: TypeState): object {
    const star = WILDCARDS.includes(typeUrl) && this.character.explicitWildcard
    return { resource_names: star ? ['*'] : names, response_nonce: nonce, version_info: version }
  }

  #say(typeUrl: string, request: object): void {
    const typed = this.character.link === 'separate' && this.#random.chance(0.5) ? {} : { type_url: typeUrl }
    this.#send(typeUrl, { ...typed, ...request })
  }

  #send(typeUrl: string, request: object): void {
    const entry = this.#calls.get(typeUrl)
    if (!entry) return
    const id = nodeId(this.character.proxy)
    const node = { id, cluster: id, user_agent_name: 'envoy' }
    entry.call.send(encodeRequest(this.character.variant, { ...request, ...(!entry.introduced && { node }) }))
    entry.introduced = true
  }

  // What it is sent.

  #receive(entry: { received: number }, bytes: Buffer): void {
    const response = decodeResponse(this.character.variant, bytes)
    const { typeUrl, nonce, resources } = response
    this.refused = undefined
    this.#tally.responses++
    this.#tally.bytes += bytes.length
    this.#tally.resources += resources.length
    // Nonces of a stream are numbered, so that a response that was lost or doubled shows.
    if (Number(nonce) !== ++entry.received) this.#violation(`response ${nonce} came as number ${entry.received}`)
    const state = this.#types.get(typeUrl)
    if (!state) {
      if (resources.length > 0) this.#violation(`resources of type ${typeUrl}`)
      return this.#send(CLUSTER_TYPE, { type_url: typeUrl, response_nonce: nonce })
    }
    if (new Set(resources.map(({ name }) => name)).size < resources.length) this.#violation('a name comes twice')
    const unasked = WILDCARDS.includes(typeUrl) ? [] : resources.filter(({ name }) => !state.asked.has(name))
    for (const { name } of unasked) this.#violation(`${name} was not asked for`)
    if (resources.some(({ name }) => name === STRANGER)) this.#violation('a certificate that its proxy does not use')
    const keys = this.character.abroad ? resources.filter(({ hash }) => readingOf(hash).holdsKey) : []
    for (const { name } of keys) this.#violation(`the private key of ${name} left the machine`)
    state.queue.push(response)
    this.#work(state)
  }

  /** Responses of a type are taken in turn, some of them late, as when clusters warm. */
  #work(state: TypeState): void {
    while (!state.busy) {
      const response = state.queue.shift()
      if (!response) return
      const millis = this.#random.chance(0.1) ? this.#random.next() ** 4 * this.#temper.longestDelayMillis : 0
      if (millis === 0) {
        this.#take(state, response)
        continue
      }
      const generation = this.#generation
      state.busy = true
      setTimeout(() => {
        if (generation !== this.#generation) return
        state.busy = false
        this.#take(state, response)
        this.#work(state)
      }, millis)
    }
  }

  #take(state: TypeState, response: Received): void {
    const print = JSON.stringify([response.version, response.resources, response.removed])
    this.#checkRepetition(state, print)
    state.nonce = response.nonce
    if (!this.#calm && response.resources.length > 0 && this.#random.chance(this.#temper.rejects)) {
      this.#tally.nacks++
      state.lastRejected = { print, changes: this.#tally.changes }
      for (const { name } of response.resources) state.rejected.add(name)
      for (const name of response.removed) state.rejected.add(name)
      return this.#answer(state, { error_detail: { code: 13, message: `${this.character.name} does not like it` } })
    }
    state.lastRejected = undefined
    this.#apply(state, response)
    this.#answer(state, {})
    this.#follow(state)
  }

  /**
   * What was rejected must not be sent again. In state of the world a client is not told that what it named is gone, so that there what went and came
   * back may be: never without a change.
   */
  #checkRepetition({ typeUrl, lastRejected }: TypeState, print: string): void {
    if (print !== lastRejected?.print) return
    const mayHaveGone = this.character.variant === 'sotw' && !WILDCARDS.includes(typeUrl)
    if (mayHaveGone && lastRejected.changes !== this.#tally.changes) return
    this.#violation(`sent again what was rejected: ${print}`)
  }

  /** Asks for what the resources that it has name. */
  #follow({ typeUrl }: TypeState): void {
    const clusters = this.#readings(CLUSTER_TYPE)
    const listeners = this.#readings(LISTENER_TYPE)
    if (typeUrl !== CLUSTER_TYPE && typeUrl !== LISTENER_TYPE) return
    const [followedType, followers] = typeUrl === CLUSTER_TYPE ? [ENDPOINT_TYPE, clusters] : [ROUTE_TYPE, listeners]
    const followed = followers.flatMap((reading) => reading.followed)
    this.#subscribe(followedType, [...this.#ownNames(followedType), ...followed])
    const secrets = [...clusters, ...listeners].flatMap((reading) => reading.secrets)
    this.#subscribe(SECRET_TYPE, [...this.#ownNames(SECRET_TYPE), ...secrets])
  }

  #readings(typeUrl: string): Reading[] {
    return [...this.#type(typeUrl).held.values()].map(({ hash }) => readingOf(hash))
  }

  #apply(state: TypeState, { typeUrl, version, resources, removed }: Received): void {
    const { held, rejected, names } = state
    const everything = WILDCARDS.includes(typeUrl)
    if (everything && this.character.variant === 'sotw') {
      held.clear()
      rejected.clear()
    }
    for (const resource of resources) {
      if (!everything && !names.includes(resource.name)) continue
      held.set(resource.name, resource)
      if (typeUrl === SECRET_TYPE) this.#tally.secrets++
      if (readingOf(resource.hash).holdsKey) this.#tally.keys++
      rejected.delete(resource.name)
    }
    for (const name of removed) {
      held.delete(name)
      rejected.delete(name)
    }
    state.version = version
  }

  #answer(state: TypeState, error: object): void {
    const answer = this.character.variant === 'sotw' ? this.#accepted(state) : { response_nonce: state.nonce }
    this.#say(state.typeUrl, { ...answer, ...error })
  }
}

function newState(typeUrl: string): TypeState {
  return {
    typeUrl,
    held: new Map(),
    names: [],
    asked: new Set(),
    version: '',
    nonce: '',
    rejected: new Set(),
    lastRejected: undefined,
    queue: [],
    busy: false,
  }
}
