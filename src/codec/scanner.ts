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

  /** What is left to read, not copied. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at, this.#limit)
  }

  /** Where the current field begins, its tag included; before the first, where that will. */
  get offset(): number {
    return this.#begin
  }

  /** A number for the current field, tag included: the same for the same bytes (FNV-1a, 32 bits). */
  fingerprint(): number {
    const bytes = this.#bytes
    let hash = 0x811c9dc5
    for (let at = this.#begin; at < this.#at; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
    return hash
  }

  /** Whether the bytes of the current field, tag included, stand at `start` of `bytes`. */
  isAt(bytes: Buffer, start: number): boolean {
    const end = start + this.#at - this.#begin
    return end <= bytes.length && bytes.compare(this.#bytes, this.#begin, this.#at, start, end) === 0
  }

  /** What is left to read, as a key for equal bytes. */
  key(): string {
    return this.#bytes.toString('latin1', this.#at, this.#limit)
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
