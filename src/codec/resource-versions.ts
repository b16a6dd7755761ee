/**
 * The versions that returning clients say they have (DeltaDiscoveryRequest.initial_resource_versions). It is a protobuf map, which every client writes
 * in an order of its own: maps with the same entries are read once, whatever their order, and are one and the same object afterwards.
 */
import { LRUCache } from 'lru-cache'
import { delimited, type FieldTable, type Scanner } from './scanner.js'

export type ResourceVersions = ReadonlyMap<string, string>

interface Known {
  /** All entries. */
  readonly bytes: Buffer
  /** Where each begins, by its fingerprint. */
  readonly starts: ReadonlyMap<number, number>
  readonly versions: ResourceVersions
}

/** Bounds of what is kept of what clients say, in pieces and in bytes. */
export const KEPT = { max: 10_000, maxSize: 32 * 1024 * 1024 }
/** Measured: what a map takes beside its entries, and how much more the entries take than their bytes, kept as both. */
const [MAP_BYTES, MAP_RATIO] = [500, 4]

/** By the sum of the fingerprints. */
const known = new LRUCache<number, Known>(KEPT)

/** The memory of all that are kept, about: bytes. */
export function rememberedVersionsBytes(): number {
  return known.calculatedSize
}

/** The fingerprints of the map that is read. */
let fingerprints = new Int32Array(1024)

/** @param entries of the map, nothing else; they are left where they are */
export function readVersions(entries: Scanner): ResourceVersions {
  let [sum, count] = [0, 0]
  for (const each = entries.copy(); each.next(); count++) {
    if (count === fingerprints.length)
      fingerprints = Int32Array.from({ length: 2 * count }, (_, at) => fingerprints[at] ?? 0)
    const fingerprint = each.fingerprint()
    fingerprints[count] = fingerprint
    sum = (sum + fingerprint) | 0
  }
  const same = known.get(sum)
  return same?.starts.size === count && isMadeOf(entries, same) ? same.versions : remember(entries, sum, count)
}

function isMadeOf(entries: Scanner, { bytes, starts }: Known): boolean {
  const each = entries.copy()
  for (let index = 0; each.next(); index++) {
    const start = starts.get(fingerprints[index] ?? 0)
    if (start === undefined || !each.isAt(bytes, start)) return false
  }
  return true
}

function remember(entries: Scanner, sum: number, count: number): ResourceVersions {
  const starts = new Map<number, number>()
  const versions = new Map<string, string>()
  const each = entries.copy()
  for (let index = 0; each.next(); index++) {
    starts.set(fingerprints[index] ?? 0, each.offset - entries.offset)
    const { key, value } = each.message().readInto({ key: '', value: '' }, ENTRY_FIELDS)
    versions.set(key, value)
  }
  // Two entries with one fingerprint could not be told apart; of two with one name the last counts, wherever it stands.
  if (starts.size < count || versions.size < count) return versions
  const bytes = entries.copyOfRest()
  known.set(sum, { bytes, starts, versions }, { size: MAP_BYTES + MAP_RATIO * bytes.length })
  return versions
}

const ENTRY_FIELDS: FieldTable<{ key: string; value: string }> = {
  [delimited(1)]: (draft, scanner) => (draft.key = scanner.text()),
  [delimited(2)]: (draft, scanner) => (draft.value = scanner.text()),
}
