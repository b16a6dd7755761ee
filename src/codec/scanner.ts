/**
 * Protobuf read field by field (protobuf encoding, "Message Structure"), for the few messages that come in masses: nothing is made of what nobody
 * reads, and no code has to be generated and compiled first.
 */

/** Wire types. */
const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5

const FIXED_BYTES: Readonly<Record<number, number>> = { [FIXED64]: 8, [FIXED32]: 4 }

/** What is done about the fields of a message, by tag; others are skipped. */
export type FieldTable<Draft> = Readonly<Record<number, (draft: Draft, scanner: Scanner) => void>>

/** The tag of a text, of bytes, or of an embedded message. */
export function delimited(field: number): number {
  return (field << 3) | LENGTH_DELIMITED
}

/** The tag of an integer or a bool. */
export function integer(field: number): number {
  return (field << 3) | VARINT
}

/** The tag of a double. */
export function double(field: number): number {
  return (field << 3) | FIXED64
}

export class Scanner {
  /** Of the current field: its number and wire type. */
  tag = 0
  readonly #bytes: Buffer
  readonly #limit: number
  #at: number
  #begin: number
  /** Of its value. */
  #start = 0

  /** Reads `bytes` from `start` to `end`. */
  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#at = this.#begin = start
    this.#limit = end
  }

  /** Moves to the next field; false when there is none. Throws when these bytes are no message. */
  next(): boolean {
    if (this.#at >= this.#limit) return false
    this.#begin = this.#at
    this.tag = this.#readVarint()
    const type = this.tag & 7
    const length = type === LENGTH_DELIMITED ? this.#readVarint() : (FIXED_BYTES[type] ?? 0)
    this.#start = this.#at
    this.#at += length
    if (type === VARINT) this.#readVarint()
    else if (this.#at === this.#start && type !== LENGTH_DELIMITED) throw new Error(`a field of wire type ${type}`)
    if (this.#at > this.#limit) throw new Error('a field is cut off')
    return true
  }

  /** Hands each field to the table. */
  readInto<Draft>(draft: Draft, table: FieldTable<Draft>): Draft {
    while (this.next()) table[this.tag]?.(draft, this)
    return draft
  }

  /** The current field as text. */
  text(): string {
    return this.#bytes.toString('utf8', this.#start, this.#at)
  }

  /** As an unsigned integer; beyond 32 bits only its lower ones. */
  number(): number {
    this.#at = this.#start
    return this.#readVarint()
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#start)
  }

  /** The bytes of the current field, not copied: they are the transport's, and only there while a request is handled. */
  slice(): Buffer {
    return this.#bytes.subarray(this.#start, this.#at)
  }

  /** The current field as a message. */
  message(): Scanner {
    return new Scanner(this.#bytes, this.#start, this.#at)
  }

  /** The current field and those of the same tag that follow at once, tags included; after them `next` goes on. */
  run(): Scanner {
    const { tag } = this
    const begin = this.#begin
    let end = this.#at
    while (end < this.#limit && this.next() && this.tag === tag) end = this.#at
    this.#at = end
    this.tag = tag
    return new Scanner(this.#bytes, begin, end)
  }

  /** Another one that reads what is left to read. */
  copy(): Scanner {
    return new Scanner(this.#bytes, this.#at, this.#limit)
  }

  /** What is left to read, in memory of its own: what is kept for long must not keep a pool of Buffers with it. */
  copyOfRest(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.#limit - this.#at)
    this.#bytes.copy(copy, 0, this.#at, this.#limit)
    return copy
  }

  /** Where the current field begins, its tag included; before the first, where that will. */
  get offset(): number {
    return this.#begin
  }

  /** A number for the current field, tag included: the same for the same bytes. */
  fingerprint(): number {
    return hashOf(this.#bytes, this.#begin, this.#at)
  }

  /** As `fingerprint`, for all that is left to read. */
  fingerprintOfRest(): number {
    return hashOf(this.#bytes, this.#at, this.#limit)
  }

  /** Whether the current field, tag included, stands at `start` of `bytes`. */
  isAt(bytes: Buffer, start: number): boolean {
    const begin = this.#begin
    const length = this.#at - begin
    if (start + length > bytes.length) return false
    // Entries are short: a call to native code would take longer.
    for (let index = 0; index < length; index++) if (bytes[start + index] !== this.#bytes[begin + index]) return false
    return true
  }

  /** Whether all that is left to read is the same as `bytes`. */
  isRest(bytes: Buffer): boolean {
    return bytes.compare(this.#bytes, this.#at, this.#limit) === 0
  }

  #readVarint(): number {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#limit) throw new Error('a number is cut off')
      const byte = this.#bytes[this.#at++] ?? 0
      if (shift < 35) value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
    throw new Error('a number is too long')
  }
}

/** FNV-1a, four bytes at a time: to find, not to trust. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start)
  let at = start
  for (; at + 4 <= end; at += 4) {
    const word =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
    hash = Math.imul(hash ^ word, 0x01000193)
    // The lower bits would never hear of the upper ones.
    hash ^= hash >>> 15
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return hash
}
