/** The services behind a gateway, as its own egress listener knows them: by one name each, whatever port of theirs is meant. */
import type { Problem } from '../model/problem.js'
import type { Resource } from '../model/resource.js'
import { GATEWAY_ROUTE_TYPE, protocolOf, typedRoute } from './gateway-route-view.js'
import type { Memo } from './memo.js'
import { EGRESS_PORT, serviceDomains } from './names.js'
import { problemAt } from './problem.js'
import { compareText } from './request-match.js'
import type { HttpServicePort, ServiceView } from './service-view.js'

export interface ReachedService {
  /**
   * What a request says to mean it: the service's name. Of a service with several ports that is `<name>:<port>`, because all of them are
   * reached through one listener.
   */
  readonly handle: string
  readonly service: string
  readonly domains: readonly string[]
  /** Absent when there is nothing behind it: requests are answered with 404. */
  readonly port: HttpServicePort | undefined
}

/** Where a gateway route leads. What cannot be found is reported, and keeps a name that answers 404. */
export function reachService(
  route: Resource<'gatewayRoute'>,
  services: ReadonlyMap<string, ServiceView>,
  memo: Memo,
  problems: Problem[],
): ReachedService {
  const { virtualService, port: wanted } = typedRoute(route)?.action.target ?? {}
  const name = virtualService?.virtualServiceName ?? ''
  const report = (member: string, message: string) =>
    problems.push(problemAt(route.ref, `${memberOf(route)}.${member}`, message))
  const service = services.get(name)
  if (!service) report('virtualService', `there is no virtual service ${name} in this mesh: its requests get 404`)
  const ports = (service?.ports ?? []).filter((port) => port.protocol !== 'tcp')
  const port = wanted === undefined ? ports[0] : ports.find((each) => each.port === wanted)
  if (service && !port && (wanted !== undefined || service.ports.length > 0)) {
    const where = wanted === undefined ? '' : ` on port ${wanted}`
    report('port', `virtual service ${name} has no http, http2 or grpc listener${where}: its requests get 404`)
  }
  if (port && wanted === undefined && ports.length > 1) {
    report('port', `is missing, and virtual service ${name} has several ports: port ${port.port} is taken`)
  }
  const several = ports.length > 1 || (port === undefined && ports.length > 0)
  const handle = several ? `${name}:${port?.port ?? wanted ?? ''}` : name
  return memo(`gateway-service/${handle}`, [name, several, port], () => viewService(name, handle, several, port))
}

function memberOf(route: Resource<'gatewayRoute'>): string {
  const protocol = protocolOf(route)
  return `spec.${protocol ? GATEWAY_ROUTE_TYPE[protocol] : ''}.action.target`
}

function viewService(
  service: string,
  handle: string,
  several: boolean,
  port: HttpServicePort | undefined,
): ReachedService {
  const domains = several ? [handle] : serviceDomains(service, EGRESS_PORT)
  return { handle, service, domains, port }
}

/** Services by handle, each once. */
export function distinctServices(services: readonly ReachedService[]): ReachedService[] {
  const byHandle = new Map(services.map((service) => [service.handle, service]))
  return [...byHandle.values()].sort((left, right) => compareText(left.handle, right.handle))
}

/**
 * The services of which another one has a domain already, by the winner's handle: Envoy compares domains without case, and refuses a route
 * configuration that has one twice. Of `services`, as `distinctServices` gives them, the earlier one wins.
 */
export function findRivals(services: readonly ReachedService[]): ReadonlyMap<ReachedService, string> {
  const owners = new Map<string, string>()
  const rivals = new Map<ReachedService, string>()
  for (const service of services) {
    const keys = service.domains.map((domain) => domain.toLowerCase())
    const winner = keys.map((key) => owners.get(key)).find((owner) => owner !== undefined)
    if (winner !== undefined) rivals.set(service, winner)
    else for (const key of keys) owners.set(key, service.handle)
  }
  return rivals
}
