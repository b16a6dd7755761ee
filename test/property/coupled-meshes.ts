/**
 * Random meshes in which everything holds on to something else: ports of routes to listeners of routers and nodes, gateway routes to those of
 * gateways and providers. Each can exist; from one to the next there is often no direct way.
 */
import fc from 'fast-check'

export type Body = Readonly<Record<string, unknown>>
type Decide = <T>(choices: readonly T[]) => T

interface Listener {
  readonly port: number
  readonly protocol: 'http' | 'http2' | 'tcp'
}

const PORTS = [80, 81, 82]
const TYPES = { http: 'httpRoute', http2: 'http2Route', tcp: 'tcpRoute' } as const

/** The bodies of create calls, in an order in which they can be made. */
export const coupledMesh: fc.Arbitrary<Body[]> = fc.infiniteStream(fc.nat(999)).map((numbers) => {
  const decide: Decide = (choices) => choices[(numbers.next().value as number) % choices.length]!
  return buildMesh(decide)
})

function buildMesh(decide: Decide): Body[] {
  const some = <T>(items: readonly T[]): T[] => items.filter(() => decide([true, true, false]))
  const listeners = (protocols: readonly Listener['protocol'][]): Listener[] =>
    some(PORTS).map((port) => ({ port, protocol: decide(protocols) }))
  const nodes = some(['a', 'b', 'c']).map((name) => ({
    name,
    listeners: decide([true, false]) ? listeners(['http']) : [],
  }))
  const routers = some(['r', 's']).map((name) => ({ name, listeners: listeners(['http', 'http', 'http2', 'tcp']) }))
  const providers = [
    ...nodes.map((each) => ({ ...each, kind: 'virtualNode' })),
    ...routers.map((each) => ({ ...each, kind: 'virtualRouter' })),
  ]
  const services = some(['x.local', 'y.local']).map((name) => ({ name, provider: decide([undefined, ...providers]) }))
  const gateways = some(['g', 'h']).map((name) => ({ name, listeners: orOne(listeners(['http', 'http2']), decide) }))
  const portOf = (offered: readonly Listener[]): { port?: number } => {
    if (offered.length === 0) return {}
    const { port } = decide(offered)
    return offered.length > 1 || decide([true, false]) ? { port } : {}
  }
  const routes =
    nodes.length === 0 ? [] : routers.flatMap((router) => some(['1', '2', '3']).map((name) => ({ name, router })))
  return [
    { meshName: 'm', spec: decide([{}, { egressFilter: { type: 'ALLOW_ALL' } }]) },
    ...nodes.map(({ name, listeners: own }) => ({
      virtualNodeName: name,
      spec: {
        listeners: own.map((portMapping) => ({ portMapping })),
        serviceDiscovery: { dns: { hostname: decide(['one.internal', 'two.internal']) } },
        backends: some(['x.local', 'y.local']).map((virtualServiceName) => ({
          virtualService: { virtualServiceName },
        })),
      },
    })),
    ...routers.map(({ name, listeners: own }) => ({
      virtualRouterName: name,
      spec: { listeners: own.map((portMapping) => ({ portMapping })) },
    })),
    ...routes.map(({ name, router }) => {
      const listener = router.listeners.length === 0 ? undefined : decide(router.listeners)
      const port = listener && (router.listeners.length > 1 || decide([true, false])) ? { port: listener.port } : {}
      const protocol = listener?.protocol ?? decide(['http', 'http2', 'tcp'] as const)
      const weightedTargets = orOne(some(nodes), decide, nodes).map((node) => {
        return { virtualNode: node.name, weight: decide([1, 2]), ...portOf(node.listeners) }
      })
      const match = protocol === 'tcp' ? port : { prefix: decide(['/', '/a']), ...port }
      return {
        virtualRouterName: router.name,
        routeName: name,
        spec: { [TYPES[protocol]]: { match, action: { weightedTargets } } },
      }
    }),
    ...services.map(({ name, provider }) => ({
      virtualServiceName: name,
      spec: provider ? { provider: { [provider.kind]: { [`${provider.kind}Name`]: provider.name } } } : {},
    })),
    ...gateways.map(({ name, listeners: own }) => ({
      virtualGatewayName: name,
      spec: { listeners: own.map((portMapping) => ({ portMapping })) },
    })),
    ...(services.length === 0 ? [] : gateways).flatMap((gateway) =>
      some(['1', '2']).map((name) => {
        const { port: own, protocol } = decide(gateway.listeners)
        const service = decide(services)
        const port = gateway.listeners.length > 1 || decide([true, false]) ? { port: own } : {}
        const target = {
          virtualService: { virtualServiceName: service.name },
          ...portOf(service.provider?.listeners ?? []),
        }
        const typed = { match: { prefix: '/', ...port }, action: { target } }
        return { virtualGatewayName: gateway.name, gatewayRouteName: name, spec: { [TYPES[protocol]]: typed } }
      }),
    ),
  ].map((body) => ({ tags: some([{ key: 'team', value: decide(['blue', 'red']) }]), ...body, meshName: 'm' }))
}

function orOne<T>(items: T[], decide: Decide, from?: readonly T[]): T[] {
  if (items.length > 0) return items
  return [from ? decide(from) : ({ port: decide(PORTS), protocol: 'http' } as T)]
}
