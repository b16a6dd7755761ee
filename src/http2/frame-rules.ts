/** What frames of a client must be like, whatever the state of their stream (RFC 9113, sections 4 to 6). */
import { CODE, ConnectionError, FLAG, FRAME, SETTING_BYTES } from './frame.js'

/** Frames that are about the whole connection. */
const OF_CONNECTION = new Set<number>([FRAME.SETTINGS, FRAME.PING, FRAME.GOAWAY])
/** Frames that are about one stream. */
const OF_STREAM = new Set<number>([FRAME.DATA, FRAME.HEADERS, FRAME.PRIORITY, FRAME.RST_STREAM, FRAME.CONTINUATION])
/** Payloads that have one length only. */
const BYTES = new Map<number, number>([
  [FRAME.PRIORITY, 5],
  [FRAME.RST_STREAM, 4],
  [FRAME.PING, 8],
  [FRAME.WINDOW_UPDATE, 4],
])
const GOAWAY_BYTES = 8

/** Throws ConnectionError for a frame that can be right in no state. */
export function checkFrame(type: number, flags: number, streamId: number, bytes: number): void {
  if (streamId === 0 ? OF_STREAM.has(type) : OF_CONNECTION.has(type))
    throw violation(`a frame of type ${type} on stream ${streamId}`)
  // Streams with even numbers are those that a server pushes. Frames of extensions are ignored wherever they are (section 4.1).
  if (streamId % 2 === 0 && streamId !== 0 && type !== FRAME.PRIORITY && type <= FRAME.CONTINUATION)
    throw violation(`stream ${streamId} is not a client's`)
  if (type === FRAME.PUSH_PROMISE) throw violation('a client does not push')
  const length = BYTES.get(type)
  if (length !== undefined && length !== bytes) throw wrongSize(type, bytes)
  if (type === FRAME.GOAWAY && bytes < GOAWAY_BYTES) throw wrongSize(type, bytes)
  if (type === FRAME.SETTINGS && (flags & FLAG.ACK ? bytes > 0 : bytes % SETTING_BYTES > 0))
    throw wrongSize(type, bytes)
}

/** The payload without its padding (section 6.1). Throws ConnectionError when there is more padding than payload. */
export function unpad(flags: number, payload: Buffer): Buffer {
  if (!(flags & FLAG.PADDED)) return payload
  const [padding] = payload
  if (padding === undefined || padding >= payload.length) throw violation('more padding than payload')
  return payload.subarray(1, payload.length - padding)
}

/** A breach of the protocol that the connection does not survive. */
export function violation(message: string): ConnectionError {
  return new ConnectionError(CODE.PROTOCOL_ERROR, message)
}

function wrongSize(type: number, bytes: number): ConnectionError {
  return new ConnectionError(CODE.FRAME_SIZE_ERROR, `a frame of type ${type} with ${bytes} bytes`)
}
