/** The Envoys in `/meshkeeper/v1`, in the same form as on the admin listener. */
import Type from 'typebox'
import type { Endpoint } from './endpoint.js'
import { findProxies, findProxyConfig, listProxies, PROXY_STATES } from './proxies.js'
import { answer, Name, ProblemShape, Revision } from './shapes.js'

const Millis = Type.Integer({ minimum: 0, description: 'milliseconds' })
const optional = Type.Optional
const SyncState = Type.Enum([...PROXY_STATES])

const TYPE_STATUS = {
  typeUrl: Type.String(),
  state: SyncState,
  resourceCount: Type.Integer({ minimum: 0 }),
  sentVersion: optional(Type.String()),
  ackedVersion: optional(Type.String()),
  sentAgeMillis: optional(Millis),
  ackedAgeMillis: optional(Millis),
  error: optional(Type.String({ description: 'why the last response was rejected, in the words of the Envoy' })),
  nackedVersion: optional(Type.String()),
  nackedAgeMillis: optional(Millis),
}

const ProxyResource = answer('ProxyResource', {
  kind: Type.Enum(['virtualNode', 'virtualGateway']),
  meshName: Name,
  meshOwner: Type.String(),
  name: Name,
  arn: Type.String(),
})

const STATUS = {
  replica: optional(Type.String({ description: 'server that it is connected to; absent where there is but one' })),
  id: Type.Integer({ description: 'of its xDS stream: another one after each reconnection' }),
  nodeId: Type.String(),
  resource: optional(ProxyResource),
  cluster: Type.String(),
  peer: Type.String(),
  envoyVersion: Type.String(),
  protocol: Type.Enum(['sotw', 'delta']),
  connectedForMillis: Millis,
  revision: optional(Revision),
  state: SyncState,
  problems: Type.Array(ProblemShape),
}

const Proxies = answer('Proxies', {
  appliedRevision: Revision,
  notice: optional(Type.String({ description: 'why Envoys of other replicas may be missing' })),
  proxies: Type.Array(answer('Proxy', { ...STATUS, types: Type.Array(answer('ProxyType', TYPE_STATUS)) })),
})

const ResourceConfig = answer('ProxyResourceConfig', {
  name: Type.String(),
  state: Type.Enum([...PROXY_STATES, 'DOES_NOT_EXIST']),
  version: optional(Type.String()),
  config: optional(Type.Unknown({ description: 'Envoy JSON, without private keys' })),
})

const ProxyConfiguration = answer('ProxyConfiguration', {
  ...STATUS,
  types: Type.Array(answer('ProxyTypeConfig', { ...TYPE_STATUS, resources: Type.Array(ResourceConfig) })),
  others: Type.Array(Type.Integer(), { description: 'ids of further Envoys of the same virtual node or gateway' }),
})

const NAME = {
  name: {
    schema: Name,
    description: 'node id in any of its forms, MESH/NAME, NAME, or the id of a stream; a slash is %2F',
  },
}

export const PROXY_ENDPOINTS: readonly Endpoint[] = [
  {
    operation: 'ListProxies',
    path: '/proxies',
    summary: 'The connected Envoys and the state of each',
    query: {
      node: { schema: Name, description: 'of this virtual node or gateway: see the path of /proxies/{name}' },
      mesh: { schema: Name, description: 'MESH or MESH@OWNER' },
      state: { schema: SyncState, description: 'in this state' },
    },
    answer: Proxies,
    handle: (context, { query }) => listProxies(context, query),
  },
  {
    operation: 'GetProxy',
    path: '/proxies/:name',
    summary: 'The Envoys of one name',
    params: NAME,
    answer: Proxies,
    handle: (context, { params }) => findProxies(context, params['name'] ?? ''),
  },
  {
    operation: 'GetProxyConfig',
    path: '/proxies/:name/config',
    summary: 'What the Envoy of that name was sent',
    params: NAME,
    answer: ProxyConfiguration,
    handle: (context, { params }) => findProxyConfig(context, params['name'] ?? ''),
  },
]
