/** `GET /meshes/{mesh}/resources`: a whole mesh at one revision, so that nobody has to put it together from hundreds of answers. */
import Type from 'typebox'
import { compareText, KIND_ORDER } from './order.js'
import type { Endpoint } from './endpoint.js'
import { MESH_OWNER, MESH_PARAMS, meshNotFound, readMeshPlace } from './mesh-place.js'
import { formatResource } from './resource-json.js'
import { answer, ResourceShape, Revision } from './shapes.js'
import type { Resource } from '../model/resource.js'

export const RESOURCES: Endpoint = {
  operation: 'GetMeshResources',
  path: '/meshes/:mesh/resources',
  summary: 'Everything in a mesh, with tags, at one revision',
  params: MESH_PARAMS,
  query: MESH_OWNER,
  answer: answer('MeshResources', {
    revision: Revision,
    appliedRevision: Revision,
    resources: Type.Array(ResourceShape),
  }),
  handle: async (context, call) => {
    const place = readMeshPlace(context, call)
    const { revision, resources, tags } = await context.store.read(async (tx) => ({
      revision: await tx.head(),
      resources: await tx.mesh(place),
      tags: await tx.meshTags(place),
    }))
    if (resources.length === 0) throw meshNotFound(place)
    return {
      revision,
      appliedRevision: context.control.appliedRevision,
      resources: resources.sort(inOrder).map((each) => formatResource(each, tags.get(each.metadata.arn))),
    }
  },
}

/** By kind as App Mesh lists them, then by parent and name. */
function inOrder({ ref: one }: Resource, { ref: other }: Resource): number {
  return (
    KIND_ORDER[one.kind] - KIND_ORDER[other.kind] ||
    compareText(one.parentName ?? '', other.parentName ?? '') ||
    compareText(one.name, other.name)
  )
}
