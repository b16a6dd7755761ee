/** The routes table: every operation of the API, its method and its path (app-mesh-api.md section 2). */
import type { Handler } from './context.js'
import { GATEWAY_ROUTE } from './gateway-route.js'
import { nameMember, operationName, type KindApi, type Verb } from './kind.js'
import { MESH } from './mesh.js'
import type { Operation } from './operation.js'
import { describeOperation, listOperation } from './read.js'
import { ROUTE } from './route.js'
import { TAG_OPERATIONS } from './tags.js'
import { VIRTUAL_GATEWAY } from './virtual-gateway.js'
import { VIRTUAL_NODE } from './virtual-node.js'
import { VIRTUAL_ROUTER } from './virtual-router.js'
import { VIRTUAL_SERVICE } from './virtual-service.js'
import { createOperation, deleteOperation, updateOperation } from './write.js'

/** Every path begins with it. */
export const PREFIX = '/v20190125'

interface VerbRoute {
  readonly method: Operation['method']
  /** Of the collection, or of one item in it. */
  readonly target: 'collection' | 'item'
  readonly handler: (kind: KindApi) => Handler
}

/** Create and update are both PUT: what they are sent to tells them apart. */
const VERB_ROUTES: Readonly<Record<Verb, VerbRoute>> = {
  create: { method: 'PUT', target: 'collection', handler: createOperation },
  list: { method: 'GET', target: 'collection', handler: listOperation },
  describe: { method: 'GET', target: 'item', handler: describeOperation },
  update: { method: 'PUT', target: 'item', handler: updateOperation },
  delete: { method: 'DELETE', target: 'item', handler: deleteOperation },
}

const VERBS = Object.keys(VERB_ROUTES) as Verb[]

const KIND_APIS: readonly KindApi[] = [
  MESH,
  VIRTUAL_NODE,
  VIRTUAL_ROUTER,
  ROUTE,
  VIRTUAL_SERVICE,
  VIRTUAL_GATEWAY,
  GATEWAY_ROUTE,
]

export const OPERATIONS: readonly Operation[] = [
  ...KIND_APIS.flatMap((kind) => VERBS.map((verb) => buildOperation(verb, kind))),
  ...TAG_OPERATIONS,
]

function buildOperation(verb: Verb, kind: KindApi): Operation {
  const { method, target, handler } = VERB_ROUTES[verb]
  const path = target === 'item' ? `${kind.path}/:${nameMember(kind.kind)}` : kind.path
  return { name: operationName(verb, kind), method, path, input: kind.inputs[verb], handle: handler(kind) }
}
