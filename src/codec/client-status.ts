/** ClientStatusResponse from its parts, so that the answer about a large fleet can be encoded bit by bit. */
import type { ClientConfig } from './services.js'
import { encodeMessage } from './encode.js'
import protobuf from 'protobufjs'

const CLIENT_CONFIG = 'envoy.service.status.v3.ClientConfig'

/** ClientStatusResponse.config. */
const CONFIG_TAG = 0x0a

/** One client, as it stands in a response: tag, length, message. */
export function encodeClientConfig(config: ClientConfig): Uint8Array {
  const bytes = encodeMessage(CLIENT_CONFIG, config, config.node?.id)
  return protobuf.Writer.create().uint32(CONFIG_TAG).bytes(bytes).finish()
}

/** A response about these clients. */
export function encodeClientStatusResponse(configs: readonly Uint8Array[]): Buffer {
  return Buffer.concat(configs)
}
