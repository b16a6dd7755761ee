/** Which Envoys are connected, and whether each is in sync: `GET /proxies`. */
import type { FastifyInstance } from 'fastify'
import type { ControlPlane } from '../control/control-plane.js'
import type { ProxyRegistry, ProxyStatus } from '../control/proxy-registry.js'

export interface ProxiesAnswer {
  /** Every change up to this revision has been published to the Envoys that it affects. */
  readonly appliedRevision: number
  readonly proxies: readonly ProxyStatus[]
}

export function addProxyRoutes(app: FastifyInstance, control: ControlPlane, registry: ProxyRegistry): void {
  app.get('/proxies', (): ProxiesAnswer => ({ appliedRevision: control.appliedRevision, proxies: registry.statuses() }))
}
