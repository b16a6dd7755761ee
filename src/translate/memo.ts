/** Remembers what was built from which inputs, so that parts shared by proxies and by successive views are built once. */

/**
 * Returns the value that was built for `key` last time while `inputs` are identical (by `Object.is`, one by one), else builds it anew.
 * One memo serves one mesh in one dialect. A key always means the same kind of value; the newest inputs of a key replace the older ones.
 */
export type Memo = <T>(key: string, inputs: readonly unknown[], build: () => T) => T

interface Entry {
  readonly inputs: readonly unknown[]
  readonly value: unknown
}

const DEFAULT_LIMIT = 100_000

export interface MemoOptions {
  /** How many entries a generation has; asked anew each time, as what the memo serves may grow. */
  readonly limit?: () => number
}

/**
 * A memo of bounded size. Entries live in two generations: using one moves it to the young generation, and when that holds `limit` entries it
 * becomes the old one and what was in the old one and not used since is dropped. So at most 2 × `limit` entries are kept, and those
 * that newer views do not ask for any more are the ones that go.
 */
export function createMemo({ limit = () => DEFAULT_LIMIT }: MemoOptions = {}): Memo {
  let young = new Map<string, Entry>()
  let old = new Map<string, Entry>()

  function keep(key: string, entry: Entry): void {
    if (!young.has(key) && young.size >= limit()) {
      old = young
      young = new Map()
    }
    young.set(key, entry)
  }

  return <T>(key: string, inputs: readonly unknown[], build: () => T): T => {
    let entry = young.get(key)
    if (!entry) {
      entry = old.get(key)
      if (entry) keep(key, entry)
    }
    if (entry && areIdentical(entry.inputs, inputs)) return entry.value as T
    const value = build()
    keep(key, { inputs, value })
    return value
  }
}

const NOTHING: readonly unknown[] = []
/** Keys that one proxy has: some for itself, one for each port that it calls. */
const KEYS_PER_PROXY = 1000

/**
 * The part of `memo` that is one proxy's own, in which its keys need not name it: a change that concerns many proxies asks for the same few of
 * each, and does so more cheaply there than in one large table.
 */
export function ownMemo(memo: Memo, { kind, name }: { readonly kind: string; readonly name: string }): Memo {
  return memo(`${kind}/${name}`, NOTHING, () => createMemo({ limit: () => KEYS_PER_PROXY }))
}

function areIdentical(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (!Object.is(left[i], right[i])) return false
  return true
}
