/** Which change made a snapshot, and until when it was right. */
import type { Snapshot } from '../xds/snapshot.js'

export class SnapshotHistory {
  readonly #changeTimes = new WeakMap<Snapshot, number>()
  readonly #lastRevisions = new WeakMap<Snapshot, number>()

  /** When the change that made `snapshot` was committed (milliseconds since the epoch); undefined when a connection made it. */
  changeTime(snapshot: Snapshot): number | undefined {
    return this.#changeTimes.get(snapshot)
  }

  /** The newest revision that `snapshot` was right for; undefined while it still is. */
  lastRevision(snapshot: Snapshot): number | undefined {
    return this.#lastRevisions.get(snapshot)
  }

  /** `snapshot` is right for what is being settled now. */
  confirm(snapshot: Snapshot): void {
    this.#lastRevisions.delete(snapshot)
  }

  /** `snapshot` was right up to `settled`, and is not for what is being settled now. */
  supersede(snapshot: Snapshot | undefined, settled: number): void {
    if (!snapshot || this.#lastRevisions.has(snapshot)) return
    this.#lastRevisions.set(snapshot, Math.max(snapshot.revision, settled))
  }

  /** A change of that time made `snapshot`. */
  date(snapshot: Snapshot, changedAt: number): void {
    if (Number.isFinite(changedAt)) this.#changeTimes.set(snapshot, changedAt)
  }
}
