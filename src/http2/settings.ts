/** What both sides of a connection tell each other about themselves (RFC 9113, section 6.5.2). */
import { CODE, ConnectionError, DEFAULT_FRAME_BYTES, DEFAULT_WINDOW, MAX_FRAME_SIZE, MAX_WINDOW } from './frame.js'
import { SETTING, SETTING_BYTES, settingsFrame } from './frame.js'
import { violation } from './frame-rules.js'

/** An Envoy has a handful of streams, a proxy or a load client in front of many may have thousands. */
export const MAX_STREAMS = 10_000
export const MAX_HEADER_LIST_BYTES = 32 * 1024

/** Our settings, as a frame. */
export const HELLO = settingsFrame([
  [SETTING.MAX_CONCURRENT_STREAMS, MAX_STREAMS],
  [SETTING.MAX_HEADER_LIST_SIZE, MAX_HEADER_LIST_BYTES],
])

/** Those of a client that concern a server which neither pushes nor compresses headers with a table. */
export interface PeerSettings {
  readonly initialWindow: number
  readonly maxFrameBytes: number
}

/** Until a client says otherwise. */
export const DEFAULT_SETTINGS: PeerSettings = { initialWindow: DEFAULT_WINDOW, maxFrameBytes: DEFAULT_FRAME_BYTES }

/** The settings after a SETTINGS frame. Throws ConnectionError for values that are out of range. */
export function readPeerSettings(payload: Buffer, before: PeerSettings): PeerSettings {
  let { initialWindow, maxFrameBytes } = before
  for (let at = 0; at < payload.length; at += SETTING_BYTES) {
    const value = payload.readUInt32BE(at + 2)
    switch (payload.readUInt16BE(at)) {
      case SETTING.ENABLE_PUSH:
        if (value > 1) throw violation(`SETTINGS_ENABLE_PUSH is ${value}`)
        break
      case SETTING.INITIAL_WINDOW_SIZE:
        if (value > MAX_WINDOW)
          throw new ConnectionError(CODE.FLOW_CONTROL_ERROR, `SETTINGS_INITIAL_WINDOW_SIZE is ${value}`)
        initialWindow = value
        break
      case SETTING.MAX_FRAME_SIZE:
        if (value < DEFAULT_FRAME_BYTES || value > MAX_FRAME_SIZE)
          throw violation(`SETTINGS_MAX_FRAME_SIZE is ${value}`)
        maxFrameBytes = value
        break
      default:
    }
  }
  return { initialWindow, maxFrameBytes }
}
