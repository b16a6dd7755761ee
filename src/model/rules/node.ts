/** Rules for virtual nodes and virtual services (app-mesh-api.md sections 7.2 and 7.3). */
import { parseArn } from '../arn.js'
import type { Problem } from '../problem.js'
import { backendsOf, refKey, resolveBackend, type MeshPlace } from '../references.js'
import { DnsServiceDiscovery } from '../service-discovery.js'
import { VirtualNodeSpec, VirtualServiceBackend } from '../virtual-node.js'
import { CreateVirtualServiceInput } from '../virtual-service.js'
import { demand, rule } from './shape-rule.js'
import { checkOneLine } from './text.js'

const LONGEST_NAME = 255

export const NODE_RULES = [
  rule(VirtualNodeSpec, ({ listeners = [], serviceDiscovery }, path) =>
    demand(
      listeners.length === 0 || serviceDiscovery !== undefined,
      `${path}.serviceDiscovery`,
      'is required because the node has a listener',
    ),
  ),
  // Envoy refuses a cluster with an endpoint that has no address.
  rule(DnsServiceDiscovery, ({ hostname }, path) => demand(hostname !== '', `${path}.hostname`, 'must not be empty')),
  rule(VirtualServiceBackend, ({ virtualServiceName }, path) =>
    checkBackendName(virtualServiceName, `${path}.virtualServiceName`),
  ),
  rule(CreateVirtualServiceInput, ({ virtualServiceName }) => checkOneLine(virtualServiceName, 'virtualServiceName')),
]

/** A name, or the full ARN of a virtual service. */
function checkBackendName(name: string, path: string): Problem[] {
  if (!name.startsWith('arn:')) return checkServiceName(name, path)
  const arn = parseArn(name)
  if (arn?.kind !== 'virtualService') return demand(false, path, 'is not the ARN of a virtual service')
  return checkServiceName(arn.name, path)
}

function checkServiceName(name: string, path: string): Problem[] {
  const length = Array.from(name).length
  return [
    ...demand(length >= 1 && length <= LONGEST_NAME, path, `must name a service with 1 to ${LONGEST_NAME} characters`),
    ...checkOneLine(name, path),
  ]
}

/**
 * The backends of a node together: all in the mesh of the node, none twice. By name or by ARN is the same; and so are names that differ only
 * in case, because Envoy lower-cases host names and refuses a route configuration that has one twice.
 */
export function checkBackends(mesh: MeshPlace, spec: VirtualNodeSpec, path: string): Problem[] {
  const seen = new Map<string, string>()
  return backendsOf(spec).flatMap((name, index) => {
    const at = `${path}.backends[${index}].virtualService.virtualServiceName`
    const service = resolveBackend(mesh, name)
    if (service.meshName !== mesh.meshName)
      return [{ path: at, message: `must be a virtual service of mesh ${mesh.meshName}` }]
    const key = refKey(service).toLowerCase()
    const twin = seen.get(key)
    seen.set(key, name)
    return demand(twin === undefined, at, `is the same virtual service as backend ${twin ?? ''}`)
  })
}
