/**
 * What one client asked for, of one type, on one stream: a pure state machine without nonces, versions or transport.
 * xDS protocol, "How the client specifies what resources to return".
 */
import { Interner } from '../codec/interner.js'

/** The legacy form is an empty list on the first request of a type; it holds only as long as the stream never named anything. */
type Wildcard = 'none' | 'legacy' | 'explicit'

export interface Subscription {
  readonly wildcard: Wildcard
  readonly names: ReadonlySet<string>
}

export interface SubscriptionChange {
  readonly subscription: Subscription
  /** Names to tell the client about whatever it holds: newly named ones, re-subscribed ones, and (delta) names that fell back to the wildcard. */
  readonly asked: readonly string[]
  /** Names that are no longer subscribed in any way. */
  readonly dropped: readonly string[]
  /** The wildcard was switched on by this request. */
  readonly wildcardBegan: boolean
}

const NO_NAMES: ReadonlySet<string> = new Set()

/** Before the first request of a type. */
export const UNSUBSCRIBED: Subscription = { wildcard: 'none', names: NO_NAMES }

/** Those without names, by their wildcard. */
const NAMELESS: Readonly<Record<Wildcard, Subscription>> = {
  none: UNSUBSCRIBED,
  legacy: { wildcard: 'legacy', names: NO_NAMES },
  explicit: { wildcard: 'explicit', names: NO_NAMES },
}

export const WILDCARD_NAME = '*'

export function isWildcard(subscription: Subscription): boolean {
  return subscription.wildcard !== 'none'
}

export function isSubscribed(subscription: Subscription, name: string): boolean {
  return subscription.wildcard !== 'none' || subscription.names.has(name)
}

/** By the list, which is one object for all streams that ask for the same. */
type Beginnings = WeakMap<readonly string[], SubscriptionChange>
const beginnings: Readonly<Record<'wildcard' | 'named', Beginnings>> = { wildcard: new WeakMap(), named: new WeakMap() }

/**
 * The first request of a type on a stream, of either variant.
 * @param wildcardByDefault whether an empty list means everything (only CDS and LDS)
 */
export function beginSubscription(list: readonly string[], wildcardByDefault: boolean): SubscriptionChange {
  const known = wildcardByDefault ? beginnings.wildcard : beginnings.named
  let change = known.get(list)
  if (!change) known.set(list, (change = subscribeFirst(list, wildcardByDefault)))
  return change
}

function subscribeFirst(list: readonly string[], wildcardByDefault: boolean): SubscriptionChange {
  const names = new Set(list)
  const star = names.delete(WILDCARD_NAME)
  const wildcard: Wildcard = star ? 'explicit' : list.length === 0 && wildcardByDefault ? 'legacy' : 'none'
  const subscription = share({ wildcard, names })
  return { subscription, asked: [...names], dropped: [], wildcardBegan: wildcard !== 'none' }
}

/** State of the world: every request carries the whole list. */
export function applyNames(before: Subscription, list: readonly string[]): SubscriptionChange {
  if (isSame(before, list)) return unchanged(before)
  const names = new Set(list)
  const star = names.delete(WILDCARD_NAME)
  const wildcard: Wildcard = star ? 'explicit' : list.length === 0 && before.wildcard === 'legacy' ? 'legacy' : 'none'
  const subscription = sameNames(before, names, wildcard) ? before : share({ wildcard, names })
  return {
    subscription,
    asked: subscription === before ? [] : [...names].filter((name) => !before.names.has(name)),
    dropped: subscription === before || wildcard !== 'none' ? [] : [...before.names].filter((name) => !names.has(name)),
    wildcardBegan: wildcard !== 'none' && before.wildcard === 'none',
  }
}

/** Delta: every request carries what to add and what to take away. A name in both lists is subscribed. */
export function applyDelta(
  before: Subscription,
  subscribe: readonly string[],
  unsubscribe: readonly string[],
): SubscriptionChange {
  if (subscribe.length === 0 && unsubscribe.length === 0) return unchanged(before)
  const names = new Set(before.names)
  const asked = new Set<string>()
  const dropped = new Set<string>()
  let wildcard = before.wildcard
  for (const name of unsubscribe) {
    if (name === WILDCARD_NAME) wildcard = 'none'
    else if (names.delete(name)) dropped.add(name)
  }
  for (const name of subscribe) {
    if (name === WILDCARD_NAME) wildcard = 'explicit'
    else {
      names.add(name)
      asked.add(name)
      dropped.delete(name)
    }
  }
  // A name that stays subscribed through the wildcard must be answered again: the client may have forgotten it.
  if (wildcard !== 'none') {
    for (const name of dropped) asked.add(name)
    dropped.clear()
  }
  return {
    subscription: share({ wildcard, names }),
    asked: [...asked],
    dropped: [...dropped],
    wildcardBegan: wildcard !== 'none' && before.wildcard === 'none',
  }
}

/** Streams of one proxy ask for the same names: one object serves them all. */
const shared = new Interner<Subscription>()

function share(subscription: Subscription): Subscription {
  const { wildcard, names } = subscription
  return names.size === 0 ? NAMELESS[wildcard] : shared.intern(JSON.stringify([wildcard, ...names]), subscription)
}

/** An ACK repeats the list as it is: the common case, found without making anything. */
function isSame({ wildcard, names }: Subscription, list: readonly string[]): boolean {
  if (wildcard === 'legacy') return list.length === 0 && names.size === 0
  if (wildcard !== 'none' || list.length !== names.size) return false
  let index = 0
  for (const name of names) if (name !== list[index++]) return false
  return true
}

const NONE: readonly string[] = []

function unchanged(subscription: Subscription): SubscriptionChange {
  return { subscription, asked: NONE, dropped: NONE, wildcardBegan: false }
}

function sameNames(before: Subscription, names: ReadonlySet<string>, wildcard: Wildcard): boolean {
  if (before.wildcard !== wildcard || before.names.size !== names.size) return false
  for (const name of names) if (!before.names.has(name)) return false
  return true
}
