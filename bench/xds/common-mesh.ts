/** The mesh of the end-to-end bench: that of the other benches, with one more service that every node calls. */
import type { Resource } from '../../src/model/resource.js'
import { isKind } from '../../src/model/resource.js'
import { buildMesh, type MeshShape } from '../mesh.js'

export const COMMON = 'common'

/** Every node of `shape` with `common.…` as a further backend, provided by a router of its own. */
export function buildCommonMesh(shape: MeshShape): Resource[] {
  const resources = buildMesh(shape).map((resource) =>
    isKind(resource, 'virtualNode') ? withBackend(resource, `${COMMON}.${shape.name}.local`) : resource,
  )
  return [...resources, ...renameProvider(shape, resources)]
}

function withBackend(node: Resource<'virtualNode'>, virtualServiceName: string): Resource<'virtualNode'> {
  const backends = [...(node.spec.backends ?? []), { virtualService: { virtualServiceName } }]
  return { ...node, spec: { ...node.spec, backends } }
}

/** Service 0 with its router and route once more, under the common name. */
function renameProvider({ name }: MeshShape, resources: readonly Resource[]): Resource[] {
  const service = resources.find((resource) => isKind(resource, 'virtualService'))
  const router = resources.find((resource) => isKind(resource, 'virtualRouter'))
  const route = resources.find((resource) => isKind(resource, 'route'))
  if (!service || !router || !route) throw new Error('the mesh has no service')
  const spec = { provider: { virtualRouter: { virtualRouterName: COMMON } } }
  return [
    rename({ ...router, ref: { ...router.ref, name: COMMON } }),
    rename({ ...route, ref: { ...route.ref, parentName: COMMON, name: COMMON } }),
    rename({ ...service, spec, ref: { ...service.ref, name: `${COMMON}.${name}.local` } }),
  ]
}

function rename(resource: Resource): Resource {
  const { kind, parentName = '', name } = resource.ref
  const { metadata } = resource
  return {
    ...resource,
    metadata: { ...metadata, arn: `${metadata.arn}/${kind}/${parentName}/${name}`, uid: `${kind}-${name}` },
  }
}
