/**
 * What the server believes one client holds, of one type: a shared snapshot that it is in step with, and the few names where it differs.
 * A stream in step costs one pointer, however many resources it has.
 */
import type { EncodedResource } from '../codec/resource.js'
import { diffTypes, type Diff } from './diff.js'
import { missingAtFirst, NOTHING_HELD, type Opening, type Pending } from './opening.js'
import type { TypeSnapshot } from './snapshot.js'
import { isSubscribed, isWildcard, type Subscription } from './subscription.js'

/** How one name differs from the base. */
type Difference =
  /** The client holds this version of it. */
  | { readonly kind: 'holds'; readonly version: string }
  /** The client must be told about it, whatever it holds. */
  | { readonly kind: 'asked' }
  /** It was in a response with others that the client rejected, with this version or (undefined) as removed: sent again with the next change. */
  | { readonly kind: 'unapplied'; readonly version: string | undefined }
  /** It alone was rejected: not sent again until its own content changes. */
  | { readonly kind: 'rejected'; readonly version: string }

const ASKED: Difference = { kind: 'asked' }
const NO_DIFFERENCES: ReadonlyMap<string, Difference> = new Map()

export class Holdings {
  #base: TypeSnapshot | undefined
  /** What the client said first, as long as nothing else has happened: it stands for differences. */
  #opening: Opening | undefined
  #differences: Map<string, Difference> | undefined
  /** While the target has this version, unapplied resources stay parked. */
  #parkedAt: string | undefined

  /** The first request of the client: all that it names is to be answered, but for what it holds. */
  open(opening: Opening): void {
    this.#opening = opening
  }

  /**
   * A response that brings the client in step with `target` is on its way.
   * @param withheld names that are gone from `target` but were not removed from the client yet, with the versions that it holds
   * @param complete whether the response has everything: what was rejected before is then offered anew, and is rejected again or not at all
   */
  settle(target: TypeSnapshot, withheld: ReadonlyMap<string, string> = NOTHING_HELD, complete = false): void {
    this.#opening = undefined
    this.#base = target
    for (const [name, difference] of this.#known) {
      const parked = difference.kind === 'unapplied' && this.#parkedAt === target.version
      const stays = !complete && (parked || isStillRejected(difference, target.resources.get(name)))
      if (!stays) this.#differences?.delete(name)
    }
    if (this.#known.size === 0) {
      this.#parkedAt = undefined
      this.#differences = undefined
    }
    for (const [name, version] of withheld) this.#own().set(name, { kind: 'holds', version })
  }

  /** `name` must be answered at the next opportunity. */
  ask(name: string): void {
    if (this.#opening?.subscription.names.has(name) && !this.#opening.held.has(name)) return
    this.#own().set(name, ASKED)
  }

  /** The client no longer follows `name`. What it rejected together with it deserves to be offered without it. */
  forget(name: string): void {
    const differences = this.#own()
    const kind = differences.get(name)?.kind
    differences.delete(name)
    if (kind !== 'unapplied') return
    for (const [other, difference] of differences) if (difference.kind === 'unapplied') this.ask(other)
  }

  /** The subscription is about to change. */
  resubscribe(): void {
    this.#own()
  }

  /** Nothing that was believed counts any more. */
  reset(): void {
    this.#base = undefined
    this.#opening = undefined
    this.#differences = undefined
  }

  /** The client rejected a response with these resources, built from `target`: none of it counts as applied. */
  reject(resources: readonly EncodedResource[], removed: readonly string[], target: TypeSnapshot): void {
    const [only] = resources
    const differences = this.#own()
    if (only && resources.length === 1 && removed.length === 0) {
      differences.set(only.name, { kind: 'rejected', version: only.version })
      return
    }
    for (const { name, version } of resources) differences.set(name, { kind: 'unapplied', version })
    for (const name of removed) differences.set(name, { kind: 'unapplied', version: undefined })
    this.#parkedAt = target.version
  }

  /** True when the client lacks nothing of `target`, as is plain without comparing: the common case, and free. */
  isInStep(target: TypeSnapshot): boolean {
    if (this.#opening && this.#hasAll(this.#opening, target)) this.settle(target)
    return this.#base === target && !this.#opening && this.#known.size === 0
  }

  /** True while something that was sent stands rejected by the client. */
  get hasRejected(): boolean {
    for (const { kind } of this.#known.values()) if (kind === 'rejected' || kind === 'unapplied') return true
    return false
  }

  /** True while `name` was sent and stands rejected by the client. */
  isRejected(name: string): boolean {
    const kind = this.#known.get(name)?.kind
    return kind === 'rejected' || kind === 'unapplied'
  }

  /** The version of `name` that the client holds, as far as is known. */
  heldVersion(name: string): string | undefined {
    if (this.#opening) return this.#opening.held.get(name)
    const difference = this.#known.get(name)
    if (difference) return difference.kind === 'holds' ? difference.version : undefined
    return this.#base?.resources.get(name)?.version
  }

  /** The resource of that name in the state that the client was last in step with. */
  baseResource(name: string): EncodedResource | undefined {
    return this.#base?.resources.get(name)
  }

  /**
   * What the client lacks of `target`. Rejected content that has not changed is in it only beside something that has.
   * @param withhold whether removals are not sent now, so that they alone are no occasion
   */
  pending(subscription: Subscription, target: TypeSnapshot, withhold = false): Pending {
    if (this.isInStep(target)) return NOTHING_PENDING
    if (this.#opening) return missingAtFirst(this.#opening, target)
    const diff = diffTypes(this.#base, target)
    const differences = this.#known
    if (differences.size === 0) return restrict(diff, subscription)
    const follows = (name: string) => isSubscribed(subscription, name) && !differences.has(name)
    const changed = diff.changed.filter(({ name }) => follows(name))
    const removed = diff.removed.filter(follows)
    const absent: string[] = []
    const parked: string[] = []
    for (const [name, difference] of differences) {
      if (!isSubscribed(subscription, name)) continue
      const resource = target.resources.get(name)
      if (difference.kind !== 'asked' && resource?.version === difference.version) {
        if (difference.kind === 'unapplied') parked.push(name)
      } else if (resource) changed.push(resource)
      else if (difference.kind === 'asked') absent.push(name)
      else removed.push(name)
    }
    const occasion = changed.length > 0 || absent.length > 0 || (removed.length > 0 && !withhold)
    if (!occasion || this.#parkedAt === target.version) return { changed, removed, absent }
    for (const name of parked) {
      const resource = target.resources.get(name)
      if (resource) changed.push(resource)
      else removed.push(name)
    }
    return { changed, removed, absent }
  }

  /** A returning client often has everything: then it is like any other that is in step. */
  #hasAll(opening: Opening, target: TypeSnapshot): boolean {
    const { changed, removed, absent } = missingAtFirst(opening, target)
    return changed.length === 0 && removed.length === 0 && absent.length === 0
  }

  get #known(): ReadonlyMap<string, Difference> {
    return this.#differences ?? NO_DIFFERENCES
  }

  /** The differences, to be changed: the opening no longer tells all. */
  #own(): Map<string, Difference> {
    const own = (this.#differences ??= new Map<string, Difference>())
    const opening = this.#opening
    this.#opening = undefined
    if (!opening) return own
    for (const name of opening.subscription.names) own.set(name, ASKED)
    for (const [name, version] of opening.held) own.set(name, { kind: 'holds', version })
    return own
  }
}

function isStillRejected(difference: Difference, resource: EncodedResource | undefined): boolean {
  return difference.kind === 'rejected' && resource?.version === difference.version
}

const NONE: readonly string[] = []
const NOTHING_PENDING: Pending = { changed: [], removed: NONE, absent: NONE }

function restrict({ changed, removed }: Diff, subscription: Subscription): Pending {
  if (isWildcard(subscription) || (changed.length === 0 && removed.length === 0)) {
    return { changed, removed, absent: NONE }
  }
  const { names } = subscription
  // The same array whenever nothing is left out: its bytes are then shared with the other streams.
  const all = changed.every(({ name }) => names.has(name))
  return {
    changed: all ? changed : changed.filter(({ name }) => names.has(name)),
    removed: removed.length > 0 ? removed.filter((name) => names.has(name)) : NONE,
    absent: NONE,
  }
}
