/** A resource in the form that people edit and `apply` reads: App Mesh's own members, and the kind. */
import { nameMember, parentMember } from '../access/kinds.js'
import type { StoredResource } from '../access/meshes.js'
import { orderSpec } from '../manifest/order.js'

/** With its metadata, as `apply` takes it back and passes it over. */
export function toManifest(resource: StoredResource): object {
  const { arn, version, createdAt, lastUpdatedAt, meshOwner, resourceOwner } = resource
  return { ...toDefinition(resource), metadata: { arn, version, createdAt, lastUpdatedAt, meshOwner, resourceOwner } }
}

/** Only what a definition says: the same from every server. */
export function toDefinition({ ref, spec, tags }: Pick<StoredResource, 'ref' | 'spec' | 'tags'>): object {
  const { kind, meshName, parentName, name } = ref
  const parent = parentMember(kind)
  return {
    kind,
    meshName,
    ...(parent !== undefined && { [parent]: parentName }),
    ...(kind !== 'mesh' && { [nameMember(kind)]: name }),
    spec: orderSpec({ ref, spec }),
    ...(tags.length > 0 && { tags }),
  }
}
