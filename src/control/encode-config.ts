/** A configuration as the resources that go out. */
import { encodeResources } from '../codec/encode.js'
import type { EncodedResource } from '../codec/resource.js'
import type { ProxyConfig } from '../translate/translate.js'
import { CLUSTER_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../xds/types.js'

/** Lists of one type each: clusters, listeners and routes. Endpoints and secrets have more to them than the mesh says. */
export function encodeConfig({ clusters, listeners, routes }: ProxyConfig): (readonly EncodedResource[])[] {
  return [
    encodeResources(CLUSTER_TYPE, clusters),
    encodeResources(LISTENER_TYPE, listeners),
    encodeResources(ROUTE_TYPE, routes),
  ]
}
