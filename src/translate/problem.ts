/** Problems of a mesh as translation meets them: where, by resource and member, and what becomes of it. */
import type { Problem } from '../model/problem.js'
import type { ResourceRef } from '../model/resource.js'

/**
 * A problem at `member` of a resource, e.g. path `virtualRouter/checkout/route/canary.spec.httpRoute.match.port`. Translation reads resources
 * other than the proxy's own, so the path starts with the one that is to be mended.
 */
export function problemAt(ref: ResourceRef, member: string, message: string): Problem {
  return { path: `${resourcePath(ref)}.${member}`, message }
}

function resourcePath({ kind, parentName, name }: ResourceRef): string {
  if (kind === 'route') return `virtualRouter/${parentName ?? ''}/route/${name}`
  if (kind === 'gatewayRoute') return `virtualGateway/${parentName ?? ''}/gatewayRoute/${name}`
  return `${kind}/${name}`
}
