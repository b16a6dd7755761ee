/** The ports on which a proxy calls services, shared among the services that want them. */
import type { HttpServicePort, ServicePort, TcpServicePort } from './service-view.js'

/** One port on which a proxy calls services: several http services share it by Host, a tcp service has it alone. */
export type EgressPort = HttpEgressPort | TcpServicePort

export interface HttpEgressPort {
  readonly protocol: HttpServicePort['protocol']
  readonly port: number
  /** Sorted by name; no two have a domain in common. */
  readonly services: readonly HttpServicePort[]
}

/** What a backend wants of a port. */
export interface Claim {
  readonly port: ServicePort
  /** Where the backend stands. */
  readonly member: string
}

export type Report = (member: string, message: string) => void

/**
 * Shares each port among the services that want it. Envoy refuses a listener with two chains for one port, and a route configuration
 * that has a domain twice: the first service by name wins, and the others are reported (envoy-config.md section 3.6).
 */
export function sharePorts(claims: readonly Claim[], report: Report): EgressPort[] {
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

/** `port` with other ports of services in the place of some; itself when it has none of them. */
export function replacePorts<Port extends EgressPort>(
  port: Port,
  replaced: ReadonlyMap<ServicePort, ServicePort>,
): Port {
  if (port.protocol === 'tcp') return (replaced.get(port) as Port | undefined) ?? port
  const { services } = port
  if (!services.some((service) => replaced.has(service))) return port
  return { ...port, services: services.map((service) => replaced.get(service) ?? service) }
}
