/** What the Get started wizard makes, and in which order. */
import type { Kind } from '../../../model/resource.js'
import { itemsIn, textIn, valueAt, withValue, type Draft } from '../draft.js'
import { readRequest, type FormPlace, type FormRequest, type Neighbour } from '../form/check.js'
import { KIND_FORMS } from '../form/kind-forms.js'

/** A mesh and one of each that a first request passes. */
export const WIZARD_KINDS = ['mesh', 'virtualService', 'virtualNode', 'virtualRouter', 'route'] as const
export type WizardKind = (typeof WIZARD_KINDS)[number]
export type WizardDrafts = Readonly<Record<WizardKind, Draft>>

/** What the forms of the wizard start with. The service has no provider of its own to choose: it gets the router. */
export const WIZARD_INITIAL: WizardDrafts = {
  mesh: KIND_FORMS.mesh.initial,
  virtualService: { spec: {} },
  virtualNode: KIND_FORMS.virtualNode.initial,
  virtualRouter: KIND_FORMS.virtualRouter.initial,
  route: KIND_FORMS.route.initial,
}

/** The name that a form has for its resource, or will have. */
export function nameOf(kind: Kind, draft: Draft): string {
  return textIn(valueAt(draft, `${kind}Name`))
}

/** Where each resource will be. */
export function placeIn(drafts: WizardDrafts, kind: WizardKind): FormPlace {
  if (kind === 'mesh') return { kind, meshName: '' }
  const meshName = nameOf('mesh', drafts.mesh)
  return kind === 'route'
    ? { kind, meshName, parentName: nameOf('virtualRouter', drafts.virtualRouter) }
    : { kind, meshName }
}

/** What the route will find in its mesh. */
export function neighboursIn(drafts: WizardDrafts): Neighbour[] {
  return (['virtualNode', 'virtualRouter'] as const).map((kind) => {
    const { name, spec } = readRequest(KIND_FORMS[kind], drafts[kind])
    return { kind, name, spec: withWholeListeners(spec) }
  })
}

/** A draft may lack what rules rely on. */
function withWholeListeners(spec: object): object {
  const { listeners, ...rest } = spec as { readonly listeners?: readonly Listening[] }
  return { ...rest, listeners: (listeners ?? []).filter(({ portMapping }) => portMapping?.port !== undefined) }
}

interface Listening {
  readonly portMapping?: { readonly port?: unknown }
}

const ROUTE_TYPES: Readonly<Record<string, string>> = {
  http: 'httpRoute',
  http2: 'http2Route',
  grpc: 'grpcRoute',
  tcp: 'tcpRoute',
}

/** The router as it is suggested for a node: the node's listeners, as far as a router has them. */
export function suggestRouter(router: Draft, node: Draft): Draft {
  const listeners = itemsIn(valueAt(node, 'spec.listeners')).flatMap((listener) => {
    const portMapping = valueAt(listener, 'portMapping')
    return portMapping === undefined ? [] : [{ portMapping }]
  })
  return listeners.length === 0 ? router : withValue(router, 'spec.listeners', listeners.slice(0, 1))
}

/** The route as it is suggested: of the listener's protocol, with everything for the node. */
export function suggestRoute(route: Draft, node: Draft): Draft {
  const first = itemsIn(valueAt(node, 'spec.listeners'))[0]
  const type = ROUTE_TYPES[textIn(valueAt(first, 'portMapping.protocol'))] ?? 'httpRoute'
  const hasPrefix = type === 'httpRoute' || type === 'http2Route'
  const target = { virtualNode: nameOf('virtualNode', node), weight: '100' }
  const action = { weightedTargets: [target] }
  const match = hasPrefix ? { prefix: '/' } : {}
  return withValue(route, 'spec', { [type]: { action, ...(type !== 'tcpRoute' && { match }) } })
}

/** One resource to create. */
export interface Job extends FormRequest {
  readonly kind: WizardKind
  readonly parentName?: string | undefined
}

/** Everything that the wizard creates, what others refer to first. */
export function listJobs(drafts: WizardDrafts): Job[] {
  return ORDER.map((kind) => {
    const { parentName } = placeIn(drafts, kind)
    const request = readRequest(KIND_FORMS[kind], drafts[kind])
    const spec = kind === 'virtualService' ? { ...request.spec, provider: providerOf(drafts) } : request.spec
    return { kind, ...request, spec, parentName }
  })
}

const ORDER: readonly WizardKind[] = ['mesh', 'virtualNode', 'virtualRouter', 'route', 'virtualService']

function providerOf({ virtualRouter }: WizardDrafts): object {
  return { virtualRouter: { virtualRouterName: nameOf('virtualRouter', virtualRouter) } }
}
