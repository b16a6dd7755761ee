/** Frames of HTTP/2, their numbers and their bytes (RFC 9113, sections 4, 6 and 7). */

export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const

export const FLAG = { END_STREAM: 0x1, ACK: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20 } as const

export const CODE = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  ENHANCE_YOUR_CALM: 11,
} as const
export type ErrorCode = (typeof CODE)[keyof typeof CODE]

export const SETTING = {
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
} as const

/** What a client says first (section 3.4). */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
export const HEAD_BYTES = 9
/** SETTINGS_MAX_FRAME_SIZE until the other side says otherwise, and always for what we take. */
export const DEFAULT_FRAME_BYTES = 16_384
export const DEFAULT_WINDOW = 65_535
export const MAX_WINDOW = 2 ** 31 - 1
export const MAX_FRAME_SIZE = 2 ** 24 - 1

const NOTHING = Buffer.alloc(0)

/** The connection cannot go on: it ends with GOAWAY (section 5.4.1). */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** The nine bytes before the payload of a frame. */
export function frameHead(type: number, flags: number, streamId: number, payloadBytes: number): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES)
  writeHead(head, type, flags, streamId, payloadBytes)
  return head
}

/** A whole frame in one piece: for short ones. */
export function frame(type: number, flags: number, streamId: number, payload: Uint8Array = NOTHING): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + payload.length)
  writeHead(bytes, type, flags, streamId, payload.length)
  bytes.set(payload, HEAD_BYTES)
  return bytes
}

/** A frame whose payload is one number of 31 or 32 bits: RST_STREAM and WINDOW_UPDATE. */
export function numberFrame(type: number, streamId: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + 4)
  writeHead(bytes, type, 0, streamId, 4)
  bytes.writeUInt32BE(value, HEAD_BYTES)
  return bytes
}

/** SETTINGS with these identifiers and values. */
export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * SETTING_BYTES)
  settings.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, index * SETTING_BYTES)
    payload.writeUInt32BE(value, index * SETTING_BYTES + 2)
  })
  return frame(FRAME.SETTINGS, 0, 0, payload)
}

export const SETTING_BYTES = 6

/** Writes the nine bytes before a payload. */
export function writeHead(target: Buffer, type: number, flags: number, streamId: number, payloadBytes: number): void {
  target[0] = payloadBytes >>> 16
  target[1] = payloadBytes >>> 8
  target[2] = payloadBytes
  target[3] = type
  target[4] = flags
  target.writeUInt32BE(streamId, 5)
}
