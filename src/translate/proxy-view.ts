/** A virtual node as its Envoys need it: every look-up done and every problem found, so that the builders cannot fail. */
import type { FileAccessLog } from '../model/access-log.js'
import type { MeshView } from '../model/mesh-view.js'
import type { EgressFilterType } from '../model/mesh.js'
import type { Problem } from '../model/problem.js'
import { resolveBackend } from '../model/references.js'
import type { Resource } from '../model/resource.js'
import type { IpPreference } from '../model/scalars.js'
import type { Listener } from '../model/virtual-node.js'
import { replacePorts, sharePorts, type EgressPort } from './egress-port.js'
import { ownMemo, type Memo } from './memo.js'
import { applyPolicies, sortTargets } from './policies.js'
import { problemAt } from './problem.js'
import type { ProxyRef } from './proxy.js'
import { compareText } from './request-match.js'
import {
  distinctPorts,
  resolveServices,
  type ServiceLookup,
  type ServicePort,
  type ServiceView,
} from './service-view.js'
import { nodeIpPreference, type EgressTarget } from './target-view.js'
import { viewClientPolicy, type ClientPolicyView } from './tls-view.js'

/** What the node says of itself. */
export interface NodeView {
  readonly mesh: string
  readonly name: string
  /** By port, each port once. */
  readonly listeners: readonly Listener[]
  readonly ipPreference: IpPreference | undefined
  readonly accessLog?: FileAccessLog
  readonly egressFilter: EgressFilterType
  readonly problems: readonly Problem[]
}

export interface ProxyView {
  readonly node: NodeView
  /** Sorted by port. */
  readonly egressPorts: readonly EgressPort[]
  /** Sorted by cluster name, each once; the same list as long as they are the same. */
  readonly targets: readonly EgressTarget[]
  readonly problems: readonly Problem[]
  /** The same object as long as at most routes have changed. */
  readonly outline: Outline
}

/** A proxy but for what its routes say, which is all that most changes are about. */
interface Outline extends Pick<ProxyView, 'egressPorts' | 'targets' | 'problems'> {
  /** That it was made of. */
  readonly services: readonly (ServiceView | undefined)[]
  /** Some ports lead to clusters of this proxy's own: they have to be made anew with each route. */
  readonly hasVariants: boolean
}

/**
 * The view of `proxy`, the same object as long as nothing that it depends on has changed; undefined when the mesh has no such virtual node.
 * Virtual gateways have a view of their own (gateway-view.ts).
 */
export function resolveProxy(view: MeshView, proxy: ProxyRef, memo: Memo): ProxyView | undefined {
  const resource = proxy.kind === 'virtualNode' ? view.virtualNodes.get(proxy.name) : undefined
  if (!resource) return undefined
  const own = ownMemo(memo, proxy)
  const node = own('node', [resource, view.mesh], () => resolveNode(view.mesh, resource))
  const backends = own('backends', [resource], () => listBackends(resource))
  const services = resolveServices(view, backends, memo)
  const shapes = services.map((service) => service?.shape)
  const draft = { node, resource, backends, services, memo, own }
  const outline = own('outline', [node, backends, ...shapes], () => outlineProxy(draft))
  return own('view', [outline, ...services], () => ({
    node,
    outline,
    egressPorts: outline.hasVariants ? outlineProxy(draft).egressPorts : replaceServices(outline, services),
    targets: outline.targets,
    problems: outline.problems,
  }))
}

interface Draft {
  readonly node: NodeView
  readonly resource: Resource<'virtualNode'>
  readonly backends: readonly BackendName[]
  /** Of the backends, in their order. */
  readonly services: readonly (ServiceView | undefined)[]
  readonly memo: Memo
  readonly own: Memo
}

function outlineProxy({ node, resource, backends, services, memo, own }: Draft): Outline {
  const problems = [...node.problems]
  const claims = backends.flatMap(({ name, member }, index) => {
    const service = services[index]
    if (!service) problems.push(problemAt(resource.ref, member, missingService(name)))
    else problems.push(...service.problems)
    return (service?.ports ?? []).map((port) => ({ port, member }))
  })
  const report = (member: string, message: string) => problems.push(problemAt(resource.ref, member, message))
  const byName = new Map(backends.map((backend) => [backend.name, backend]))
  const shared = sharePorts(claims, report)
  const { ports: egressPorts, targets: found } = applyPolicies(
    shared,
    (name) => byName.get(name)?.policy,
    memo,
    (name, message) => report(byName.get(name)?.policyMember ?? '', message),
  )
  const targets = own('targets', found, () => sortTargets(found))
  const hasVariants = egressPorts !== shared
  return { services, egressPorts, hasVariants, targets, problems: distinctProblems(problems) }
}

/** The ports of the outline with the routes that the services have now. */
function replaceServices(outline: Outline, services: Draft['services']): readonly EgressPort[] {
  const replaced = new Map<ServicePort, ServicePort>()
  for (const [index, service] of services.entries()) {
    const before = outline.services[index]
    if (!service || !before || service === before) continue
    for (const [at, port] of service.ports.entries()) replaced.set(before.ports[at] as ServicePort, port)
  }
  if (replaced.size === 0) return outline.egressPorts
  return outline.egressPorts.map((port) => replacePorts(port, replaced))
}

function missingService(name: string): string {
  return `there is no virtual service ${name} in this mesh`
}

function resolveNode(mesh: Resource<'mesh'>, resource: Resource<'virtualNode'>): NodeView {
  const { listeners, logging } = resource.spec
  const problems: Problem[] = []
  const accessLog = logging?.accessLog?.file
  return {
    mesh: mesh.ref.meshName,
    name: resource.ref.name,
    listeners: distinctPorts(resource, listeners ?? [], problems).sort(
      (left, right) => left.portMapping.port - right.portMapping.port,
    ),
    ipPreference: nodeIpPreference(mesh, resource),
    ...(accessLog && { accessLog }),
    egressFilter: mesh.spec.egressFilter?.type ?? 'DROP_ALL',
    problems,
  }
}

interface BackendName extends ServiceLookup {
  readonly member: string
  /** The backend's own client policy, else the node's default. */
  readonly policy: ClientPolicyView | undefined
  /** Where that is, or would be. */
  readonly policyMember: string
}

/** The node's backends sorted by name, each once. A service of another mesh is none of them: it keeps its ARN as name. */
function listBackends({ ref, spec }: Resource<'virtualNode'>): BackendName[] {
  const byName = new Map<string, BackendName>()
  for (const [index, { virtualService }] of (spec.backends ?? []).entries()) {
    if (!virtualService) continue
    const target = resolveBackend(ref, virtualService.virtualServiceName)
    const name = target.meshName === ref.meshName ? target.name : virtualService.virtualServiceName
    if (byName.has(name)) continue
    const member = `spec.backends[${index}].virtualService`
    const own = virtualService.clientPolicy
    const inherited = own ? undefined : spec.backendDefaults?.clientPolicy
    const policy = viewClientPolicy((own ?? inherited)?.tls)
    const policyMember = `${inherited ? 'spec.backendDefaults' : member}.clientPolicy`
    byName.set(name, { name, key: `look-up/${name}`, member, policy, policyMember })
  }
  return [...byName.values()].sort((left, right) => compareText(left.name, right.name))
}

/** Services that share a target or a router share its problems. */
export function distinctProblems(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length < 2) return problems
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()]
}
