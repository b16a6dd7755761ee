/** What the protocol needs to know about the resource types. xDS protocol, "Resource types" and "Eventual consistency considerations". */

export const CLUSTER_TYPE = 'type.googleapis.com/envoy.config.cluster.v3.Cluster'
export const ENDPOINT_TYPE = 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment'
export const LISTENER_TYPE = 'type.googleapis.com/envoy.config.listener.v3.Listener'
export const ROUTE_TYPE = 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration'
export const SECRET_TYPE = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret'

/** Make before break: clusters before their endpoints, both before the listeners and routes that use them. */
export const SEND_ORDER: readonly string[] = [CLUSTER_TYPE, ENDPOINT_TYPE, SECRET_TYPE, LISTENER_TYPE, ROUTE_TYPE]

/** Where a type stands among them; types that the protocol does not order come last. */
export function sendOrderOf(typeUrl: string): number {
  const index = SEND_ORDER.indexOf(typeUrl)
  return index < 0 ? SEND_ORDER.length : index
}

/** Responses of these types are complete sets (state of the world), and an empty first request means everything. */
export function hasFullState(typeUrl: string): boolean {
  return typeUrl === CLUSTER_TYPE || typeUrl === LISTENER_TYPE
}
