/**
 * The way of a gateway from one configuration to the next. A request passes its Envoy twice, by two route configurations that Envoy takes up one after
 * the other: so the services come to the second before the first leads to them, and stay while requests that the first has led to them are under way.
 */
import { DEFAULT_BACKEND } from '../translate/names.js'
import type { ProxyConfig } from '../translate/translate.js'
import { GATEWAY_EGRESS_ROUTES } from '../translate/gateway-routes.js'

type RouteConfiguration = ProxyConfig['routes'][number]
type VirtualHost = NonNullable<RouteConfiguration['virtual_hosts']>[number]

/** Until Envoys have taken up what they were sent. Milliseconds. */
const LEAD_MILLIS = 100
/** Longer than a request takes from the gateway to itself. Milliseconds. */
const LINGER_MILLIS = 1000

/** Runs `work` after so many milliseconds. */
export type Later = (millis: number, work: () => void) => void

export class GatewayHandover {
  readonly #later: Later
  readonly #resume: () => void
  #wanted: ProxyConfig | undefined
  #shown: ProxyConfig | undefined
  /** Virtual hosts that are gone, by name. */
  readonly #lingering = new Map<string, VirtualHost>()

  /** `resume` asks for `next` again. */
  constructor(later: Later, resume: () => void) {
    this.#later = later
    this.#resume = resume
  }

  /** What the gateway's Envoys are to have now, on the way to `wanted`: `wanted` itself when there is nothing to wait for. */
  next(wanted: ProxyConfig): ProxyConfig {
    this.#linger(wanted)
    this.#wanted = wanted
    const shown = this.#shown
    const early = shown !== undefined && comesEarly(shown, wanted)
    if (early) this.#later(LEAD_MILLIS, this.#resume)
    this.#shown = early || this.#lingering.size > 0 ? this.#combine(wanted, shown, early) : wanted
    return this.#shown
  }

  /** Keeps what `wanted` has no longer, for a while. */
  #linger(wanted: ProxyConfig): void {
    const hosts = hostsOf(wanted)
    for (const name of hosts.keys()) if (name !== DEFAULT_BACKEND) this.#lingering.delete(name)
    if (!this.#wanted || this.#wanted === wanted) return
    for (const [name, host] of hostsOf(this.#wanted)) {
      if (hosts.get(name) === host || (hosts.has(name) && name !== DEFAULT_BACKEND)) continue
      // Of a host that comes and goes the last departure counts.
      const departed = { ...host }
      this.#lingering.set(name, departed)
      this.#later(LINGER_MILLIS, () => {
        if (this.#lingering.get(name) === departed) this.#lingering.delete(name)
        this.#resume()
      })
    }
  }

  #combine(wanted: ProxyConfig, shown: ProxyConfig | undefined, early: boolean): ProxyConfig {
    const routes = wanted.routes.map((route) => {
      if (route.name === GATEWAY_EGRESS_ROUTES) return addHosts(route, this.#lingering)
      return (early && shown?.routes.find(({ name }) => name === route.name)) || route
    })
    return {
      ...wanted,
      routes,
      clusters: union(wanted.clusters, shown?.clusters, ({ name }) => name),
      endpoints: union(wanted.endpoints, shown?.endpoints, ({ cluster }) => cluster),
      secrets: union(wanted.secrets, shown?.secrets, ({ name }) => name),
    }
  }
}

/** True when listeners that stay lead elsewhere and their Envoys do not know all of the services yet. */
function comesEarly(shown: ProxyConfig, wanted: ProxyConfig): boolean {
  const before = hostsOf(shown)
  const leadsElsewhere = wanted.routes.some(
    (route) => route.name !== GATEWAY_EGRESS_ROUTES && !shown.routes.includes(route),
  )
  if (!leadsElsewhere) return false
  return [...hostsOf(wanted)].some(([name, host]) => {
    const known = before.get(name)
    return (
      !known || (name === DEFAULT_BACKEND && (host.routes?.length ?? 0) > 0 && known !== host && !covers(known, host))
    )
  })
}

/** True when `known` has every route of `host`. */
function covers(known: VirtualHost, host: VirtualHost): boolean {
  const texts = new Set(known.routes?.map((route) => JSON.stringify(route.match)))
  return host.routes?.every((route) => texts.has(JSON.stringify(route.match))) ?? true
}

function hostsOf({ routes }: ProxyConfig): ReadonlyMap<string, VirtualHost> {
  const hosts = routes.find(({ name }) => name === GATEWAY_EGRESS_ROUTES)?.virtual_hosts ?? []
  return new Map(hosts.map((host) => [host.name ?? '', host]))
}

/** `routes` with the hosts that linger, but for those of which another host has a domain now. */
function addHosts(routes: RouteConfiguration, lingering: ReadonlyMap<string, VirtualHost>): RouteConfiguration {
  const hosts = (routes.virtual_hosts ?? []).map((host) => {
    const former = host.name === DEFAULT_BACKEND ? lingering.get(DEFAULT_BACKEND) : undefined
    return former ? { ...host, routes: [...(host.routes ?? []), ...(former.routes ?? [])] } : host
  })
  const taken = new Set(hosts.flatMap(domainKeys))
  const names = new Set(hosts.map(({ name }) => name))
  for (const host of lingering.values()) {
    const keys = domainKeys(host)
    if (names.has(host.name) || keys.some((key) => taken.has(key))) continue
    for (const key of keys) taken.add(key)
    hosts.push(host)
  }
  hosts.sort((left, right) => ((left.name ?? '') < (right.name ?? '') ? -1 : 1))
  return { ...routes, virtual_hosts: hosts }
}

function domainKeys({ domains = [] }: VirtualHost): string[] {
  return domains.map((domain) => domain.toLowerCase())
}

/** `wanted`, and what only `shown` has. */
function union<T>(wanted: readonly T[], shown: readonly T[] | undefined, keyOf: (item: T) => unknown): readonly T[] {
  const keys = new Set(wanted.map(keyOf))
  return [...wanted, ...(shown ?? []).filter((item) => !keys.has(keyOf(item)))]
}
