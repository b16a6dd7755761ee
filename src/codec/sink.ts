/**
 * A growing buffer that protobuf is written into front to back. protobufjs's own Writer makes an object per value and copies at the end; that
 * doubles the time of an encoding.
 */

/** Longer texts are left to Node's encoder; shorter ones are copied here, which is quicker when they are ASCII. */
const SHORT_TEXT = 48

export class Sink {
  #buffer = Buffer.allocUnsafe(16384)
  #end = 0

  /** How much was written so far. */
  get length(): number {
    return this.#end
  }

  reset(): void {
    this.#end = 0
  }

  /** A copy of what was written from `start` on. */
  slice(start = 0): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#buffer, start, this.#end)
  }

  /** An unsigned integer up to 2^32 - 1. */
  varint(value: number): void {
    this.#reserve(5)
    let rest = value
    while (rest > 127) {
      this.#buffer[this.#end++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#buffer[this.#end++] = rest
  }

  /** A 64-bit integer as two's complement. */
  varint64(value: bigint): void {
    this.#reserve(10)
    let rest = BigInt.asUintN(64, value)
    while (rest > 127n) {
      this.#buffer[this.#end++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    this.#buffer[this.#end++] = Number(rest)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#end = this.#buffer.writeDoubleLE(value, this.#end)
  }

  float(value: number): void {
    this.#reserve(4)
    this.#end = this.#buffer.writeFloatLE(value, this.#end)
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** Text in UTF-8, preceded by its length. */
  text(value: string): void {
    this.#reserve(value.length * 3 + 5)
    if (value.length < SHORT_TEXT && this.#ascii(value)) return
    const start = this.open()
    this.#end += this.#buffer.write(value, this.#end, 'utf8')
    this.close(start)
  }

  /** Begins something that is preceded by its length; `close` with what this returned ends it. */
  open(): number {
    this.#reserve(1)
    return ++this.#end
  }

  close(start: number): void {
    const length = this.#end - start
    if (length < 128) {
      this.#buffer[start - 1] = length
      return
    }
    const extra = length < 16384 ? 1 : length < 2097152 ? 2 : length < 268435456 ? 3 : 4
    this.#reserve(extra)
    this.#buffer.copyWithin(start + extra, start, this.#end)
    const end = this.#end + extra
    this.#end = start - 1
    this.varint(length)
    this.#end = end
  }

  /** Writes nothing and returns false when there is a character beyond ASCII. */
  #ascii(value: string): boolean {
    const buffer = this.#buffer
    const start = this.#end + 1
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index)
      if (code > 127) return false
      buffer[start + index] = code
    }
    buffer[this.#end] = value.length
    this.#end = start + value.length
    return true
  }

  #reserve(size: number): void {
    if (this.#end + size <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + size))
    this.#buffer.copy(larger, 0, 0, this.#end)
    this.#buffer = larger
  }
}
