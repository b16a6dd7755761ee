/** A store in memory, the control plane that follows it, and Envoys without sockets, on a clock that the test holds. */
import assert from 'node:assert/strict'
import { Registry } from '../../src/cloud-map/registry.js'
import { ControlPlane, type ControlPlaneOptions } from '../../src/control/control-plane.js'
import type { Logger } from '../../src/control/logger.js'
import { encodeResource } from '../../src/codec/encode.js'
import { buildMeshView } from '../../src/model/mesh-view.js'
import { refKey } from '../../src/model/references.js'
import type { Resource, ResourceRef } from '../../src/model/resource.js'
import { openStore } from '../../src/store/open-store.js'
import type { Change, Store } from '../../src/store/store.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE, type ProxyRef } from '../../src/translate/proxy.js'
import { translate } from '../../src/translate/translate.js'
import { Engine } from '../../src/xds/engine.js'
import type { Variant } from '../../src/xds/stream-view.js'
import { CDS, FakeClock, LDS, RDS } from '../xds/harness.js'
import { ACCOUNT } from '../translate/mesh.js'
import { describe, FakeEnvoy } from './envoy.js'

const AUTHOR = { principal: 'test', operation: 'Test' }

/** A later turn of the event loop: what was deferred has run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What was logged, and how. */
export class Log implements Logger {
  readonly entries: { level: string; message: string; details: object }[] = []
  info = (details: object, message: string): void => void this.entries.push({ level: 'info', message, details })
  warn = (details: object, message: string): void => void this.entries.push({ level: 'warn', message, details })
  error = (details: object, message: string): void => void this.entries.push({ level: 'error', message, details })
}

/** How the log of the store is read, to be changed by a test. */
export interface Reading {
  /** Instead of the next readings, in turn. */
  failures: Error[]
  /** While set, readings wait for it. */
  held: Promise<void> | undefined
  /** How often it was read. */
  count: number
  /** Whether hints of changes come through. */
  hints: boolean
}

export class World {
  readonly store: Store
  readonly clock = new FakeClock()
  readonly log = new Log()
  readonly reading: Reading
  readonly registry: Registry
  readonly control: ControlPlane
  readonly engine: Engine
  readonly envoys: FakeEnvoy[] = []
  /** Every revision that was said to be applied. */
  readonly applied: number[] = []
  #versions = 0

  private constructor(store: Store, options: Partial<ControlPlaneOptions>) {
    this.store = store
    this.reading = { failures: [], held: undefined, count: 0, hints: true }
    this.registry = new Registry(store)
    this.control = new ControlPlane({
      endpoints: this.registry,
      store: watched(store, this.reading),
      account: ACCOUNT,
      region: 'us-east-1',
      logger: this.log,
      clock: this.clock,
      onApplied: (revision) => this.applied.push(revision),
      ...options,
    })
    // Streams are not recycled here: how many there are is the test's business.
    this.engine = new Engine({ source: this.control, clock: this.clock, limits: { maxAgeMillis: 0 } })
  }

  static async open(options: Partial<ControlPlaneOptions> = {}): Promise<World> {
    return new World(await openStore('sqlite::memory:'), options)
  }

  static start(...resources: readonly Resource[]): Promise<World> {
    return World.startWith({}, ...resources)
  }

  static async startWith(options: Partial<ControlPlaneOptions>, ...resources: readonly Resource[]): Promise<World> {
    const world = await World.open(options)
    await world.put(...resources)
    await world.control.start()
    await world.settle()
    return world
  }

  async close(): Promise<void> {
    this.control.stop()
    await this.store.close()
  }

  /** Writes in one transaction; every write is a new version of the resource. */
  put(...resources: readonly Resource[]): Promise<void> {
    return this.write({ put: resources })
  }

  remove(...refs: readonly ResourceRef[]): Promise<void> {
    return this.write({ remove: refs })
  }

  async write({ remove = [], put = [] }: { remove?: readonly ResourceRef[]; put?: readonly Resource[] }) {
    await this.store.write(AUTHOR, async (tx) => {
      for (const ref of remove) await tx.remove(ref)
      for (const resource of put) {
        await tx.put({ ...resource, metadata: { ...resource.metadata, version: ++this.#versions } })
      }
    })
  }

  envoy(nodeId: string, variant?: Variant): FakeEnvoy {
    const envoy = new FakeEnvoy(this.engine, nodeId, variant)
    this.envoys.push(envoy)
    return envoy.connect()
  }

  /** Until everything written is applied and every Envoy has answered what there is to answer. Time passes. */
  async settle(): Promise<void> {
    const head = await this.store.head()
    let quiet = 0
    for (let round = 0; quiet < 2; round++) {
      assert.ok(round < 500, `not settled: applied ${this.control.appliedRevision} of ${head}`)
      this.clock.advance(round < 50 ? 100 : 1000)
      for (let turns = 0; turns < 4; turns++) await turn()
      let answers = 0
      for (const envoy of this.envoys) {
        while (envoy.answer()) assert.ok(answers++ < 1000, `${envoy.nodeId} is sent something for ever`)
      }
      quiet = answers === 0 && this.control.appliedRevision === head ? quiet + 1 : 0
    }
    // The longest of all waits is over, and so are those that its end began.
    for (let waits = 0; waits < 2; waits++) {
      this.clock.advance(6000)
      for (let turns = 0; turns < 4; turns++) await turn()
      for (const envoy of this.envoys) {
        for (let answers = 0; envoy.answer(); answers++) assert.ok(answers < 1000)
      }
    }
  }

  /** What the mesh says now, translated by nobody's memory; undefined when there is no such virtual node. Throws when it cannot be translated. */
  async expected(ref: ProxyRef): Promise<string[] | undefined> {
    const { resources } = await this.store.image()
    const ofMesh = resources.filter(({ ref: { meshName } }) => meshName === ref.meshName)
    if (!ofMesh.some((resource) => refKey(resource.ref) === refKey(ref))) return undefined
    const view = buildMeshView(ofMesh, 1)
    const { clusters, listeners, routes } = translate(view, ref, { dialect: BASELINE, memo: createMemo() })
    return [
      ...clusters.map((cluster) => encodeResource(CDS, cluster)),
      ...listeners.map((listener) => encodeResource(LDS, listener)),
      ...routes.map((route) => encodeResource(RDS, route)),
    ]
      .map(describe)
      .sort()
  }
}

/** `store` with its log under a test's control. */
function watched(store: Store, reading: Reading): Store {
  return {
    write: (author, work) => store.write(author, work),
    read: (work) => store.read(work),
    head: () => store.head(),
    image: () => store.image(),
    cloudMapImage: () => store.cloudMapImage(),
    cloudMapChangesAfter: (revision, limit) => store.cloudMapChangesAfter(revision, limit),
    trimLog: (ageMillis) => store.trimLog(ageMillis),
    ping: () => store.ping(),
    close: () => store.close(),
    onChange: (listener) => store.onChange(() => reading.hints && listener()),
    async changesAfter(revision, limit): Promise<Change[]> {
      reading.count++
      const failure = reading.failures.shift()
      if (failure) throw failure
      const changes = await store.changesAfter(revision, limit)
      await reading.held
      return changes
    },
  }
}

export function nodeRef(name: string, meshName = 'm'): ProxyRef {
  return { kind: 'virtualNode', meshOwner: ACCOUNT, meshName, name }
}

export const nodeId = (name: string, meshName = 'm'): string => `mesh/${meshName}/virtualNode/${name}`
