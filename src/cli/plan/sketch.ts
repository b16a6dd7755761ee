/** A mesh as it would be after the steps planned so far: what the API would say to the next one is asked here. */
import { checkDeletion } from '../../model/deletion.js'
import { formatProblem } from '../../model/problem.js'
import { PARENT_KIND, refKey, referencesOf, targetsOf } from '../../model/references.js'
import { isKind, type Definition, type Kind, type ResourceRef } from '../../model/resource.js'
import {
  checkGatewayRouteInGateway,
  checkGatewayRouteTarget,
  checkGatewayWithRoutes,
  checkNodeWithRoutes,
  checkRouteInRouter,
  checkRouterWithRoutes,
  checkTargets,
} from '../../model/rules.js'
import type { VirtualNodeSpec } from '../../model/virtual-node.js'
import { displayRef } from '../access/kinds.js'

/** Why the API would refuse to put a definition. */
export interface Refusal {
  /** What is missing or does not fit, as text. */
  readonly problems: readonly string[]
  /** Resources that depend on this one and would not fit it any more: once they are changed or gone it can be put. */
  readonly blockers: readonly Definition[]
}

type Index = Map<string, Map<string, Definition>>

export class Sketch {
  readonly #resources = new Map<string, Definition>()
  readonly #children: Index = new Map()
  readonly #referrers: Index = new Map()

  constructor(resources: Iterable<Definition>) {
    for (const resource of resources) this.put(resource)
  }

  clone(): Sketch {
    return new Sketch(this.#resources.values())
  }

  get(ref: ResourceRef): Definition | undefined {
    return this.#resources.get(refKey(ref))
  }

  put(resource: Definition): void {
    this.remove(resource.ref)
    const key = refKey(resource.ref)
    this.#resources.set(key, resource)
    for (const [index, at] of placesOf(resource))
      entryOf(index === 'child' ? this.#children : this.#referrers, at).set(key, resource)
  }

  remove(ref: ResourceRef): void {
    const key = refKey(ref)
    const resource = this.#resources.get(key)
    if (!resource) return
    this.#resources.delete(key)
    for (const [index, at] of placesOf(resource))
      (index === 'child' ? this.#children : this.#referrers).get(at)?.delete(key)
  }

  /** What lives in `ref`, or in the case of a mesh everything directly in it. */
  children(ref: ResourceRef): Definition[] {
    return [...(this.#children.get(refKey(ref))?.values() ?? [])]
  }

  referrers(ref: ResourceRef): Definition[] {
    return [...(this.#referrers.get(refKey(ref))?.values() ?? [])]
  }

  /** The text with which a deletion would be refused. */
  checkRemove(ref: ResourceRef): string | undefined {
    return checkDeletion(ref, { children: this.children(ref), referrers: this.referrers(ref) })
  }

  /** Undefined when the API would take it. */
  checkPut(definition: Definition): Refusal | undefined {
    const problems = [...this.#missingAround(definition), ...this.#misfits(definition)]
    const blockers = this.#blockers(definition)
    return problems.length > 0 || blockers.length > 0 ? { problems, blockers } : undefined
  }

  #missingAround({ ref }: Definition): string[] {
    if (ref.kind === 'mesh') return []
    const mesh: ResourceRef = { kind: 'mesh', meshOwner: ref.meshOwner, meshName: ref.meshName, name: ref.meshName }
    const parent = parentOf(ref)
    return [mesh, ...(parent ? [parent] : [])].flatMap((each) => this.#demand(each))
  }

  /** What it points at must exist, but for backends: a node may name services that come later. */
  #misfits(definition: Definition): string[] {
    if (definition.ref.kind === 'virtualNode') return []
    const missing = referencesOf(definition).flatMap((target) => this.#demand(target))
    if (missing.length > 0) return missing
    if (isKind(definition, 'route')) return this.#routeMisfits(definition)
    if (isKind(definition, 'gatewayRoute')) return this.#gatewayRouteMisfits(definition)
    return []
  }

  #demand(ref: ResourceRef): string[] {
    return this.get(ref)
      ? []
      : [`there is no ${displayRef(ref)}${ref.kind === 'mesh' ? '' : ` in mesh ${ref.meshName}`}`]
  }

  #routeMisfits({ ref, spec }: Definition<'route'>): string[] {
    const router = this.#parent(ref, 'virtualRouter')
    const nodes = new Map<string, VirtualNodeSpec>()
    for (const { virtualNode: name } of targetsOf(spec)) {
      const node = this.get({ kind: 'virtualNode', meshOwner: ref.meshOwner, meshName: ref.meshName, name })
      if (node && isKind(node, 'virtualNode')) nodes.set(name, node.spec)
    }
    return [...(router ? checkRouteInRouter(spec, router.spec) : []), ...checkTargets(spec, nodes)].map(formatProblem)
  }

  #gatewayRouteMisfits(route: Definition<'gatewayRoute'>): string[] {
    const gateway = this.#parent(route.ref, 'virtualGateway')
    const ports = referencesOf(route).flatMap((service) => this.#providerPorts(service))
    return [
      ...(gateway ? checkGatewayRouteInGateway(route.spec, gateway.spec) : []),
      ...checkGatewayRouteTarget(route.spec, ports),
    ].map(formatProblem)
  }

  #providerPorts(ref: ResourceRef): number[] {
    const service = this.get(ref)
    return (service ? referencesOf(service) : []).flatMap((each) => {
      const provider = this.get(each)
      if (!provider || !(isKind(provider, 'virtualNode') || isKind(provider, 'virtualRouter'))) return []
      return (provider.spec.listeners ?? []).map(({ portMapping }) => portMapping.port)
    })
  }

  #parent<K extends Kind>(ref: ResourceRef, kind: K): Definition<K> | undefined {
    const place = parentOf(ref)
    const parent = place && this.get(place)
    return parent && isKind(parent, kind) ? parent : undefined
  }

  #blockers(definition: Definition): Definition[] {
    const { ref } = definition
    if (isKind(definition, 'virtualNode'))
      return only(this.referrers(ref), 'route').filter(
        (route) => checkNodeWithRoutes(ref.name, definition.spec, [route]).length > 0,
      )
    if (isKind(definition, 'virtualRouter'))
      return only(this.children(ref), 'route').filter(
        (route) => checkRouterWithRoutes(definition.spec, [route]).length > 0,
      )
    if (isKind(definition, 'virtualGateway'))
      return only(this.children(ref), 'gatewayRoute').filter(
        (route) => checkGatewayWithRoutes(definition.spec, [route]).length > 0,
      )
    return []
  }
}

/** The router of a route, the gateway of a gateway route. */
export function parentOf({ kind, meshOwner, meshName, parentName }: ResourceRef): ResourceRef | undefined {
  const parent = PARENT_KIND[kind]
  return parent && parentName !== undefined ? { kind: parent, meshOwner, meshName, name: parentName } : undefined
}

export function only<K extends Kind>(definitions: readonly Definition[], kind: K): Definition<K>[] {
  return definitions.filter((each): each is Definition<K> => isKind(each, kind))
}

function placesOf(definition: Definition): (readonly ['child' | 'referrer', string])[] {
  const { ref } = definition
  const mesh: ResourceRef = { kind: 'mesh', meshOwner: ref.meshOwner, meshName: ref.meshName, name: ref.meshName }
  const home = ref.kind === 'mesh' ? [] : [['child', refKey(parentOf(ref) ?? mesh)] as const]
  return [...home, ...referencesOf(definition).map((target) => ['referrer', refKey(target)] as const)]
}

function entryOf(index: Index, key: string): Map<string, Definition> {
  const entry = index.get(key) ?? new Map<string, Definition>()
  index.set(key, entry)
  return entry
}
