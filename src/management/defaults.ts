/** `GET /meshes/{mesh}/defaults/{kind}/{name}`: what App Mesh does although the resource does not say so. */
import Type from 'typebox'
import { notFound } from '../model/errors.js'
import { PARENT_KIND } from '../model/references.js'
import { KINDS } from '../model/resource.js'
import type { ManagementContext } from './context.js'
import type { Call, Endpoint } from './endpoint.js'
import { MESH_OWNER, MESH_PARAMS, readMeshPlace } from './mesh-place.js'
import { KIND_PARAMETER, readRef } from './place.js'
import { readWord } from './query.js'
import { answer, Name, Revision } from './shapes.js'

const EffectiveDefault = answer('EffectiveDefault', {
  path: Type.String({ description: 'where in the resource it could be said' }),
  value: Type.Unknown({ description: 'what holds; null when nothing is sent' }),
  why: Type.String(),
  envoyField: Type.String(),
})

const Defaults = answer('Defaults', { revision: Revision, defaults: Type.Array(EffectiveDefault) })

const NAME = {
  schema: Name,
  description: 'its name; of routes and gateway routes PARENT/NAME is taken too, with the slash as %2F',
}

export const DEFAULTS: readonly Endpoint[] = [
  {
    operation: 'GetDefaults',
    path: '/meshes/:mesh/defaults/:kind/:name',
    summary: 'What holds for a resource although it does not say so: retries, timeouts, limits, TLS',
    params: { ...MESH_PARAMS, kind: KIND_PARAMETER, name: NAME },
    query: MESH_OWNER,
    answer: Defaults,
    follows: true,
    handle: (context, call) => {
      const { kind = '', name = '' } = call.params
      const isChild = PARENT_KIND[readWord(kind, 'kind', KINDS)] !== undefined
      const slash = name.indexOf('/')
      if (!isChild || slash < 0) return describe(context, call, { kind, name })
      return describe(context, call, { kind, parent: name.slice(0, slash), name: name.slice(slash + 1) })
    },
  },
  {
    operation: 'GetChildDefaults',
    path: '/meshes/:mesh/defaults/:kind/:parent/:name',
    summary: 'The same of a route of a virtual router, or of a gateway route of a virtual gateway',
    params: {
      ...MESH_PARAMS,
      kind: KIND_PARAMETER,
      parent: { schema: Name, description: 'router of the route, gateway of the gateway route' },
      name: { schema: Name, description: 'its name' },
    },
    query: MESH_OWNER,
    answer: Defaults,
    follows: true,
    handle: (context, call) => describe(context, call, call.params),
  },
]

function describe(
  context: ManagementContext,
  call: Call,
  given: { kind?: string; parent?: string; name?: string },
): Promise<object> {
  const ref = readRef(readMeshPlace(context, call), given)
  const found = context.control.previews.defaults(ref)
  if (!found) throw notFound(ref)
  return Promise.resolve(found)
}
