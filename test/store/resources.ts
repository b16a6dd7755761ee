/** Small resources for the store's tests. */
import type { Kind, Resource, ResourceRef, SpecByKind } from '../../src/model/resource.js'
import type { Author, Change, Store } from '../../src/store/store.js'

export const OWNER = '000000000000'
export const MESH = 'shop'
export const SCOPE = { meshOwner: OWNER, meshName: MESH }
export const AUTHOR: Author = { principal: 'AKIDEXAMPLE', operation: 'CreateVirtualNode' }

export function refOf<K extends Kind>(kind: K, name: string, parentName?: string): ResourceRef<K> {
  const meshName = kind === 'mesh' ? name : MESH
  return { kind, meshOwner: OWNER, meshName, ...(parentName === undefined ? {} : { parentName }), name }
}

function build<K extends Kind>(ref: ResourceRef<K>, spec: SpecByKind[K], version: number): Resource<K> {
  const path = ref.kind === 'mesh' ? '' : `/${ref.kind}/${ref.parentName ?? ''}/${ref.name}`
  const metadata = {
    arn: `arn:aws:appmesh:us-east-1:${OWNER}:mesh/${ref.meshName}${path}`,
    createdAt: 1700000000000,
    lastUpdatedAt: 1700000000000 + version,
    meshOwner: OWNER,
    resourceOwner: OWNER,
    uid: `uid-${ref.name}`,
    version,
  }
  return { ref, metadata, spec }
}

export const mesh = (name = MESH): Resource<'mesh'> => build(refOf('mesh', name), {}, 1)

export const node = (name: string, version = 1): Resource<'virtualNode'> =>
  build(
    refOf('virtualNode', name),
    { listeners: [{ portMapping: { port: 8000 + version, protocol: 'http' } }] },
    version,
  )

export const router = (name: string): Resource<'virtualRouter'> =>
  build(refOf('virtualRouter', name), { listeners: [] }, 1)

export const service = (name: string, provider?: string, version = 1): Resource<'virtualService'> =>
  build(
    refOf('virtualService', name),
    provider === undefined ? {} : { provider: { virtualNode: { virtualNodeName: provider } } },
    version,
  )

export const route = (parent: string, name: string, targets: string[] = []): Resource<'route'> =>
  build(
    refOf('route', name, parent),
    {
      httpRoute: {
        match: { prefix: '/' },
        action: { weightedTargets: targets.map((virtualNode) => ({ virtualNode, weight: 1 })) },
      },
    },
    1,
  )

/** Puts each resource in one transaction. */
export async function putAll(store: Store, ...resources: Resource[]): Promise<number> {
  const { revision } = await store.write(AUTHOR, async (tx) => {
    for (const resource of resources) await tx.put(resource)
  })
  return revision
}

/** What the log says each resource is: replaying it must give the resources. */
export function replay(changes: readonly Change[]): Map<string, Resource> {
  const resources = new Map<string, Resource>()
  for (const { arn, after } of changes) {
    if (after) resources.set(arn, after)
    else resources.delete(arn)
  }
  return resources
}
