/** A configuration as the resources that go out. */
import { encodeResource } from '../codec/encode.js'
import type { EncodedResource } from '../codec/resource.js'
import type { ProxyConfig } from '../translate/translate.js'
import { CLUSTER_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../xds/types.js'

/** Clusters, listeners and routes; endpoints and secrets have more to them than the mesh says. */
export function encodeConfig({ clusters, listeners, routes }: ProxyConfig): EncodedResource[] {
  return [
    ...clusters.map((cluster) => encodeResource(CLUSTER_TYPE, cluster)),
    ...listeners.map((listener) => encodeResource(LISTENER_TYPE, listener)),
    ...routes.map((route) => encodeResource(ROUTE_TYPE, route)),
  ]
}
