/** The routes table: every operation of the API, its method and its path (app-mesh-api.md section 2). */
import type { TObject } from 'typebox'
import type { Handler } from './context.js'
import { ANY_INPUT, GATEWAY_KINDS, refuseGateways } from './gateways.js'
import { nameMember, operationName, type KindApi, type KindPlace, type Verb } from './kind.js'
import { MESH } from './mesh.js'
import type { Operation } from './operation.js'
import { describeOperation, listOperation } from './read.js'
import { ROUTE } from './route.js'
import { TAG_OPERATIONS } from './tags.js'
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

const KIND_APIS: readonly KindApi[] = [MESH, VIRTUAL_NODE, VIRTUAL_ROUTER, ROUTE, VIRTUAL_SERVICE]

export const OPERATIONS: readonly Operation[] = [
  ...KIND_APIS.flatMap((kind) =>
    VERBS.map((verb) => buildOperation(verb, kind, kind.inputs[verb], VERB_ROUTES[verb].handler(kind))),
  ),
  ...GATEWAY_KINDS.flatMap((kind) => VERBS.map((verb) => buildOperation(verb, kind, ANY_INPUT, refuseGateways))),
  ...TAG_OPERATIONS,
]

function buildOperation(verb: Verb, kind: KindPlace, input: TObject, handle: Handler): Operation {
  const { method, target } = VERB_ROUTES[verb]
  const path = target === 'item' ? `${kind.path}/:${nameMember(kind.kind)}` : kind.path
  return { name: operationName(verb, kind), method, path, input, handle }
}
