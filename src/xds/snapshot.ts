/**
 * Snapshots: everything one kind of Envoy should have, immutable, shared by all of its streams.
 * Versions are content hashes, so equal content has an equal version on every replica and after every restart.
 */
import { hash } from 'node:crypto'
import type { EncodedResource } from '../codec/resource.js'

/** All resources of one type. */
export interface TypeSnapshot {
  readonly typeUrl: string
  /** Hash of every name and resource version: equal for equal sets. Sources may give their own. */
  readonly version: string
  /** In name order. */
  readonly resources: ReadonlyMap<string, EncodedResource>
}

export interface Snapshot {
  /** A label for people (proxy status), never part of a version: the source's revision that this content was first built from. */
  readonly revision: number
  readonly types: ReadonlyMap<string, TypeSnapshot>
}

const VERSION_LENGTH = 16

/**
 * The snapshot of `resources`, grouped by type. Throws when two resources of a type share a name: Envoy refuses such a response.
 * Types that are made of the very same resources as in `previous` are taken from there.
 */
export function buildSnapshot(resources: Iterable<EncodedResource>, revision: number, previous?: Snapshot): Snapshot {
  return buildSnapshotOf(groupByType(resources).values(), revision, previous)
}

/** The resources by type URL. */
export function groupByType(resources: Iterable<EncodedResource>): Map<string, EncodedResource[]> {
  const byType = new Map<string, EncodedResource[]>()
  for (const resource of resources) {
    const list = byType.get(resource.typeUrl)
    if (list) list.push(resource)
    else byType.set(resource.typeUrl, [resource])
  }
  return byType
}

/** What lists were made into, for who comes with one of them again. */
const madeOf = new WeakMap<readonly EncodedResource[], TypeSnapshot>()

/** As `buildSnapshot`, of lists with resources of one type each. The same list makes the same type: it must not change. */
export function buildSnapshotOf(
  lists: Iterable<readonly EncodedResource[]>,
  revision: number,
  previous?: Snapshot,
): Snapshot {
  const types = new Map<string, TypeSnapshot>()
  for (const list of lists) {
    const [first] = list
    if (!first) continue
    let type = madeOf.get(list)
    if (!type) madeOf.set(list, (type = makeType(first.typeUrl, list, previous)))
    types.set(first.typeUrl, type)
  }
  return { revision, types }
}

function makeType(typeUrl: string, list: readonly EncodedResource[], previous: Snapshot | undefined): TypeSnapshot {
  const old = previous?.types.get(typeUrl)
  return old && isMadeOf(old, list) ? old : buildTypeSnapshot(typeUrl, list)
}

function isMadeOf({ resources }: TypeSnapshot, list: readonly EncodedResource[]): boolean {
  const distinct = new Set(list)
  if (distinct.size !== list.length || resources.size !== list.length) return false
  return list.every((resource) => resources.get(resource.name) === resource)
}

/** `version` defaults to the content hash. */
export function buildTypeSnapshot(
  typeUrl: string,
  resources: readonly EncodedResource[],
  version?: string,
): TypeSnapshot {
  const sorted = [...resources].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const byName = new Map<string, EncodedResource>()
  for (const resource of sorted) {
    if (byName.has(resource.name)) throw new Error(`two resources of ${typeUrl} are named ${resource.name}`)
    byName.set(resource.name, resource)
  }
  return { typeUrl, version: version ?? hashVersions(sorted), resources: byName }
}

/**
 * `next` where `previous` holds the same content for a type: the same TypeSnapshot object is kept, so that streams can compare by identity.
 * Returns `previous` itself when nothing at all differs.
 */
export function reuseUnchanged(previous: Snapshot | undefined, next: Snapshot): Snapshot {
  if (!previous) return next
  let changed = previous.types.size !== next.types.size
  const types = new Map<string, TypeSnapshot>()
  for (const [typeUrl, type] of next.types) {
    const old = previous.types.get(typeUrl)
    const same = old?.version === type.version
    types.set(typeUrl, same ? old : type)
    if (!same) changed = true
  }
  return changed ? { revision: next.revision, types } : previous
}

/** `previous` with other resources of one type and the very same of all others; `previous` itself when they are equal. */
export function replaceType(previous: Snapshot, type: TypeSnapshot, revision: number): Snapshot {
  if (previous.types.get(type.typeUrl)?.version === type.version) return previous
  return { revision, types: new Map(previous.types).set(type.typeUrl, type) }
}

const lists = new WeakMap<TypeSnapshot, readonly EncodedResource[]>()

/** All resources of a type, always the same array: what is made from it can be remembered by identity. */
export function resourcesOf(type: TypeSnapshot): readonly EncodedResource[] {
  let list = lists.get(type)
  if (!list) lists.set(type, (list = [...type.resources.values()]))
  return list
}

/** The empty set of a type that a snapshot does not mention. */
export function typeOf(snapshot: Snapshot, typeUrl: string): TypeSnapshot {
  return snapshot.types.get(typeUrl) ?? emptyType(typeUrl)
}

const empties = new Map<string, TypeSnapshot>()

function emptyType(typeUrl: string): TypeSnapshot {
  const known = empties.get(typeUrl)
  if (known) return known
  const empty = buildTypeSnapshot(typeUrl, [])
  // The table is keyed by what peers send: only types of the official API are kept.
  if (typeUrl.startsWith('type.googleapis.com/envoy.') && empties.size < 64) empties.set(typeUrl, empty)
  return empty
}

function hashVersions(sorted: readonly EncodedResource[]): string {
  const text = sorted.map(({ name, version }) => `${name.length}:${name}${version}\n`).join('')
  return hash('sha256', text).slice(0, VERSION_LENGTH)
}
