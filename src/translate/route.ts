/** Route configurations, virtual hosts and routes. */
import type { Route, RouteAction, RouteConfiguration, VirtualHost } from '../envoy/types.js'
import { uint32 } from '../envoy/wrappers.js'
import type { PortProtocol } from '../model/scalars.js'
import type { HttpTimeout } from '../model/timeout.js'
import type { Listener } from '../model/virtual-node.js'
import type { Memo } from './memo.js'
import { buildAggregateStats } from './metadata.js'
import { ingressClusterName, routeConfigName, serviceDomains } from './names.js'
import type { HttpEgressPort } from './egress-port.js'
import type { NodeView } from './proxy-view.js'
import { buildRetryPolicy } from './retry.js'
import { buildRouteMatch } from './route-match.js'
import type { Destination, HttpRouteView } from './route-view.js'
import type { HttpServicePort } from './service-view.js'
import { buildTimeouts } from './timeout.js'

/** Everything that comes in on an http, http2 or grpc listener goes to the application, without retries (envoy-config.md section 3.3). */
export function buildIngressRoutes({ mesh, name, listeners }: NodeView): RouteConfiguration[] {
  return listeners
    .filter(({ portMapping }) => portMapping.protocol !== 'tcp')
    .map(({ portMapping: { port, protocol }, timeout }) => ({
      name: routeConfigName('ingress', protocol, port),
      virtual_hosts: [
        {
          name,
          domains: ['*'],
          routes: [
            {
              match: { prefix: '/' },
              route: {
                cluster: ingressClusterName(mesh, name, protocol, port),
                ...buildTimeouts(listenerTimeout(protocol, timeout)),
              },
            },
          ],
        },
      ],
    }))
}

/** One virtual host per service that the node calls on the port (envoy-config.md section 3.7), shared by all proxies that have the service like this. */
export function buildEgressRoutes({ protocol, port, services }: HttpEgressPort, memo: Memo): RouteConfiguration {
  const built = memo('virtual hosts', [], () => new WeakMap<HttpServicePort, VirtualHost>())
  return {
    name: routeConfigName('egress', protocol, port),
    virtual_hosts: services.map((service) => {
      let host = built.get(service)
      if (!host) built.set(service, (host = buildVirtualHost(service)))
      return host
    }),
  }
}

/** A service without routes keeps its host, so that its requests answer 404 here and go nowhere else. */
function buildVirtualHost({ service, port, routes }: HttpServicePort): VirtualHost {
  return {
    name: service,
    domains: serviceDomains(service, port),
    ...(routes.length > 0 && { routes: routes.map((route) => buildRoute(service, route)) }),
  }
}

/** A route to the targets of a virtual service. */
export function buildRoute(service: string, { match, destination, timeout, retryPolicy }: HttpRouteView): Route {
  const retry_policy = buildRetryPolicy(retryPolicy)
  return {
    match: buildRouteMatch(match),
    route: { ...buildDestination(destination), ...buildTimeouts(timeout), ...(retry_policy && { retry_policy }) },
    metadata: buildAggregateStats({ TargetVirtualService: service }),
  }
}

/** Several targets are weighted, those of weight 0 included; older Envoys want the total unless it is 100. */
function buildDestination(destination: Destination): Pick<RouteAction, 'cluster' | 'weighted_clusters'> {
  const [first, ...others] = destination
  if (first && others.length === 0) return { cluster: first.target.cluster }
  return {
    weighted_clusters: {
      clusters: destination.map(({ target, weight }) => ({ name: target.cluster, weight: uint32(weight) })),
      total_weight: uint32(destination.reduce((sum, { weight }) => sum + weight, 0)),
    },
  }
}

/** The listener's timeout has a member per protocol; only the one of its own protocol counts. */
function listenerTimeout(protocol: PortProtocol, timeout: Listener['timeout']): HttpTimeout | undefined {
  return protocol === 'tcp' ? undefined : timeout?.[protocol]
}
