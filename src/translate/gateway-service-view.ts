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
  // A service may be called what another one's port is.
  const key = `gateway-service/${several ? 'port' : 'whole'}/${handle}`
  return memo(key, [name, several, port], () => viewService(name, handle, several, port))
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
  const distinct = new Map(services.map((service) => [serviceKey(service), service]))
  return [...distinct.values()].sort(
    (left, right) => compareText(left.handle, right.handle) || compareText(left.service, right.service),
  )
}

/** Tells services apart, also where they have one handle. */
export function serviceKey({ handle, service }: ReachedService): string {
  return `${handle} ${service}`
}

/** Of several services that would have the same text, who has it. */
export interface TextOwner {
  readonly text: string
  /** In words for people. */
  readonly owner: string
}

/**
 * The services of which another one has one of its `textsOf` already: who that is, by `serviceKey`. Of `services`, as `distinctServices` gives them, the
 * earlier one wins; `taken` were there before.
 */
export function findRivals(
  services: readonly ReachedService[],
  textsOf: (service: ReachedService) => readonly string[],
  taken: readonly TextOwner[] = [],
): ReadonlyMap<string, string> {
  const owners = new Map(taken.map(({ text, owner }) => [text, owner]))
  const rivals = new Map<string, string>()
  for (const service of services) {
    const texts = textsOf(service)
    const winner = texts.map((text) => owners.get(text)).find((owner) => owner !== undefined)
    if (winner !== undefined) rivals.set(serviceKey(service), winner)
    else for (const text of texts) owners.set(text, `virtual service ${service.handle}`)
  }
  return rivals
}

/** Domains as Envoy compares them, without case: it refuses a route configuration that has one twice. */
export function domainKeysOf({ domains }: ReachedService): string[] {
  return domains.map((domain) => domain.toLowerCase())
}
