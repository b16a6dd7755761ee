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

/** By the sum of the fingerprints. Bounds in maps and in bytes. */
const known = new LRUCache<number, Known>({ max: 10_000, maxSize: 32 * 1024 * 1024 })
/** The bytes, and about as much again twice for what is made of them. */
const BYTES_PER_BYTE = 3

/** @param entries of the map, nothing else; they are left where they are */
export function readVersions(entries: Scanner): ResourceVersions {
  const starts = new Map<number, number>()
  let [sum, count] = [0, 0]
  for (const each = entries.copy(); each.next(); count++) sum = (sum + each.fingerprint()) | 0
  const same = known.get(sum)
  if (same?.starts.size === count && isMadeOf(entries.copy(), same)) return same.versions
  const versions = new Map<string, string>()
  for (const each = entries.copy(); each.next();) {
    starts.set(each.fingerprint(), each.offset - entries.offset)
    const { key, value } = each.message().readInto({ key: '', value: '' }, ENTRY_FIELDS)
    versions.set(key, value)
  }
  // Two entries with one fingerprint could not be told apart; of two with one name the last counts, wherever it stands.
  if (starts.size < count || versions.size < count) return versions
  const bytes = Buffer.from(entries.rest())
  known.set(sum, { bytes, starts, versions }, { size: 1 + BYTES_PER_BYTE * bytes.length })
  return versions
}

function isMadeOf(entries: Scanner, { bytes, starts }: Known): boolean {
  while (entries.next()) {
    const start = starts.get(entries.fingerprint())
    if (start === undefined || !entries.isAt(bytes, start)) return false
  }
  return true
}

const ENTRY_FIELDS: FieldTable<{ key: string; value: string }> = {
  [delimited(1)]: (draft, scanner) => (draft.key = scanner.text()),
  [delimited(2)]: (draft, scanner) => (draft.value = scanner.text()),
}
