/** Small valid inputs that tests vary. */
import { Compile } from 'typebox/compile'
import type { TObject } from 'typebox'
import { formatProblems } from '../../src/model/problem.js'
import { prune } from '../../src/model/prune.js'
import type { Kind, Resource, ResourceRef, SpecByKind } from '../../src/model/resource.js'
import { checkInput } from '../../src/model/rules.js'
import { describeViolations } from '../../src/model/violation.js'

export const OWNER = '123456789012'

export function refOf<K extends Kind>(kind: K, name: string, parentName?: string): ResourceRef<K> {
  return { kind, meshOwner: OWNER, meshName: 'm', ...(parentName === undefined ? {} : { parentName }), name }
}

export function resourceOf<K extends Kind>(ref: ResourceRef<K>, spec: SpecByKind[K]): Resource<K> {
  const metadata = {
    arn: 'arn',
    createdAt: 1,
    lastUpdatedAt: 1,
    meshOwner: OWNER,
    resourceOwner: OWNER,
    uid: 'u',
    version: 1,
  }
  return { ref, metadata, spec }
}

export function listenerOf(port: number, protocol = 'http', more: object = {}): object {
  return { portMapping: { port, protocol }, ...more }
}

/** The input of CreateVirtualNode with this in its only listener, which speaks `protocol` on port 8080. */
export function nodeInput(inListener: object = {}, protocol = 'http', inSpec: object = {}): object {
  const serviceDiscovery = { dns: { hostname: 'a.local' } }
  const spec = { listeners: [listenerOf(8080, protocol, inListener)], serviceDiscovery, ...inSpec }
  return { meshName: 'm', virtualNodeName: 'n', spec }
}

export const TARGETS = { weightedTargets: [{ virtualNode: 'n', weight: 1 }] }

export function routeInput(spec: object): object {
  return { meshName: 'm', virtualRouterName: 'r', routeName: 'x', spec }
}

/** The input of CreateRoute for an httpRoute with this match. */
export function httpMatch(match: object): object {
  return routeInput({ httpRoute: { match, action: TARGETS } })
}

export function grpcMatch(match: object): object {
  return routeInput({ grpcRoute: { match, action: TARGETS } })
}

export function gatewayRouteInput(spec: object): object {
  return { meshName: 'm', virtualGatewayName: 'g', gatewayRouteName: 'x', spec }
}

/** What the API would answer to `raw`: the problems of its shape, or else those of the rules; `ok` when there is none. */
export function judge(schema: TObject, raw: unknown): string {
  const input = prune(schema, raw)
  const violations = Compile(schema).Errors(input)
  const problems = violations.length > 0 ? describeViolations(schema, violations) : checkInput(schema, input as object)
  return problems.length > 0 ? formatProblems(problems) : 'ok'
}
