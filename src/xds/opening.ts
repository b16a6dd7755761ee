/**
 * What a client says first, of one type, on a stream: Envoys of one node say the same, so that what they lack is found once, and they are sent one
 * and the same list, whose bytes are made once. After a restart of the server that is most of all work.
 */
import type { EncodedResource } from '../codec/resource.js'
import type { Diff } from './diff.js'
import { resourcesOf, type TypeSnapshot } from './snapshot.js'
import { isSubscribed, isWildcard, type Subscription } from './subscription.js'

export interface Opening {
  readonly subscription: Subscription
  /** Versions that it brings from an earlier stream, by name. */
  readonly held: ReadonlyMap<string, string>
}

/** What a client lacks. */
export interface Pending extends Diff {
  /** Names that were asked for and do not exist. */
  readonly absent: readonly string[]
}

export const NOTHING_HELD: ReadonlyMap<string, string> = new Map()

/** By target, what is held, and the subscription: each of them is one object for all streams that have the same. */
const remembered = new WeakMap<TypeSnapshot, WeakMap<Opening['held'], WeakMap<Subscription, Pending>>>()

/** What a client lacks of `target` that has not been sent anything yet. */
export function missingAtFirst({ subscription, held }: Opening, target: TypeSnapshot): Pending {
  let byHeld = remembered.get(target)
  if (!byHeld) remembered.set(target, (byHeld = new WeakMap()))
  let bySubscription = byHeld.get(held)
  if (!bySubscription) byHeld.set(held, (bySubscription = new WeakMap()))
  let missing = bySubscription.get(subscription)
  if (!missing) bySubscription.set(subscription, (missing = compare(subscription, held, target)))
  return missing
}

function compare(subscription: Subscription, held: Opening['held'], target: TypeSnapshot): Pending {
  const { names } = subscription
  return {
    changed: lacking(subscription, held, target),
    removed: [...held.keys()].filter((name) => isSubscribed(subscription, name) && !target.resources.has(name)),
    absent: [...names].filter((name) => !held.has(name) && !target.resources.has(name)),
  }
}

function lacking(subscription: Subscription, held: Opening['held'], target: TypeSnapshot): readonly EncodedResource[] {
  const all = resourcesOf(target)
  if (isWildcard(subscription) && held.size === 0) return all
  return all.filter(({ name, version }) => isSubscribed(subscription, name) && held.get(name) !== version)
}
