/** Addresses of the pages of Envoys. */
import type { Proxy } from '../access/management.js'

/** The page of one Envoy. Its stream has another number after each reconnection: the node id leads on then. */
export function proxyPath({ id, nodeId, replica }: Pick<Proxy, 'id' | 'nodeId' | 'replica'>): string {
  const query = new URLSearchParams({ node: nodeId, ...(replica !== undefined && { replica }) })
  return `/proxies/${id}?${query.toString()}`
}
