/**
 * Snapshots by key, and who watches them. One key stands for many Envoys: all replicas of a virtual node share one entry.
 * Publishing hands the snapshot to the watchers in slices, so that thousands of streams do not hold the event loop.
 */
import type { Refusal, Watch, WatchObserver } from './resource-source.js'
import type { Snapshot } from './snapshot.js'

export interface SnapshotCacheOptions {
  /** Watchers served per turn of the event loop. */
  readonly sliceSize?: number
  /** Runs `work` in a later turn of the event loop. */
  readonly defer?: (work: () => void) => void
  /** Told of what an observer throws, which it must not; the others are served all the same. A process warning unless given. */
  readonly onFault?: (error: unknown) => void
}

interface Entry {
  snapshot: Snapshot | undefined
  readonly watchers: Set<WatchObserver>
}

const DEFAULT_SLICE = 200

export class SnapshotCache {
  readonly #entries = new Map<string, Entry>()
  /** Watchers that have not been given their entry's newest snapshot yet. */
  readonly #due = new Map<WatchObserver, Entry>()
  readonly #sliceSize: number
  readonly #defer: (work: () => void) => void
  readonly #onFault: (error: unknown) => void
  #draining = false

  constructor({ sliceSize = DEFAULT_SLICE, defer = setImmediate, onFault = warn }: SnapshotCacheOptions = {}) {
    this.#sliceSize = sliceSize
    this.#defer = defer
    this.#onFault = onFault
  }

  get(key: string): Snapshot | undefined {
    return this.#entries.get(key)?.snapshot
  }

  /** How many keys there are. */
  get size(): number {
    return this.#entries.size
  }

  watcherCount(key: string): number {
    return this.#entries.get(key)?.watchers.size ?? 0
  }

  /** Replaces the snapshot of `key` and tells its watchers; a watcher that is not told yet is told only the newest. */
  publish(key: string, snapshot: Snapshot): void {
    const entry = this.#entry(key)
    if (entry.snapshot === snapshot) return
    entry.snapshot = snapshot
    if (this.#draining || entry.watchers.size > this.#sliceSize) {
      for (const watcher of entry.watchers) this.#due.set(watcher, entry)
      this.#drain()
    } else this.#tellAll(entry)
  }

  /** The common case: a few, and nobody waits. What is published on the way waits until all of them are told. */
  #tellAll(entry: Entry): void {
    this.#draining = true
    for (const watcher of entry.watchers) this.#tell(watcher, entry)
    this.#draining = false
    if (this.#due.size > 0) this.#drain()
  }

  /** The observer gets the current snapshot at once when there is one. */
  watch(key: string, observer: WatchObserver): Watch {
    const entry = this.#entry(key)
    entry.watchers.add(observer)
    if (entry.snapshot) observer.onSnapshot(entry.snapshot)
    return {
      cancel: () => {
        entry.watchers.delete(observer)
        this.#due.delete(observer)
        // Clients choose their keys: one that never had a snapshot leaves nothing behind.
        if (!entry.snapshot && entry.watchers.size === 0 && this.#entries.get(key) === entry) this.#entries.delete(key)
      },
    }
  }

  /** Ends every watch of `key` and forgets its snapshot. */
  refuse(key: string, refusal: Refusal): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    for (const watcher of [...entry.watchers]) {
      this.#due.delete(watcher)
      this.#attempt(() => watcher.onRefusal(refusal))
    }
  }

  /** Forgets `key` if nobody watches it. */
  forget(key: string): void {
    if (this.watcherCount(key) === 0) this.#entries.delete(key)
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key)
    if (!entry) this.#entries.set(key, (entry = { snapshot: undefined, watchers: new Set() }))
    return entry
  }

  #drain(): void {
    if (this.#draining) return
    this.#draining = true
    this.#slice()
  }

  #slice(): void {
    let served = 0
    for (const [watcher, entry] of this.#due) {
      if (served++ === this.#sliceSize) {
        this.#defer(() => this.#slice())
        return
      }
      this.#due.delete(watcher)
      this.#tell(watcher, entry)
    }
    this.#draining = false
  }

  #tell(watcher: WatchObserver, { snapshot }: Entry): void {
    if (snapshot) this.#attempt(() => watcher.onSnapshot(snapshot))
  }

  #attempt(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.#onFault(error)
    }
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}
