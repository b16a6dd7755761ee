/** Random lives of a client against a naive model of what it must end up with. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { EncodedResource } from '../../src/codec/resource.js'
import type { Outgoing } from '../../src/xds/stream.js'
import type { Variant } from '../../src/xds/stream-view.js'
import { CDS, EDS, LDS, RDS, resource, TestServer, type TestClient } from '../xds/harness.js'

const RUNS = process.env['LONG_TESTS'] === '1' ? 20_000 : 500

const TYPES = [CDS, EDS, LDS, RDS]
const NAMES = ['a', 'b', 'c']

/** Which version of each name exists: 0 is none. Versions above 6 are refused by the client. */
type Content = Record<string, Record<string, number>>

const isBad = (version: string): boolean => Number(version) > 6

interface Change {
  readonly typeUrl: string
  readonly name: string
  readonly version: number
}

type Step =
  | { readonly kind: 'publish'; readonly changes: readonly Change[] }
  | { readonly kind: 'answer'; readonly moody: boolean }
  | { readonly kind: 'names'; readonly typeUrl: string; readonly names: string[] }
  | { readonly kind: 'time'; readonly millis: number }

const rarely = fc.nat(3).map((n) => n === 3)

const changeArbitrary: fc.Arbitrary<Change> = fc.record({
  typeUrl: fc.constantFrom(...TYPES),
  name: fc.constantFrom(...NAMES),
  version: fc.nat(8),
})

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      changes: fc.array(changeArbitrary, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('answer' as const), moody: rarely }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('names' as const),
      typeUrl: fc.constantFrom(EDS, RDS),
      names: fc.subarray(NAMES),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), millis: fc.nat(7000) }) },
)

/** A client that does what Envoy does with a response: takes it wholly, or rejects it wholly. */
class Model {
  readonly held = new Map<string, Map<string, string>>(TYPES.map((typeUrl) => [typeUrl, new Map()]))
  readonly names = new Map<string, string[]>()
  readonly #client: TestClient
  readonly #variant: Variant
  readonly #unanswered: Outgoing[] = []
  /** By type: what was rejected last, while nothing else came. */
  readonly #rejected = new Map<string, string>()

  constructor(client: TestClient, variant: Variant) {
    this.#client = client
    this.#variant = variant
  }

  begin(): void {
    for (const typeUrl of TYPES) this.#ask(typeUrl, typeUrl === EDS || typeUrl === RDS ? NAMES : [])
  }

  subscribe(typeUrl: string, names: string[]): void {
    // As Envoy does, only between responses of the type: an answer in flight carries its own list.
    this.answerAll()
    this.#ask(typeUrl, names)
  }

  /** Answers the oldest response. Asserts that no type has two unanswered ones. @param moody rejects it, whatever it is */
  answer(moody = false): boolean {
    this.#unanswered.push(...this.#client.inbox.splice(0))
    // Clusters alone overtake what is unanswered, and only after a while.
    for (const typeUrl of TYPES.filter((type) => type !== CDS))
      assert.ok(this.#unanswered.filter((response) => response.typeUrl === typeUrl).length <= 1)
    const response = this.#unanswered.shift()
    if (!response) return false
    const bad = moody || response.resources.some(({ version }) => isBad(version))
    this.#checkRepetition(response, bad)
    if (!bad) this.#apply(response)
    const error = bad ? { error: 'bad' } : {}
    if (this.#variant === 'sotw') {
      this.#client.request(response.typeUrl, this.names.get(response.typeUrl) ?? [], {
        nonce: response.nonce,
        ...error,
      })
    } else this.#client.delta(response.typeUrl, { nonce: response.nonce, ...error })
    return true
  }

  answerAll(): void {
    for (let budget = 1000; this.answer(); budget--) assert.ok(budget > 0, 'the server never stops sending')
  }

  /** State of the world cannot say that what is named has gone: there it may come back. */
  #checkRepetition({ typeUrl, resources, removed }: Outgoing, bad: boolean): void {
    const content = JSON.stringify([resources.map(({ name, version }) => [name, version]), removed])
    if (this.#variant === 'delta' || typeUrl === CDS || typeUrl === LDS)
      assert.notEqual(content, this.#rejected.get(typeUrl), 'what was rejected is sent again')
    if (bad) this.#rejected.set(typeUrl, content)
    else this.#rejected.delete(typeUrl)
  }

  #ask(typeUrl: string, names: string[]): void {
    this.#rejected.delete(typeUrl)
    const before = this.names.get(typeUrl) ?? []
    this.names.set(typeUrl, names)
    if (this.#variant === 'sotw') this.#client.request(typeUrl, names)
    else {
      const unsubscribe = before.filter((name) => !names.includes(name))
      this.#client.delta(typeUrl, { subscribe: names.filter((name) => !before.includes(name)), unsubscribe })
    }
    if (typeUrl === EDS || typeUrl === RDS)
      for (const name of before) if (!names.includes(name)) this.held.get(typeUrl)!.delete(name)
  }

  #apply({ typeUrl, resources, removed }: Outgoing): void {
    const held = this.held.get(typeUrl)!
    if (this.#variant === 'sotw' && (typeUrl === CDS || typeUrl === LDS)) held.clear()
    for (const { name, version } of resources) held.set(name, version)
    for (const name of removed) held.delete(name)
  }
}

function resources(content: Content): EncodedResource[] {
  return Object.entries(content).flatMap(([typeUrl, versions]) =>
    Object.entries(versions).flatMap(([name, version]) =>
      version > 0 ? [resource(typeUrl, name, String(version))] : [],
    ),
  )
}

interface Life {
  readonly model: Model
  readonly content: Content
  readonly server: TestServer
}

/** @param moods whether the client rejects what it takes another time, and nothing else */
function live(variant: Variant, steps: readonly Step[], moods = false): Life {
  const server = new TestServer()
  const content: Content = Object.fromEntries(TYPES.map((typeUrl) => [typeUrl, {}]))
  server.publish()
  const model = new Model(server.connect(variant), variant)
  model.begin()
  for (const step of steps) {
    if (step.kind === 'publish') {
      for (const { typeUrl, name, version } of step.changes) content[typeUrl]![name] = moods ? version % 3 : version
      server.publish(...resources(content))
    } else if (step.kind === 'answer') model.answer(moods && step.moody)
    else if (step.kind === 'names') model.subscribe(step.typeUrl, step.names)
    else server.clock.advance(step.millis)
  }
  return { model, content, server }
}

describe('a client with a random life', () => {
  for (const variant of ['sotw', 'delta'] as const) {
    it(`ends up with exactly what there is (${variant})`, () => {
      fc.assert(
        fc.property(fc.array(stepArbitrary, { maxLength: 60 }), (steps) => {
          const { model, content, server } = live(variant, steps)
          // What the client refuses is mended, so that everything can be taken.
          for (const versions of Object.values(content))
            for (const name of Object.keys(versions)) if (versions[name]! > 6) versions[name] = 1
          server.publish(...resources(content))
          model.answerAll()
          server.clock.advance(60_000)
          model.answerAll()
          for (const typeUrl of TYPES) {
            const named = typeUrl === EDS || typeUrl === RDS
            const follows = (name: string) => !named || (model.names.get(typeUrl) ?? []).includes(name)
            const truth = resources(content).filter((item) => item.typeUrl === typeUrl && follows(item.name))
            // State of the world cannot say that a route or an assignment is gone: Envoy learns that from what used it.
            const held = [...model.held.get(typeUrl)!].filter(
              ([name]) => variant === 'delta' || !named || truth.some((item) => item.name === name),
            )
            assert.deepEqual(new Map(held.sort()), new Map(truth.map(({ name, version }) => [name, version])))
          }
        }),
        { numRuns: RUNS },
      )
    })

    it(`is told nothing more once it has everything, or rejects it (${variant})`, () => {
      fc.assert(
        fc.property(fc.array(stepArbitrary, { maxLength: 40 }), (steps) => {
          const { model, content, server } = live(variant, steps, true)
          model.answerAll()
          server.clock.advance(60_000)
          model.answerAll()
          server.publish(...resources(content))
          assert.equal(model.answer(), false)
        }),
        { numRuns: RUNS },
      )
    })
  }
})

/** A change of the mesh: which clusters exist, and which of them the one route uses. */
const meshArbitrary = fc.subarray(NAMES, { minLength: 1 }).chain((clusters) =>
  fc.record({
    clusters: fc.constant(clusters),
    used: fc.subarray(clusters),
    refused: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  }),
)

describe('make before break with a client that answers', () => {
  for (const variant of ['sotw', 'delta'] as const) {
    it(`never leaves an accepted route without its clusters (${variant})`, () => {
      fc.assert(
        fc.property(fc.array(fc.record({ mesh: meshArbitrary, answers: fc.nat(4) }), { maxLength: 30 }), (changes) => {
          const server = new TestServer()
          server.publish(resource(LDS, 'l'))
          const client = server.connect(variant)
          const clusters = new Set<string>()
          let used: string[] = []
          const answer = (): boolean => {
            const response = client.inbox.shift()
            if (!response) return false
            const refused =
              response.typeUrl === RDS && response.resources.some(({ version }) => version.endsWith('refused'))
            if (response.typeUrl === CDS) {
              if (variant === 'sotw') clusters.clear()
              for (const { name } of response.resources) clusters.add(name)
              for (const name of response.removed) clusters.delete(name)
            }
            const [route] = response.typeUrl === RDS ? response.resources : []
            if (route && !refused) used = route.version.split(':')[1]!.split(',').filter(Boolean)
            for (const name of used) assert.ok(clusters.has(name), `a route uses ${name}, which is not there`)
            const names = response.typeUrl === RDS ? ['r'] : []
            if (variant === 'sotw')
              client.request(response.typeUrl, names, { nonce: response.nonce, ...(refused && { error: 'no' }) })
            else client.delta(response.typeUrl, { nonce: response.nonce, ...(refused && { error: 'no' }) })
            return true
          }
          if (variant === 'sotw') {
            client.request(CDS)
            client.request(LDS)
            client.request(RDS, ['r'])
          } else {
            client.delta(CDS)
            client.delta(LDS)
            client.delta(RDS, { subscribe: ['r'] })
          }
          changes.forEach(({ mesh, answers }, index) => {
            const version = `${index}:${mesh.used.join(',')}${mesh.refused ? ':refused' : ''}`
            server.publish(
              ...mesh.clusters.map((name) => resource(CDS, name)),
              resource(LDS, 'l'),
              resource(RDS, 'r', version),
            )
            for (let n = 0; n < answers; n++) answer()
          })
          while (answer());
          assert.equal(client.inbox.length, 0)
        }),
        { numRuns: RUNS },
      )
    })
  }
})

/** A change, time that passes before it, and whether the client warms a cluster from then on, as Envoy does: taking clusters, but not answering them. */
const slowChangeArbitrary = fc.record({
  mesh: meshArbitrary,
  millis: fc.oneof(fc.constant(0), fc.nat(7000)),
  warms: fc.boolean(),
})

describe('make before break with a client that warms clusters', () => {
  for (const variant of ['sotw', 'delta'] as const) {
    it(`never leaves a route without its clusters, however long that takes (${variant})`, () => {
      fc.assert(
        fc.property(fc.array(slowChangeArbitrary, { maxLength: 20 }), (changes) => {
          const server = new TestServer()
          server.publish(resource(LDS, 'l'))
          const client = server.connect(variant)
          const clusters = new Set<string>()
          const withheld: Outgoing[] = []
          let used: string[] = []
          const say = ({ typeUrl, nonce }: Outgoing): void => {
            if (variant === 'delta') client.delta(typeUrl, { nonce })
            else client.request(typeUrl, typeUrl === RDS ? ['r'] : [], { nonce })
          }
          const take = (warms: boolean): void => {
            for (let response = client.inbox.shift(); response; response = client.inbox.shift()) {
              const { typeUrl, resources, removed } = response
              if (typeUrl === CDS && variant === 'sotw') clusters.clear()
              if (typeUrl === CDS) for (const { name } of resources) clusters.add(name)
              if (typeUrl === CDS) for (const name of removed) clusters.delete(name)
              const [route] = typeUrl === RDS ? resources : []
              if (route) used = route.version.split(':')[1]!.split(',').filter(Boolean)
              for (const name of used) assert.ok(clusters.has(name), `a route uses ${name}, which is not there`)
              if (typeUrl === CDS && warms) withheld.push(response)
              else say(response)
            }
          }
          const thaw = (): void => {
            for (const response of withheld.splice(0)) say(response)
          }
          if (variant === 'sotw') {
            client.request(CDS)
            client.request(LDS)
            client.request(RDS, ['r'])
          } else {
            client.delta(CDS)
            client.delta(LDS)
            client.delta(RDS, { subscribe: ['r'] })
          }
          changes.forEach(({ mesh, millis, warms }, index) => {
            for (let passed = 0; passed < millis; passed += 500) {
              server.clock.advance(Math.min(500, millis - passed))
              take(warms)
            }
            if (!warms) thaw()
            const route = resource(RDS, 'r', `${index}:${mesh.used.join(',')}`)
            server.publish(...mesh.clusters.map((name) => resource(CDS, name)), resource(LDS, 'l'), route)
            take(warms)
          })
          // Everything arrives in bounded time, answered or not.
          for (let passed = 0; passed < 30_000; passed += 500) {
            server.clock.advance(500)
            take(true)
          }
          const last = changes.at(-1)?.mesh
          assert.deepEqual(used, last?.used ?? [])
          for (const name of last?.clusters ?? []) assert.ok(clusters.has(name))
          thaw()
          for (let round = 0; round < 10; round++) take(false)
          assert.deepEqual([...clusters].sort(), [...(last?.clusters ?? [])].sort())
        }),
        { numRuns: RUNS },
      )
    })
  }
})
