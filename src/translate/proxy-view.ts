/** A virtual node as its Envoys need it: every look-up done and every problem found, so that the builders cannot fail. */
import type { FileAccessLog } from '../model/access-log.js'
import type { MeshView } from '../model/mesh-view.js'
import type { EgressFilterType } from '../model/mesh.js'
import type { Problem } from '../model/problem.js'
import { resolveBackend } from '../model/references.js'
import type { Resource } from '../model/resource.js'
import type { IpPreference } from '../model/scalars.js'
import type { Listener } from '../model/virtual-node.js'
import type { Memo } from './memo.js'
import { problemAt } from './problem.js'
import type { ProxyRef } from './proxy.js'
import { compareText } from './request-match.js'
import {
  distinctPorts,
  resolveService,
  type HttpServicePort,
  type ServicePort,
  type TcpServicePort,
} from './service-view.js'
import { nodeIpPreference, type EgressTarget } from './target-view.js'

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

/** One port on which the node calls services: several http services share it by Host, a tcp service has it alone. */
export type EgressPort = HttpEgressPort | TcpServicePort

export interface HttpEgressPort {
  readonly protocol: HttpServicePort['protocol']
  readonly port: number
  /** Sorted by name; no two have a domain in common. */
  readonly services: readonly HttpServicePort[]
}

export interface ProxyView {
  readonly node: NodeView
  /** Sorted by port. */
  readonly egressPorts: readonly EgressPort[]
  /** Sorted by cluster name, each once. */
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
  const services = backends.map(({ name, key }) => {
    const service = view.virtualServices.get(name)
    return service && resolveService(view, service, key, memo)
  })
  return memo(`${key}/view`, [node, ...services], () => {
    const problems = [...node.problems]
    const ports = backends.flatMap((backend, index) => {
      const service = services[index]
      if (!service) problems.push(problemAt(resource.ref, backend.member, missingService(backend.name)))
      else problems.push(...service.problems)
      return (service?.ports ?? []).map((port) => ({ port, member: backend.member }))
    })
    const egressPorts = sharePorts(ports, (member, message) => problems.push(problemAt(resource.ref, member, message)))
    return { node, egressPorts, targets: distinctTargets(egressPorts), problems: distinctProblems(problems) }
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

interface BackendName {
  readonly name: string
  /** The memo's. */
  readonly key: string
  readonly member: string
}

/** The node's backends sorted by name, each once. A service of another mesh is none of them: it keeps its ARN as name. */
function listBackends({ ref, spec }: Resource<'virtualNode'>): BackendName[] {
  const byName = new Map<string, BackendName>()
  for (const [index, { virtualService }] of (spec.backends ?? []).entries()) {
    if (!virtualService) continue
    const target = resolveBackend(ref, virtualService.virtualServiceName)
    const name = target.meshName === ref.meshName ? target.name : virtualService.virtualServiceName
    if (!byName.has(name))
      byName.set(name, { name, key: `look-up/${name}`, member: `spec.backends[${index}].virtualService` })
  }
  return [...byName.values()].sort((left, right) => compareText(left.name, right.name))
}

interface Claim {
  readonly port: ServicePort
  readonly member: string
}

type Report = (member: string, message: string) => void

/**
 * Shares each port among the services that want it. Envoy refuses a listener with two chains for one port, and a route configuration
 * that has a domain twice: the first service by name wins, and the others are reported (envoy-config.md section 3.6).
 */
function sharePorts(claims: readonly Claim[], report: Report): EgressPort[] {
  const byPort = new Map<number, Claim[]>()
  for (const claim of claims) {
    const rivals = byPort.get(claim.port.port)
    if (rivals) rivals.push(claim)
    else byPort.set(claim.port.port, [claim])
  }
  const ports = [...byPort.values()].flatMap((rivals) => sharePort(rivals, report))
  return ports.sort((left, right) => left.port - right.port)
}

function sharePort([first, ...others]: readonly Claim[], report: Report): EgressPort[] {
  if (!first) return []
  const { port, protocol, service } = first.port
  if (first.port.protocol === 'tcp') {
    for (const { member } of others) report(member, `port ${port} belongs to tcp service ${service}: left out there`)
    return [first.port]
  }
  const owners = new Map(first.port.domainKeys.map((domain) => [domain, service]))
  const services: HttpServicePort[] = [first.port]
  for (const { port: other, member } of others) {
    if (other.protocol !== protocol || other.protocol === 'tcp') {
      report(member, `port ${port} speaks ${protocol} for ${service}, not ${other.protocol}: left out there`)
      continue
    }
    const taken = other.domainKeys.find((domain) => owners.has(domain))
    if (taken !== undefined) {
      report(member, `${owners.get(taken) ?? ''} already has the domain ${taken} on port ${port}: left out there`)
      continue
    }
    for (const domain of other.domainKeys) owners.set(domain, other.service)
    services.push(other)
  }
  return [{ protocol: first.port.protocol, port, services }]
}

function distinctTargets(ports: readonly EgressPort[]): EgressTarget[] {
  const byCluster = new Map<string, EgressTarget>()
  for (const port of ports) {
    const services: readonly ServicePort[] = port.protocol === 'tcp' ? [port] : port.services
    for (const { targets } of services) for (const target of targets) byCluster.set(target.cluster, target)
  }
  return [...byCluster.values()].sort((left, right) => compareText(left.cluster, right.cluster))
}

/** Services that share a target or a router share its problems. */
function distinctProblems(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()]
}
