/** The rules of App Mesh beyond its schemas: what must hold inside a request, and between a resource and those around it. */
import type { TSchema } from 'typebox'
import type { Problem } from './problem.js'
import type { Kind, ResourceRef, SpecByKind } from './resource.js'
import { checkBackends } from './rules/node.js'
import { checkEnvelope, type Envelope } from './rules/request.js'
import { checkShapes } from './rules/shapes.js'

export { checkNodeWithRoutes, checkRouteInRouter, checkRouterWithRoutes, checkTargets } from './rules/coupling.js'
export {
  checkGatewayRouteInGateway,
  checkGatewayRouteTarget,
  checkGatewayWithRoutes,
} from './rules/gateway-coupling.js'

/**
 * What is wrong with the input of an operation, all of it: `schema` is the input's (`CreateVirtualNodeInput` …) and `input` has been pruned by it
 * and has passed it. Paths start at the input, so a spec's are `spec.…`.
 */
export function checkInput(schema: TSchema, input: Envelope): Problem[] {
  return [...checkEnvelope(input), ...checkShapes(schema, input, '')]
}

/** What is wrong with a spec in the place where it shall stand, as far as no other resource need be looked at. Beside `checkInput`. */
export function checkSpec<K extends Kind>(ref: ResourceRef<K>, spec: SpecByKind[K]): Problem[] {
  return ref.kind === 'virtualNode' ? checkBackends(ref, spec as SpecByKind['virtualNode'], 'spec') : []
}
