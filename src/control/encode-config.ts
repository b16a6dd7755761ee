/** A configuration as the resources that go out. */
import { encodeResource } from '../codec/encode.js'
import type { EncodedResource } from '../codec/resource.js'
import type { MessageByTypeUrl } from '../envoy/pack.js'
import type { ResourceTypeUrl } from '../envoy/type-url.js'
import type { ProxyConfig } from '../translate/translate.js'
import { CLUSTER_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../xds/types.js'

/** Lists of one type each: clusters, listeners and routes. Endpoints and secrets have more to them than the mesh says. */
export function encodeConfig({ clusters, listeners, routes }: ProxyConfig): (readonly EncodedResource[])[] {
  return [encodeAll(CLUSTER_TYPE, clusters), encodeAll(LISTENER_TYPE, listeners), encodeAll(ROUTE_TYPE, routes)]
}

/** By the list that they were made from: after most changes a proxy has the same clusters and listeners as before. */
const encoded = new WeakMap<readonly object[], readonly EncodedResource[]>()

function encodeAll<U extends ResourceTypeUrl>(
  typeUrl: U,
  messages: readonly MessageByTypeUrl[U][],
): readonly EncodedResource[] {
  let list = encoded.get(messages)
  if (!list) encoded.set(messages, (list = messages.map((message) => encodeResource(typeUrl, message))))
  return list
}
