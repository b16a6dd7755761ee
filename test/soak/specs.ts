/** Random definitions of what a mesh of a soak is made of. */
import type { GatewayRouteSpec, HttpGatewayRoute } from '../../src/model/gateway-route.js'
import { AUTHORITIES, certificateArn, CERTIFICATES } from './certificates.js'
import type { Random } from './random.js'

export interface MeshSize {
  /** Virtual nodes that are there all the time. */
  readonly nodes: number
  /** Further ones that come and go. */
  readonly guests: number
  readonly services: number
  /** Virtual gateways that are there all the time. */
  readonly gateways: number
  /** Further ones that come and go. */
  readonly guestGateways: number
}

export type Spec = Readonly<Record<string, unknown>>

export const nodeName = (index: number): string => `node-${index}`
export const guestName = (index: number): string => `guest-${index}`
export const serviceName = (index: number): string => `service-${index}.soak.localhost`
export const routerName = (index: number): string => `router-${index}`
export const gatewayName = (index: number): string => `gateway-${index}`
export const guestGatewayName = (index: number): string => `guest-gateway-${index}`

/**
 * Names of the nodes and gateways whose listeners have a certificate of their own all the time. Only Envoys of these are without keys: a listener that
 * comes to need what is missing stays as it was, so that what they have would depend on history, had there been a time without the need.
 */
export function listSteady({ nodes, gateways }: MeshSize): string[] {
  const names = [
    ...Array.from({ length: nodes }, (_, index) => nodeName(index)),
    ...Array.from({ length: gateways }, (_, index) => gatewayName(index)),
  ]
  return names.filter(isSteady)
}

export function isSteady(name: string): boolean {
  return /^(node|gateway)-\d*0$/.test(name)
}

export const listener = (protocol = 'http', port = 8080) => ({ portMapping: { port, protocol } })
const millis = (value: number) => ({ unit: 'ms', value })

/** A gateway has the first of these listeners always, the second at times. */
const GATEWAY_PORTS = { http: 8080, http2: 8443 } as const

/** The Envoy has these in files, or from a socket beside it: the server sends nothing of them. */
const OWN_CERTIFICATES: readonly Spec[] = [
  { sds: { secretName: 'spiffe://soak/own' } },
  { file: { certificateChain: '/certs/own.pem', privateKey: '/certs/own.key' } },
]
const OWN_TRUSTS: readonly Spec[] = [
  { sds: { secretName: 'spiffe://soak' } },
  { file: { certificateChain: '/certs/ca.pem' } },
]

/** Few, since the server remembers clusters for each of them: were they made at random, its memory would grow for long until it had seen all. */
const [AUTHORITY_X = '', AUTHORITY_Y = '', AUTHORITY_Z = ''] = AUTHORITIES
const CLIENT_POLICIES: readonly Spec[] = [
  { validation: { trust: trustAuthorities(AUTHORITY_X) } },
  { validation: { trust: trustAuthorities(AUTHORITY_Z, AUTHORITY_Y) }, certificate: OWN_CERTIFICATES[0] },
  {
    validation: {
      trust: trustAuthorities(AUTHORITY_X, AUTHORITY_Y),
      subjectAlternativeNames: { match: { exact: ['soak.localhost'] } },
    },
  },
  { validation: { trust: trustAuthorities(AUTHORITY_Y) }, enforce: false },
  { validation: { trust: trustAuthorities(AUTHORITY_Z) }, ports: [8080] },
  { validation: { trust: OWN_TRUSTS[0] } },
  { validation: { trust: OWN_TRUSTS[1] }, certificate: OWN_CERTIFICATES[1] },
]

function trustAuthorities(...certificateAuthorityArns: readonly string[]): Spec {
  return { acm: { certificateAuthorityArns } }
}

export class Specs {
  readonly #random: Random
  readonly #size: MeshSize
  #edition = 0

  constructor(random: Random, size: MeshSize) {
    this.#random = random
    this.#size = size
  }

  /** Never the same again, so that what has it is another one. */
  edition(): number {
    return this.#edition++
  }

  anyNode(): string {
    return nodeName(this.#random.integer(0, this.#size.nodes - 1))
  }

  provider(index: number): Spec {
    if (this.#random.chance(0.5)) return { virtualRouter: { virtualRouterName: routerName(index) } }
    return { virtualNode: { virtualNodeName: this.anyNode() } }
  }

  node(name: string): Spec {
    const random = this.#random
    const services = Array.from({ length: this.#size.services }, (_, index) => serviceName(index))
    const responseType = random.pick(['LOADBALANCER', 'ENDPOINTS'])
    return {
      listeners: [
        {
          ...listener(),
          ...this.#tls(name),
          ...(random.chance(0.5) && { timeout: { http: { perRequest: millis(random.integer(1, 60_000)) } } }),
          ...(random.chance(0.2) && { connectionPool: { http: { maxConnections: random.integer(1, 1000) } } }),
        },
      ],
      serviceDiscovery: { dns: { hostname: `${name}.soak.localhost`, responseType } },
      backends: random.sample(services, random.integer(0, 6)).map((virtualServiceName) => ({
        virtualService: { virtualServiceName, ...(random.chance(0.15) && this.#clientPolicy()) },
      })),
      ...(random.chance(0.15) && { backendDefaults: this.#clientPolicy() }),
      ...this.#logging(),
    }
  }

  route(prefix = '/'): Spec {
    const random = this.#random
    const weightedTargets = random
      .sample([this.anyNode(), this.anyNode(), this.anyNode()], random.integer(1, 3))
      .filter((name, index, all) => all.indexOf(name) === index)
      .map((virtualNode) => ({ virtualNode, weight: random.integer(1, 33) }))
    const timeout = { perRequest: millis(1 + this.edition()) }
    return { httpRoute: { match: { prefix }, action: { weightedTargets }, timeout } }
  }

  gateway(name: string): Spec {
    const random = this.#random
    const pool = random.chance(0.3) && {
      connectionPool: { http: { maxConnections: random.integer(1, 1000) } },
    }
    const second = random.chance(0.6) ? [{ ...listener('http2', GATEWAY_PORTS.http2), ...this.#tls(name) }] : []
    return {
      listeners: [{ ...listener(), ...this.#tls(name), ...pool }, ...second],
      ...(random.chance(0.3) && { backendDefaults: this.#clientPolicy() }),
      ...this.#logging(),
    }
  }

  /** The API refuses it where the gateway has no listener for it. */
  gatewayRoute(protocol: keyof typeof GATEWAY_PORTS): Spec {
    const random = this.#random
    const virtualServiceName = serviceName(random.integer(0, this.#size.services - 1))
    const { place, rewrite } = this.#gatewayPath()
    const keepHost = random.chance(0.3) && { hostname: { defaultTargetHostname: 'DISABLED' } }
    return {
      [`${protocol}Route`]: {
        match: { port: GATEWAY_PORTS[protocol], ...place, ...this.#hostname(), headers: this.#headers() },
        action: {
          target: { virtualService: { virtualServiceName } },
          ...((rewrite || keepHost) && { rewrite: { ...rewrite, ...keepHost } }),
        },
      },
      ...(random.chance(0.3) && { priority: random.integer(0, 1000) }),
    }
  }

  /** The same route for other requests. */
  rematch({ httpRoute, http2Route, ...rest }: GatewayRouteSpec): GatewayRouteSpec {
    const rematched = <T extends HttpGatewayRoute>(route: T) => ({
      ...route,
      match: { ...route.match, headers: this.#headers() },
    })
    return {
      ...rest,
      ...(httpRoute && { httpRoute: rematched(httpRoute) }),
      ...(http2Route && { http2Route: rematched(http2Route) }),
    }
  }

  #headers() {
    return [{ name: 'x-edition', match: { exact: String(this.edition()) } }]
  }

  #gatewayPath(): { place: Spec; rewrite?: Spec } {
    const random = this.#random
    const text = `/part-${random.integer(0, 9)}`
    switch (random.integer(0, 4)) {
      case 0:
        return { place: { path: { exact: text } }, rewrite: { path: { exact: '/other' } } }
      case 1:
        return { place: { prefix: `${text}/` }, rewrite: { prefix: { value: '/other/' } } }
      case 2:
        return { place: { prefix: text }, rewrite: { prefix: { defaultPrefix: 'DISABLED' } } }
      case 3:
        return { place: { prefix: text } }
      default:
        return { place: { prefix: '/' } }
    }
  }

  #hostname(): Spec {
    const random = this.#random
    if (random.chance(0.5)) return {}
    const host = `host-${random.integer(0, 4)}.soak.localhost`
    return { hostname: random.chance(0.5) ? { exact: host } : { suffix: `.${host}` } }
  }

  /** TLS of a listener of that node or gateway, or none. */
  #tls(name: string): Spec {
    const random = this.#random
    if (isSteady(name)) {
      const mode = random.pick(['STRICT', 'PERMISSIVE'])
      return { tls: { mode, certificate: { acm: { certificateArn: certificateArn(name) } } } }
    }
    if (random.chance(0.4)) return {}
    const mode = random.weighted({ STRICT: 5, PERMISSIVE: 3, DISABLED: 2 })
    const acm = { acm: { certificateArn: random.pick(CERTIFICATES) } }
    const certificate = random.chance(0.6) ? acm : random.pick(OWN_CERTIFICATES)
    const validation = random.chance(0.3) && { validation: { trust: random.pick(OWN_TRUSTS) } }
    return { tls: { mode, certificate, ...validation } }
  }

  #clientPolicy(): Spec {
    return { clientPolicy: { tls: this.#random.pick(CLIENT_POLICIES) } }
  }

  #logging(): Spec {
    return this.#random.chance(0.5) ? { logging: { accessLog: { file: { path: '/dev/stdout' } } } } : {}
  }
}
