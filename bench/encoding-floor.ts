/** What the messages cost to encode by protobufjs itself: nothing checked, nothing shared, nothing remembered. */
import { lookupType } from '../src/codec/root.js'
import type { ProxyConfig } from '../src/translate/translate.js'
import { CLUSTER_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../src/xds/types.js'

export interface TypedMessage {
  readonly typeUrl: string
  readonly message: object
}

export function messagesOf({ clusters, listeners, routes }: ProxyConfig): TypedMessage[] {
  return [
    ...clusters.map((message) => ({ typeUrl: CLUSTER_TYPE, message })),
    ...listeners.map((message) => ({ typeUrl: LISTENER_TYPE, message })),
    ...routes.map((message) => ({ typeUrl: ROUTE_TYPE, message })),
  ]
}

/** Encodes them; returns how many bytes that made. */
export function encodePlainly(messages: readonly TypedMessage[]): number {
  return messages.reduce((bytes, { typeUrl, message }) => {
    const type = lookupType(typeUrl)
    return bytes + type.encode(type.fromObject(message)).finish().length
  }, 0)
}
