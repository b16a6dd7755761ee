/** What lies around a stream: its owner, and its connection. */
import type { FrameWriter } from './frame-writer.js'

/** What a stream's owner does about it. */
export interface StreamHandler {
  /** @param chunk shares the bytes of what was read */
  onData(chunk: Buffer): void
  /** The client has sent everything. */
  onEnd(): void
  /** After a `write` that returned false: more may be written. */
  onDrain(): void
  /** Once, however the stream ended. */
  onClose(): void
}

/** A stream, as its connection sees it. */
export interface HostedStream {
  readonly id: number
  /** Sends what waits, as far as the windows allow. */
  pump(): void
}

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly writer: FrameWriter
  /** The peer's SETTINGS_MAX_FRAME_SIZE. */
  readonly maxFrameBytes: number
  /** Bytes that may be sent on all streams together. */
  sendWindow: number
  /** What came for paused streams, all together. */
  heldBytes: number
  /** Calls `pump` once `sendWindow` has grown. */
  awaitWindow(stream: HostedStream): void
  /** Throws ConnectionError when there are too many. */
  countBreach(): void
  /** @param wasReset the client may not know yet */
  forget(stream: HostedStream, wasReset: boolean): void
}

/** Of a stream that nobody owns yet. */
export const NO_HANDLER: StreamHandler = {
  onData: () => undefined,
  onEnd: () => undefined,
  onDrain: () => undefined,
  onClose: () => undefined,
}
