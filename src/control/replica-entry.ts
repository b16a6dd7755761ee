/** What a replica tells the others about one of its Envoys: its status with times instead of ages, as text. */
import type { XdsNode } from '../xds/resource-source.js'
import type { TypeStatus } from '../xds/stream-status.js'
import type { KnownProxy, ProxyStatus } from './proxy-registry.js'

interface Entry {
  readonly node: XdsNode
  readonly status: Readonly<Record<string, unknown>>
  readonly types: readonly Readonly<Record<string, unknown>>[]
}

/** A name that ends so says how long ago something was; in an entry it says when. */
const AGE = 'AgeMillis'
const TIME = 'Time'

/** @param now milliseconds since the epoch */
export function formatEntry({ status, node }: KnownProxy, now: number): string {
  const { types, connectedForMillis, ...rest } = status
  const entry: Entry = {
    node,
    status: { ...rest, connectedTime: now - connectedForMillis },
    types: types.map((type) => rename(type, AGE, TIME, now)),
  }
  return JSON.stringify(entry)
}

/**
 * @param replica who wrote it, for people
 * @param appliedRevision of that replica, for Envoys that are in step with it
 * @param now milliseconds since the epoch. The clocks of two machines differ a little: no age is below 0.
 */
export function parseEntry(text: string, replica: string, appliedRevision: number, now: number): KnownProxy {
  const { node, status, types } = JSON.parse(text) as Entry
  const { connectedTime, current, ...rest } = status
  return {
    node,
    status: {
      ...(rest as unknown as ProxyStatus),
      replica,
      ...(current === true && { revision: appliedRevision }),
      connectedForMillis: Math.max(0, now - Number(connectedTime)),
      types: types.map((type) => rename(type, TIME, AGE, now) as unknown as TypeStatus),
    },
  }
}

/** An Envoy that is in step with its replica says so instead of naming the revision, which would change with every write anywhere. */
export function withoutCurrentRevision(status: ProxyStatus, appliedRevision: number): ProxyStatus {
  const { revision, ...rest } = status
  return revision === appliedRevision ? ({ ...rest, current: true } as ProxyStatus) : status
}

/** Turns an age into a time and a time into an age: both are `now` less the other. */
function rename(type: object, from: string, to: string, now: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(type).map(([name, value]: [string, unknown]) =>
      name.endsWith(from) ? [name.slice(0, -from.length) + to, Math.max(0, now - Number(value))] : [name, value],
    ),
  )
}
