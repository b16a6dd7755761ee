/** Checks a form as the server will check the request: by schema, by rule, and against the rest of the mesh as far as it is known. */
import type { TObject } from 'typebox'
import type { GatewayRouteSpec } from '../../../model/gateway-route.js'
import type { Problem } from '../../../model/problem.js'
import { prune } from '../../../model/prune.js'
import { referencesOf, targetsOf } from '../../../model/references.js'
import type { Kind, Resource, ResourceRef, SpecByKind } from '../../../model/resource.js'
import type { RouteSpec } from '../../../model/route.js'
import {
  checkGatewayRouteInGateway,
  checkGatewayRouteTarget,
  checkGatewayWithRoutes,
  checkInput,
  checkNodeWithRoutes,
  checkRouteInRouter,
  checkRouterWithRoutes,
  checkSpec,
  checkTargets,
} from '../../../model/rules.js'
import { fromDraft, type Draft, type DraftRecord } from '../draft.js'
import { checkSchema } from '../schema-check.js'
import type { KindForm } from './field.js'

/** Where the resource of a form is or will be. */
export interface FormPlace {
  readonly kind: Kind
  /** Empty for a mesh that is to be created. */
  readonly meshName: string
  readonly meshOwner?: string | undefined
  readonly parentName?: string | undefined
  /** The name of what is edited; undefined while it is created. */
  readonly name?: string | undefined
}

/** A resource of the mesh around the form. */
export interface Neighbour {
  readonly kind: Kind
  readonly name: string
  readonly parentName?: string | undefined
  readonly spec: object
}

/** The request that a form stands for. */
export interface FormRequest {
  readonly name: string
  readonly spec: object
  readonly tags: readonly { readonly key: string; readonly value: string }[]
}

/** The request of `draft`, whether it is valid or not. */
export function readRequest(form: KindForm, draft: Draft): FormRequest {
  const { spec = {}, tags = [], ...names } = fromDraft(form.create, draft) as DraftRecord & Partial<FormRequest>
  return { name: nameIn(names[`${form.kind}Name`]), spec, tags }
}

function nameIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Everything that is wrong with a form. Paths are those of the request. `neighbours`: the rest of the mesh, where it is known. */
export function checkForm(
  form: KindForm,
  place: FormPlace,
  draft: Draft,
  neighbours: readonly Neighbour[] | undefined,
): Problem[] {
  const schema: TObject = place.name === undefined ? form.create : form.update
  const names = namesOf(place)
  const input = prune(schema, { ...(fromDraft(schema, draft) as object), ...names })
  const broken = checkSchema(schema, input)
  if (broken.length > 0) return broken
  const { name, spec } = readRequest(form, draft)
  const ref = refOf(place, place.name ?? name)
  return [
    ...checkInput(schema, input as object),
    ...checkSpec(ref, spec),
    ...(neighbours ? checkInMesh({ ref, spec }, neighbours, place.name === undefined) : []),
  ]
}

/** The members of the request that the form does not ask for. */
function namesOf({ kind, meshName, parentName, name }: FormPlace): Record<string, string> {
  return {
    ...(kind !== 'mesh' && { meshName }),
    ...(kind === 'route' && { virtualRouterName: parentName ?? '' }),
    ...(kind === 'gatewayRoute' && { virtualGatewayName: parentName ?? '' }),
    ...(name !== undefined && { [`${kind}Name`]: name }),
  }
}

/** The owner plays no part in what is checked, as long as everything has the same. */
function refOf({ kind, meshName, meshOwner = '', parentName }: FormPlace, name: string): ResourceRef {
  return { kind, meshName, meshOwner, name, ...(parentName !== undefined && { parentName }) }
}

interface Checked {
  readonly ref: ResourceRef
  readonly spec: object
}

/** As the server's `checkInMesh`, with the neighbours for the store. */
function checkInMesh({ ref, spec }: Checked, neighbours: readonly Neighbour[], isNew: boolean): Problem[] {
  const taken = isNew && neighbours.some((each) => isAt(each, ref.kind, ref.name, ref.parentName))
  const problems = IN_MESH[ref.kind]?.({ ref, spec }, neighbours) ?? []
  return [...(taken ? [{ path: `${ref.kind}Name`, message: 'exists already in this mesh' }] : []), ...problems]
}

type InMesh = (checked: Checked, neighbours: readonly Neighbour[]) => Problem[]

const IN_MESH: Partial<Record<Kind, InMesh>> = {
  virtualNode: ({ ref, spec }, neighbours) =>
    checkNodeWithRoutes(
      ref.name,
      spec,
      listRoutes(ref, neighbours, () => true),
    ),
  virtualRouter: ({ ref, spec }, neighbours) =>
    checkRouterWithRoutes(
      spec,
      listRoutes(ref, neighbours, ({ parentName }) => parentName === ref.name),
    ),
  virtualGateway: ({ ref, spec }, neighbours) =>
    checkGatewayWithRoutes(
      spec as SpecByKind['virtualGateway'],
      neighbours
        .filter(({ kind, parentName }) => kind === 'gatewayRoute' && parentName === ref.name)
        .map((each) => resourceOf(ref, each) as Resource<'gatewayRoute'>),
    ),
  virtualService: checkReferences(
    'spec.provider.virtualNode.virtualNodeName',
    'spec.provider.virtualRouter.virtualRouterName',
  ),
  route: checkRoute,
  gatewayRoute: checkGatewayRoute,
}

function checkRoute({ ref, spec }: Checked, neighbours: readonly Neighbour[]): Problem[] {
  const route = spec as RouteSpec
  const type = Object.keys(route).find((name) => name !== 'priority') ?? ''
  const router = find(neighbours, 'virtualRouter', ref.parentName ?? '')
  const nodes = neighbours
    .filter(({ kind }) => kind === 'virtualNode')
    .map(({ name, spec: node }) => [name, node] as const)
  const known = new Map<string, SpecByKind['virtualNode']>(nodes)
  const missing = targetsOf(route).flatMap(({ virtualNode }, index) =>
    known.has(virtualNode)
      ? []
      : [{ path: `spec.${type}.action.weightedTargets[${index}].virtualNode`, message: NO_SUCH_NODE }],
  )
  if (missing.length > 0) return missing
  return [...(router ? checkRouteInRouter(route, router.spec) : []), ...checkTargets(route, known)]
}

const NO_SUCH_NODE = 'is not the name of a virtual node of this mesh'

function checkGatewayRoute({ ref, spec }: Checked, neighbours: readonly Neighbour[]): Problem[] {
  const route = spec as GatewayRouteSpec
  const type = Object.keys(route).find((name) => name !== 'priority') ?? ''
  const gateway = find(neighbours, 'virtualGateway', ref.parentName ?? '')
  const inGateway = gateway ? checkGatewayRouteInGateway(route, gateway.spec as SpecByKind['virtualGateway']) : []
  const [target] = referencesOf({ ref, spec })
  const service = target && find(neighbours, 'virtualService', target.name)
  if (!service) {
    const path = `spec.${type}.action.target.virtualService.virtualServiceName`
    return [...inGateway, { path, message: 'is not the name of a virtual service of this mesh' }]
  }
  return [...inGateway, ...checkGatewayRouteTarget(route, providerPorts(resourceOf(ref, service), neighbours))]
}

/** The listener ports of the node or router that provides `service`; none without a provider. */
export function providerPorts(service: Resource, neighbours: readonly Neighbour[]): number[] {
  return referencesOf(service).flatMap(({ kind, name }) => portsOf(find(neighbours, kind, name)))
}

/** The listener ports of a node, router or gateway. */
export function portsOf(neighbour: Neighbour | undefined): number[] {
  const { listeners = [] } = (neighbour?.spec ?? {}) as SpecByKind['virtualNode']
  return listeners.map(({ portMapping }) => portMapping.port)
}

/** What a service names must be there. `paths`: of the node's and of the router's name. */
function checkReferences(nodePath: string, routerPath: string): InMesh {
  return ({ ref, spec }, neighbours) =>
    referencesOf({ ref, spec }).flatMap(({ kind, name }) =>
      find(neighbours, kind, name)
        ? []
        : [
            kind === 'virtualNode'
              ? { path: nodePath, message: NO_SUCH_NODE }
              : { path: routerPath, message: 'is not the name of a virtual router of this mesh' },
          ],
    )
}

export function find(neighbours: readonly Neighbour[], kind: Kind, name: string): Neighbour | undefined {
  return neighbours.find((each) => isAt(each, kind, name, undefined))
}

function isAt(each: Neighbour, kind: Kind, name: string, parentName: string | undefined): boolean {
  return each.kind === kind && each.name === name && each.parentName === parentName
}

function listRoutes(
  ref: ResourceRef,
  neighbours: readonly Neighbour[],
  isWanted: (each: Neighbour) => boolean,
): Resource<'route'>[] {
  return neighbours
    .filter((each) => each.kind === 'route' && isWanted(each))
    .map((each) => resourceOf(ref, each) as Resource<'route'>)
}

/** A neighbour as the rules want it: they look at no metadata. */
export function resourceOf(
  { meshName, meshOwner }: ResourceRef,
  { kind, name, parentName, spec }: Neighbour,
): Resource {
  const ref = { kind, meshName, meshOwner, name, ...(parentName !== undefined && { parentName }) }
  return { ref, spec } as Resource
}
