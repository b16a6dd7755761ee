/** Header fields in the bytes of a header block and back (HPACK, RFC 7541). Strings hold one character per byte (latin1). */
import { decodeHuffman } from './huffman.js'
import { STATIC_TABLE, type HeaderField } from './static-table.js'

export type { HeaderField } from './static-table.js'

/** Broken header block: a connection error COMPRESSION_ERROR (RFC 7541 and RFC 9113 section 4.3). */
export class HpackError extends Error {}

/** What a field counts beyond its strings (RFC 7541 section 4.1). */
const FIELD_OVERHEAD = 32
/** SETTINGS_HEADER_TABLE_SIZE unless it is set (RFC 9113 section 6.5.2): some clients would not heed another one. */
const MAX_TABLE_BYTES = 4096

/** Representations (RFC 7541 section 6), by the bits before their prefix; literals that are not to be indexed are all the others. */
const INDEXED = 0x80
const WITH_INDEXING = 0x40
const SIZE_UPDATE = 0x20
const SIZE_UPDATE_MASK = 0xe0

const HUFFMAN = 0x80
/** Integers may have four bytes after the prefix: up to 28 bits, far more than any length or index here. */
const MAX_SHIFT = 21

function fieldBytes([name, value]: HeaderField): number {
  return name.length + value.length + FIELD_OVERHEAD
}

/** Reads the header blocks of one connection, in the order in which they came. Of no use any more once it has thrown. */
export class HpackDecoder {
  readonly #maxListBytes: number
  readonly #maxFields: number
  readonly #table = new DynamicTable()

  /**
   * @param limits.maxListBytes as SETTINGS_MAX_HEADER_LIST_SIZE counts: name, value and 32 bytes for each field
   * @param limits.maxFields fields of one list
   */
  constructor(limits: { readonly maxListBytes: number; readonly maxFields: number }) {
    this.#maxListBytes = limits.maxListBytes
    this.#maxFields = limits.maxFields
  }

  /**
   * Decodes one whole header block (RFC 7541 section 3). Returns undefined when the list exceeds the limits; the dynamic table is kept right all
   * the same. Throws HpackError.
   */
  decode(block: Buffer): HeaderField[] | undefined {
    const reader = new BlockReader(block)
    while (!reader.done && (reader.first & SIZE_UPDATE_MASK) === SIZE_UPDATE) this.#table.resize(reader.integer(5))
    let fields: HeaderField[] | undefined = []
    let bytes = 0
    while (!reader.done) {
      const field = this.#readField(reader)
      if (!fields) continue
      bytes += fieldBytes(field)
      if (bytes > this.#maxListBytes || fields.length === this.#maxFields) fields = undefined
      else fields.push(field)
    }
    return fields
  }

  #readField(reader: BlockReader): HeaderField {
    const { first } = reader
    if (first & INDEXED) return this.#field(reader.integer(7))
    if (first & WITH_INDEXING) {
      const field = this.#readLiteral(reader, 6)
      this.#table.add(field)
      return field
    }
    if (first & SIZE_UPDATE) throw new HpackError('a size update of the dynamic table comes after a field')
    return this.#readLiteral(reader, 4)
  }

  #readLiteral(reader: BlockReader, prefixBits: number): HeaderField {
    const index = reader.integer(prefixBits)
    const name = index === 0 ? reader.string() : this.#field(index)[0]
    return [name, reader.string()]
  }

  #field(index: number): HeaderField {
    const field = STATIC_TABLE[index - 1] ?? this.#table.at(index - STATIC_TABLE.length)
    if (!field) throw new HpackError(`no field has the index ${index}`)
    return field
  }
}

/** What the peer's encoder had indexed lately (RFC 7541 sections 2.3.2 and 4). */
class DynamicTable {
  /** The oldest first; nothing is allocated for peers that index nothing. */
  #fields: HeaderField[] | undefined
  #bytes = 0
  /** What the peer has chosen. */
  #maxBytes = MAX_TABLE_BYTES

  /** The newest is 1. */
  at(index: number): HeaderField | undefined {
    return this.#fields?.[this.#fields.length - index]
  }

  /** One that is too big for the table empties it, which is no error (RFC 7541 section 4.4). */
  add(field: HeaderField): void {
    const bytes = fieldBytes(field)
    this.#evictTo(this.#maxBytes - bytes)
    if (bytes > this.#maxBytes) return
    this.#bytes += bytes
    if (this.#fields) this.#fields.push(field)
    else this.#fields = [field]
  }

  /** Follows a size update. */
  resize(bytes: number): void {
    if (bytes > MAX_TABLE_BYTES)
      throw new HpackError(`a size update sets the dynamic table to ${bytes} bytes, above its limit`)
    this.#maxBytes = bytes
    this.#evictTo(bytes)
  }

  #evictTo(bytes: number): void {
    while (this.#fields && this.#bytes > bytes) {
      const oldest = this.#fields.shift()
      if (oldest) this.#bytes -= fieldBytes(oldest)
      if (this.#fields.length === 0) this.#fields = undefined
    }
  }
}

/** Reads integers and strings (RFC 7541 section 5) one after the other. */
class BlockReader {
  readonly #block: Buffer
  #at = 0

  constructor(block: Buffer) {
    this.#block = block
  }

  get done(): boolean {
    return this.#at >= this.#block.length
  }

  /** The next byte, which is not taken yet. */
  get first(): number {
    const byte = this.#block[this.#at]
    if (byte === undefined) throw new HpackError('a header block is cut off')
    return byte
  }

  integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1
    let value = this.first & mask
    this.#at++
    if (value < mask) return value
    for (let shift = 0; shift <= MAX_SHIFT; shift += 7) {
      const byte = this.first
      this.#at++
      value += (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new HpackError('an integer in a header block is too long')
  }

  string(): string {
    const isHuffman = (this.first & HUFFMAN) !== 0
    const length = this.integer(7)
    const start = this.#at
    this.#at += length
    if (this.#at > this.#block.length) throw new HpackError('a string in a header block is cut off')
    if (!isHuffman) return this.#block.toString('latin1', start, this.#at)
    const text = decodeHuffman(this.#block, start, this.#at)
    if (text === undefined) throw new HpackError('a string in a header block is not in the Huffman code')
    return text
  }
}

/** Of the first field with each name; others of that name follow it. */
const STATIC_INDEX = new Map<string, number>()
for (const [index, [name]] of STATIC_TABLE.entries()) if (!STATIC_INDEX.has(name)) STATIC_INDEX.set(name, index + 1)

/** At most: the first byte of a field and the lengths of its strings. */
const FIELD_PREFIX_BYTES = 11

/**
 * One header block, without the dynamic table and without Huffman codes: names of the static table and wholly static fields by index, all else as
 * literals without indexing. Needs no state, and so no care for the peer's SETTINGS_HEADER_TABLE_SIZE.
 */
export function encodeHeaders(fields: readonly HeaderField[]): Buffer {
  let maxLength = 0
  for (const [name, value] of fields) maxLength += FIELD_PREFIX_BYTES + name.length + value.length
  const block = Buffer.allocUnsafe(maxLength)
  let at = 0
  for (const field of fields) at = writeField(block, at, field)
  return block.subarray(0, at)
}

/** Returns where the next one goes, like the other writers. */
function writeField(block: Buffer, at: number, [name, value]: HeaderField): number {
  const named = STATIC_INDEX.get(name) ?? 0
  for (let index = named; named > 0 && STATIC_TABLE[index - 1]?.[0] === name; index++) {
    if (STATIC_TABLE[index - 1]?.[1] === value) return writeInteger(block, at, INDEXED, 7, index)
  }
  const next = writeInteger(block, at, 0, 4, named)
  return writeString(block, named > 0 ? next : writeString(block, next, name), value)
}

function writeString(block: Buffer, at: number, text: string): number {
  const next = writeInteger(block, at, 0, 7, text.length)
  return next + block.write(text, next, 'latin1')
}

/** `pattern` holds the bits before the prefix (RFC 7541 section 5.1). */
function writeInteger(block: Buffer, at: number, pattern: number, prefixBits: number, value: number): number {
  const mask = (1 << prefixBits) - 1
  if (value < mask) {
    block[at] = pattern | value
    return at + 1
  }
  block[at++] = pattern | mask
  let rest = value - mask
  for (; rest >= 0x80; rest >>>= 7) block[at++] = (rest & 0x7f) | 0x80
  block[at] = rest
  return at + 1
}
