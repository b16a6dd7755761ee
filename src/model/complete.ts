/** What the API fills in. Nothing else may be added: clients compare what they sent with what they read (app-mesh-api.md section 7.9). */
import type { HealthCheckPolicy } from './health-check.js'
import type { Kind, SpecByKind } from './resource.js'

/** `spec` as it is stored: every health check has its listener's port. */
export function completeSpec<K extends Kind>(kind: K, spec: SpecByKind[K]): SpecByKind[K] {
  if (kind !== 'virtualNode' && kind !== 'virtualGateway') return spec
  const { listeners } = spec as SpecByKind['virtualNode']
  return listeners ? { ...spec, listeners: listeners.map(completeListener) } : spec
}

function completeListener<L extends { portMapping: { port: number }; healthCheck?: HealthCheckPolicy }>(
  listener: L,
): L {
  const { healthCheck, portMapping } = listener
  return healthCheck
    ? { ...listener, healthCheck: { ...healthCheck, port: healthCheck.port ?? portMapping.port } }
    : listener
}
