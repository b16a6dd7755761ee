/** Snapshots for those who watch: made when needed, remade when something changed, kept when it cannot be made, given up when nobody needs them. */
import assert from 'node:assert/strict'
import type { Batch } from '../../src/control/mesh-follower.js'
import { Reconciler, proxyKey, type Proxy, type ReconcilerOptions } from '../../src/control/reconciler.js'
import { applyChanges, type MeshView } from '../../src/model/mesh-view.js'
import { changeKey } from '../../src/model/references.js'
import type { Resource, ResourceRef } from '../../src/model/resource.js'
import type { VirtualNodeSpec } from '../../src/model/virtual-node.js'
import { BASELINE } from '../../src/translate/proxy.js'
import type { Refusal } from '../../src/xds/resource-source.js'
import type { Snapshot } from '../../src/xds/snapshot.js'
import { SnapshotCache } from '../../src/xds/snapshot-cache.js'
import { LISTENER_TYPE } from '../../src/xds/types.js'
import { resource, viewOf } from '../translate/mesh.js'
import { Log, nodeRef } from './world.js'

const node = (name: string, port: number, ...backends: string[]): Resource =>
  resource('virtualNode', 'm', name, specOf(port, ...backends))

/** No message holds a negative port. */
const broken = (name: string): Resource => node(name, -1)

function specOf(port: number, ...backends: string[]): VirtualNodeSpec {
  return {
    listeners: [{ portMapping: { port, protocol: 'http' } }],
    serviceDiscovery: { dns: { hostname: 'x.local' } },
    backends: backends.map((virtualServiceName) => ({ virtualService: { virtualServiceName } })),
  }
}

const provided = (name: string, by: string): Resource =>
  resource('virtualService', 'm', name, { provider: { virtualNode: { virtualNodeName: by } } })

function proxyOf(name: string): Proxy {
  const ref = nodeRef(name)
  return { key: proxyKey(ref, BASELINE), ref, dialect: BASELINE }
}

class Bench {
  readonly log = new Log()
  readonly cache = new SnapshotCache({ defer: (work) => work() })
  readonly settled: number[] = []
  readonly translated: string[] = []
  readonly deferred: (() => void)[] = []
  readonly reconciler: Reconciler
  view: MeshView | undefined = viewOf({ mesh: { meshName: 'm' } })
  revision = 1
  /** Milliseconds that every look at the clock takes. */
  pace = 0
  #now = 0

  constructor(options: Partial<ReconcilerOptions> = {}) {
    this.reconciler = new Reconciler({
      cache: this.cache,
      view: ({ meshName }) => (meshName === 'm' ? this.view : undefined),
      refuseUnknown: ({ name }) => ({ code: 3, message: `no ${name}` }),
      logger: this.log,
      onTranslated: ({ ref }, _seconds, failed) => this.translated.push(`${ref.name}${failed ? ' failed' : ''}`),
      onSettled: (revision) => this.settled.push(revision),
      defer: (work) => this.deferred.push(work),
      now: () => (this.#now += this.pace),
      ...options,
    })
  }

  watch(name: string): Watcher {
    return new Watcher(this, proxyOf(name))
  }

  /** Changes the view and has it settled, as one batch. */
  change(put: readonly Resource[], remove: readonly ResourceRef[] = [], time = 1000): void {
    const changes = [
      ...remove.map((ref) => ({ kind: 'remove' as const, ref })),
      ...put.map((each) => ({ kind: 'put' as const, resource: each })),
    ]
    this.revision++
    if (this.view) this.view = applyChanges(this.view, changes, this.revision)
    this.settle([...put.map(({ ref }) => ref), ...remove], time)
  }

  settle(refs: readonly ResourceRef[], oldestChange = 1000): void {
    const batch: Batch = { revision: this.revision, oldestChange, keys: new Set(refs.map(changeKey)) }
    this.reconciler.settle(batch)
  }

  /** Runs what was put off to later turns of the event loop. */
  runDeferred(): number {
    let turns = 0
    for (let work = this.deferred.shift(); work; work = this.deferred.shift(), turns++) work()
    return turns
  }

  snapshot(name: string): Snapshot | undefined {
    return this.cache.get(proxyOf(name).key)
  }
}

/** What the control plane does for one stream. */
class Watcher {
  readonly snapshots: Snapshot[] = []
  refusal: Refusal | undefined
  readonly leave: () => void

  constructor({ cache, reconciler }: Bench, proxy: Proxy) {
    const watch = cache.watch(proxy.key, {
      onSnapshot: (snapshot) => this.snapshots.push(snapshot),
      onRefusal: (refusal) => {
        this.refusal = refusal
        this.leave()
      },
    })
    this.leave = () => {
      watch.cancel()
      if (cache.watcherCount(proxy.key) === 0) reconciler.detach(proxy)
    }
    reconciler.attach(proxy)
  }

  get version(): string | undefined {
    return this.snapshots.at(-1)?.types.get(LISTENER_TYPE)?.version
  }
}

describe('Reconciler', () => {
  describe('translates', () => {
    it('what somebody watches, once for all who do', () => {
      const bench = new Bench()
      bench.change([node('a', 80), node('b', 80)])
      const [first, second] = [bench.watch('a'), bench.watch('a')]
      assert.deepEqual(bench.translated, ['a'])
      assert.equal(first.snapshots[0], second.snapshots[0])
      assert.equal(bench.snapshot('b'), undefined)
    })

    it('anew what a change concerns, and nothing else', () => {
      const bench = new Bench()
      bench.change([node('a', 80, 's'), node('b', 80), node('c', 80), provided('s', 'c')])
      const watchers = ['a', 'b', 'c'].map((name) => bench.watch(name))
      bench.translated.length = 0
      bench.change([node('c', 81)])
      assert.deepEqual(bench.translated.sort(), ['a', 'c'])
      assert.deepEqual(
        watchers.map(({ snapshots }) => snapshots.length),
        [2, 1, 2],
      )
    })

    it('again when a service appears that a node already calls, or gets a provider', () => {
      const bench = new Bench()
      bench.change([node('a', 80, 's'), node('c', 81)])
      const watcher = bench.watch('a')
      bench.change([provided('s', 'nobody')])
      bench.change([provided('s', 'c')])
      assert.equal(watcher.snapshots.length, 2, 'a service without a node adds nothing')
      bench.change([], [nodeRef('c')])
      assert.equal(watcher.snapshots.length, 3)
    })

    it('without publishing what is equal', () => {
      const bench = new Bench()
      bench.change([node('a', 80)])
      const watcher = bench.watch('a')
      bench.change([node('a', 80)])
      assert.deepEqual(bench.translated, ['a', 'a'])
      assert.equal(watcher.snapshots.length, 1)
    })
  })

  describe('settles', () => {
    it('a revision that concerns nobody at once', () => {
      const bench = new Bench()
      bench.change([node('a', 80)])
      assert.deepEqual(bench.settled, [2])
    })

    it('a revision only when everything that it concerns is published, in slices', () => {
      const bench = new Bench()
      const names = Array.from({ length: 20 }, (_, index) => `n${index}`)
      bench.change(names.map((name) => node(name, 80)))
      const watchers = names.map((name) => bench.watch(name))
      bench.settled.length = 0
      bench.pace = 3
      bench.change(names.map((name) => node(name, 81)))
      assert.deepEqual(bench.settled, [])
      assert.ok(bench.runDeferred() > 3, 'the work is spread over turns')
      assert.deepEqual(bench.settled, [3])
      assert.ok(watchers.every(({ snapshots }) => snapshots.length === 2))
    })

    it('only the newest revision when one comes while another is being settled', () => {
      const bench = new Bench()
      bench.change([node('a', 80), node('b', 80)])
      const [a, b] = [bench.watch('a'), bench.watch('b')]
      bench.settled.length = 0
      bench.pace = 20
      bench.change([node('a', 81), node('b', 81)], [], 500)
      bench.change([node('b', 82)], [], 900)
      bench.runDeferred()
      assert.deepEqual(bench.settled, [4])
      assert.equal(a.snapshots.length, 2)
      assert.equal(b.snapshots.length, 2)
      assert.equal(bench.reconciler.history.changeTime(b.snapshots[1]!), 500, 'since the oldest change')
    })

    it('a proxy that comes meanwhile', () => {
      const bench = new Bench()
      const names = ['a', 'b', 'c', 'd']
      bench.change(names.map((name) => node(name, 80)))
      for (const name of ['a', 'b', 'c']) bench.watch(name)
      bench.pace = 20
      bench.change(names.map((name) => node(name, 81)))
      const late = bench.watch('d')
      bench.runDeferred()
      assert.equal(late.snapshots.length, 1)
      assert.equal(bench.reconciler.history.changeTime(late.snapshots[0]!), undefined, 'a connection made it')
    })
  })

  describe('refuses', () => {
    it('those whose node is deleted, and serves them when it is back', () => {
      const bench = new Bench()
      bench.change([node('a', 80), node('b', 80)])
      const [a, b] = [bench.watch('a'), bench.watch('b')]
      bench.change([], [nodeRef('a')])
      assert.deepEqual(a.refusal, { code: 3, message: 'no a' })
      assert.equal(b.refusal, undefined)
      assert.equal(bench.snapshot('a'), undefined)
      bench.change([node('a', 90)])
      assert.equal(bench.watch('a').snapshots.length, 1)
    })

    it('everybody of a mesh that is deleted', () => {
      const bench = new Bench()
      bench.change([node('a', 80), node('b', 80)])
      const watchers = [bench.watch('a'), bench.watch('b')]
      const { mesh } = bench.view!
      bench.view = undefined
      bench.settle([mesh.ref])
      assert.deepEqual(
        watchers.map(({ refusal }) => refusal?.code),
        [3, 3],
      )
    })

    it('nobody whose node was deleted and made again in one batch', () => {
      const bench = new Bench()
      bench.change([node('a', 80)])
      const watcher = bench.watch('a')
      bench.change([node('a', 81)], [nodeRef('a')])
      assert.equal(watcher.refusal, undefined)
      assert.equal(watcher.snapshots.length, 2)
    })

    it('all the others when one of them throws', () => {
      const faults: unknown[] = []
      const cache = new SnapshotCache({ defer: (work) => work(), onFault: (error) => faults.push(error) })
      const bench = new Bench({ cache })
      bench.change([node('a', 80)])
      const { key } = proxyOf('a')
      const told: string[] = []
      for (const name of ['x', 'y', 'z']) {
        const tell = (what: string) => () => {
          told.push(`${name} ${what}`)
          if (name === 'y') throw new Error('a defect')
        }
        cache.watch(key, { onSnapshot: tell('snapshot'), onRefusal: tell('refusal') })
      }
      bench.reconciler.attach(proxyOf('a'))
      bench.change([], [nodeRef('a')])
      assert.deepEqual(told, ['x snapshot', 'y snapshot', 'z snapshot', 'x refusal', 'y refusal', 'z refusal'])
      assert.equal(faults.length, 2)
    })
  })

  describe('that cannot translate', () => {
    it('keeps the last good snapshot, says so, and recovers', () => {
      const bench = new Bench()
      bench.change([node('a', 80), node('b', 80)])
      const [a, b] = [bench.watch('a'), bench.watch('b')]
      const good = a.snapshots[0]!
      bench.change([broken('a'), node('b', 81)])
      assert.equal(bench.snapshot('a'), good)
      assert.deepEqual(bench.translated.slice(2).sort(), ['a failed', 'b'])
      assert.equal(b.snapshots.length, 2, 'others are not held up')
      assert.deepEqual(bench.settled.at(-1), 3)
      const [problem] = bench.reconciler.problems(proxyOf('a').key)
      assert.equal(problem?.path, 'virtualNode/a')
      assert.match(problem.message, /cannot be translated.*keep what they have.*port/s)
      assert.equal(bench.log.entries.length, 1)
      bench.change([node('a', 82)])
      assert.equal(a.snapshots.length, 2)
      assert.deepEqual(bench.reconciler.problems(proxyOf('a').key), [])
    })

    it('serves those who came before there was anything good', () => {
      const bench = new Bench()
      bench.change([broken('a')])
      const watcher = bench.watch('a')
      assert.equal(watcher.snapshots.length, 0)
      assert.equal(watcher.refusal, undefined)
      assert.equal(bench.reconciler.problems(proxyOf('a').key).length, 1)
      bench.change([node('a', 80)])
      assert.equal(watcher.snapshots.length, 1)
    })

    it('follows what the proxy depends on all the same', () => {
      const bench = new Bench()
      bench.change([node('a', 80, 's'), provided('s', 'c'), broken('c')])
      const watcher = bench.watch('a')
      assert.equal(watcher.snapshots.length, 0)
      bench.change([node('c', 81)])
      assert.equal(watcher.snapshots.length, 1)
    })

    it('follows mesh and node even when it cannot tell what they depend on', () => {
      const bench = new Bench()
      const senseless = resource('virtualNode', 'm', 'a', { backends: [null] } as unknown as VirtualNodeSpec)
      bench.change([senseless, node('b', 80)])
      const [a, b] = [bench.watch('a'), bench.watch('b')]
      assert.equal(b.snapshots.length, 1)
      bench.change([senseless])
      assert.deepEqual(bench.translated, ['a failed', 'b', 'a failed'])
      bench.change([node('a', 80)])
      assert.equal(a.snapshots.length, 1)
    })

    it('does not say that the last good snapshot is right for the change', () => {
      const bench = new Bench()
      bench.change([node('a', 80)])
      const good = bench.watch('a').snapshots[0]!
      assert.equal(bench.reconciler.history.lastRevision(good), undefined)
      bench.change([node('b', 80)])
      bench.change([broken('a')])
      assert.equal(bench.reconciler.history.lastRevision(good), 3, 'it was right up to the revision before')
      bench.change([broken('a')])
      assert.equal(bench.reconciler.history.lastRevision(good), 3)
      bench.change([node('a', 80)])
      assert.equal(bench.snapshot('a'), good)
      assert.equal(bench.reconciler.history.lastRevision(good), undefined, 'it is right again')
    })
  })

  describe('of departed proxies', () => {
    it('keeps the snapshot for those who come back', () => {
      const bench = new Bench()
      bench.change([node('a', 80)])
      const first = bench.watch('a')
      first.leave()
      const second = bench.watch('a')
      assert.equal(second.snapshots[0], first.snapshots[0])
      assert.deepEqual(bench.translated, ['a'])
    })

    it('gives up what has become old, and translates it only for those who come back', () => {
      const bench = new Bench()
      bench.change([node('a', 80)])
      const first = bench.watch('a')
      first.leave()
      bench.change([node('a', 81)])
      assert.deepEqual(bench.translated, ['a'])
      assert.equal(bench.snapshot('a'), undefined)
      const second = bench.watch('a')
      assert.notEqual(second.version, first.version)
      assert.equal(second.snapshots.length, 1)
    })

    it('gives up the oldest when there are too many, however often they come and go', () => {
      const bench = new Bench({ departed: 3 })
      const names = Array.from({ length: 10 }, (_, index) => `n${index}`)
      bench.change(names.map((name) => node(name, 80)))
      for (let round = 0; round < 3; round++) for (const name of names) bench.watch(name).leave()
      assert.deepEqual(
        names.filter((name) => bench.snapshot(name)),
        ['n7', 'n8', 'n9'],
      )
      bench.translated.length = 0
      bench.change(names.map((name) => node(name, 81)))
      assert.deepEqual(bench.translated, [])
    })

    it('does not make what was given up while it waited for its turn', () => {
      const bench = new Bench({ departed: 1 })
      const names = ['a', 'b', 'c']
      bench.change(names.map((name) => node(name, 80)))
      const watchers = names.map((name) => bench.watch(name))
      bench.pace = 6
      bench.change(names.map((name) => node(name, 81)))
      for (const { leave } of watchers) leave()
      bench.runDeferred()
      assert.deepEqual(
        names.filter((name) => bench.snapshot(name)),
        ['c'],
      )
    })

    it('does not give up what is watched again', () => {
      const bench = new Bench({ departed: 1 })
      bench.change(['a', 'b', 'c'].map((name) => node(name, 80)))
      bench.watch('a').leave()
      const back = bench.watch('a')
      bench.watch('b').leave()
      bench.watch('c').leave()
      bench.change([node('a', 81)])
      assert.equal(back.snapshots.length, 2)
    })

    it('keeps a proxy as long as one of its Envoys stays', () => {
      const bench = new Bench()
      bench.change([node('a', 80)])
      const [leaving, staying] = [bench.watch('a'), bench.watch('a')]
      leaving.leave()
      bench.change([node('a', 81)])
      assert.equal(staying.snapshots.length, 2)
      assert.equal(leaving.snapshots.length, 1)
    })

    it('forgets the shared parts of a mesh with the mesh, though nobody was connected any more', () => {
      const bench = new Bench()
      const a = node('a', 80)
      const problems = () => {
        const watcher = bench.watch('a')
        const found = bench.reconciler.problems(proxyOf('a').key)
        watcher.leave()
        return found
      }
      bench.change([a])
      const before = problems()
      bench.settle([a.ref])
      // As long as the parts are kept, the same objects come out of the same objects.
      assert.equal(problems(), before)
      bench.change([], [a.ref])
      const view = bench.view!
      bench.view = undefined
      bench.settle([view.mesh.ref])
      bench.view = view
      bench.change([a])
      assert.notEqual(problems(), before)
      assert.deepEqual(problems(), before)
    })
  })

  it('says when the change behind a snapshot was made, and up to which revision it was right', () => {
    const bench = new Bench()
    bench.change([node('a', 80)], [], 100)
    const watcher = bench.watch('a')
    const [first] = watcher.snapshots
    assert.equal(bench.reconciler.history.changeTime(first!), undefined)
    bench.change([node('b', 80)], [], 200)
    bench.change([node('a', 81)], [], 300)
    assert.equal(bench.reconciler.history.changeTime(watcher.snapshots[1]!), 300)
    assert.equal(bench.reconciler.history.lastRevision(first!), 3)
    assert.equal(bench.reconciler.history.lastRevision(watcher.snapshots[1]!), undefined)
  })
})
