/** A virtual node as its Envoys need it: every look-up done and every problem found, so that the builders cannot fail. */
import type { FileAccessLog } from '../model/access-log.js'
import type { MeshView } from '../model/mesh-view.js'
import type { EgressFilterType } from '../model/mesh.js'
import type { Problem } from '../model/problem.js'
import { resolveBackend } from '../model/references.js'
import type { Resource } from '../model/resource.js'
import type { IpPreference } from '../model/scalars.js'
import type { Listener } from '../model/virtual-node.js'
import { sharePorts, type EgressPort } from './egress-port.js'
import type { Memo } from './memo.js'
import { applyPolicies, sortTargets } from './policies.js'
import { problemAt } from './problem.js'
import type { ProxyRef } from './proxy.js'
import { compareText } from './request-match.js'
import { distinctPorts, resolveServices, type ServiceLookup } from './service-view.js'
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
}

/**
 * The view of `proxy`, the same object as long as nothing that it depends on has changed; undefined when the mesh has no such virtual node.
 * Virtual gateways are not translated yet.
 */
export function resolveProxy(view: MeshView, proxy: ProxyRef, memo: Memo): ProxyView | undefined {
  const resource = proxy.kind === 'virtualNode' ? view.virtualNodes.get(proxy.name) : undefined
  if (!resource) return undefined
  const key = `proxy/${proxy.name}`
  const node = memo(`${key}/node`, [resource, view.mesh], () => resolveNode(view.mesh, resource))
  const backends = memo(`${key}/backends`, [resource], () => listBackends(resource))
  const services = resolveServices(view, backends, memo)
  return memo(`${key}/view`, [node, ...services], () => {
    const problems = [...node.problems]
    const ports = backends.flatMap((backend, index) => {
      const service = services[index]
      if (!service) problems.push(problemAt(resource.ref, backend.member, missingService(backend.name)))
      else problems.push(...service.problems)
      return (service?.ports ?? []).map((port) => ({ port, member: backend.member }))
    })
    const report = (member: string, message: string) => problems.push(problemAt(resource.ref, member, message))
    const byName = new Map(backends.map((backend) => [backend.name, backend]))
    const { ports: egressPorts, targets: found } = applyPolicies(
      sharePorts(ports, report),
      (name) => byName.get(name)?.policy,
      memo,
      (name, message) => report(byName.get(name)?.policyMember ?? '', message),
    )
    const targets = memo(`${key}/targets`, found, () => sortTargets(found))
    return { node, egressPorts, targets, problems: distinctProblems(problems) }
  })
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
