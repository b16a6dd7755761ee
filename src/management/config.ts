/** `GET /meshes/{mesh}/config/{kind}/{name}`: what the Envoys of a virtual node or gateway would be sent now, whether there are any or not. */
import Type from 'typebox'
import { toRedactedJson } from '../codec/redact.js'
import { notFound } from '../model/errors.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../xds/types.js'
import type { Endpoint } from './endpoint.js'
import { MESH_OWNER, readMeshPlace } from './mesh-place.js'
import { PROXY_PARAMS, readProxyRef } from './place.js'
import { answer, ProblemShape, Revision } from './shapes.js'

const Resources = Type.Array(
  Type.Object({}, { additionalProperties: true, description: 'in the JSON of the Envoy API' }),
)

export const CONFIG: Endpoint = {
  operation: 'GetGeneratedConfig',
  path: '/meshes/:mesh/config/:kind/:name',
  summary: 'The Envoy configuration of a virtual node or gateway as it would be generated now',
  params: PROXY_PARAMS,
  query: MESH_OWNER,
  answer: answer('GeneratedConfig', {
    revision: Revision,
    problems: Type.Array(ProblemShape),
    listeners: Resources,
    clusters: Resources,
    routes: Resources,
    endpoints: Resources,
    secrets: Type.Array(Type.String(), { description: 'names only' }),
  }),
  follows: true,
  handle: (context, call) => {
    const ref = readProxyRef(readMeshPlace(context, call), call.params)
    const preview = context.control.previews.config(ref)
    if (!preview) throw notFound(ref)
    const { revision, problems, resources, secrets } = preview
    const ofType = (wanted: string) => resources.filter(({ typeUrl }) => typeUrl === wanted).map(toRedactedJson)
    return Promise.resolve({
      revision,
      problems,
      listeners: ofType(LISTENER_TYPE),
      clusters: ofType(CLUSTER_TYPE),
      routes: ofType(ROUTE_TYPE),
      endpoints: ofType(ENDPOINT_TYPE),
      secrets,
    })
  },
}
