/**
 * Reads the Huffman code of HPACK (RFC 7541 section 5.2 and appendix B), four bits at a time: what they lead to is looked up in one flat table,
 * made when the module is loaded.
 */

/** The end of the string, which no string may contain. */
const EOS = 256
const LONGEST_CODE = 30
const SHORTEST_CODE = 5
const MAX_PADDING = 7

/** Bits of the code of each byte and of EOS, as digits to the base of 36. The code is canonical: nothing more is needed to know it. */
const CODE_LENGTHS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6' +
  'f56565666577666567655677777fbedskmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn' +
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu'

/** A transition that completes a symbol holds this and the symbol above the state that follows. */
const EMITS = 1 << 16
/** The transition of codes that are not allowed. */
const INVALID = -1

const TRANSITIONS = transitionTable(codeTree())

/** For the strings of most headers; longer ones get memory of their own. */
const scratch = Buffer.allocUnsafeSlow(4096)

/** Decodes `bytes` from `start` to `end`, to one character per byte; undefined when they are no string in this code, or wrongly padded. */
export function decodeHuffman(bytes: Buffer, start: number, end: number): string | undefined {
  const maxLength = Math.floor(((end - start) * 8) / SHORTEST_CODE)
  const text = maxLength <= scratch.length ? scratch : Buffer.allocUnsafeSlow(maxLength)
  let length = 0
  let state = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    for (let shift = 4; shift >= 0; shift -= 4) {
      const transition = TRANSITIONS[(state << 4) | ((byte >> shift) & 15)] ?? INVALID
      if (transition === INVALID) return undefined
      if (transition & EMITS) text[length++] = (transition >> 8) & 255
      state = transition & 255
    }
  }
  return state <= MAX_PADDING ? text.toString('latin1', 0, length) : undefined
}

/**
 * The two children of each inner node: other nodes, or the complement of a symbol. EOS comes first: its code is all ones, and so the node below n
 * ones has number n, which tells padding (the beginning of EOS) from codes that are cut off.
 */
function codeTree(): Int16Array {
  const children = new Int16Array(2 * EOS)
  let nodes = 1
  const insert = (symbol: number, code: number, bits: number): void => {
    let node = 0
    for (let bit = bits - 1; bit > 0; bit--) {
      const branch = 2 * node + ((code >> bit) & 1)
      node = children[branch] ||= nodes++
    }
    children[2 * node + (code & 1)] = ~symbol
  }
  insert(EOS, 2 ** LONGEST_CODE - 1, LONGEST_CODE)
  const lengths = Array.from(CODE_LENGTHS, (digit) => parseInt(digit, 36))
  let code = 0
  for (let bits = SHORTEST_CODE; bits <= LONGEST_CODE; bits++) {
    code <<= 1
    for (let symbol = 0; symbol < EOS; symbol++) if (lengths[symbol] === bits) insert(symbol, code++, bits)
  }
  return children
}

/** For each inner node of the tree and each four bits that may follow: what they complete, and the node after them. */
function transitionTable(children: Int16Array): Int32Array {
  return Int32Array.from({ length: 16 * EOS }, (_, index) => {
    let node = index >> 4
    let emitted = 0
    for (let bit = 3; bit >= 0; bit--) {
      const child = children[2 * node + ((index >> bit) & 1)] ?? 0
      if (child === ~EOS) return INVALID
      if (child < 0) emitted = EMITS | (~child << 8)
      node = child < 0 ? 0 : child
    }
    return emitted | node
  })
}
