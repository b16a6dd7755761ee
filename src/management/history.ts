/** `GET /history`: the log of changes for people: what changed, when, by whom. */
import Type from 'typebox'
import type { CloudMapKind } from '../model/cloud-map/resource.js'
import { KINDS, type Kind, type Resource } from '../model/resource.js'
import type { LogQuery, LogRow } from '../store/log.js'
import type { Endpoint } from './endpoint.js'
import { MESH_OWNER, readOwner } from './mesh-place.js'
import { readCount, readWord } from './query.js'
import { formatResource, formatTime } from './resource-json.js'
import { answer, Name, RefShape, ResourceShape, Revision, Tags, Time } from './shapes.js'

const LOGGED_KINDS: readonly (Kind | CloudMapKind)[] = [...KINDS, 'namespace', 'service', 'instance']
const PAGE = 100
const LONGEST_PAGE = 1000

/** A resource, or a thing of Cloud Map as the log keeps it. */
const Logged = Type.Union([ResourceShape, Type.Object({}, { title: 'CloudMapThing', additionalProperties: true })])

const ChangeShape = answer('Change', {
  revision: Revision,
  time: Time,
  principal: Type.String({ description: 'access key id of the request, or anonymous' }),
  operation: Type.String(),
  ref: RefShape,
  arn: Type.String(),
  before: Type.Optional(Logged),
  after: Type.Optional(Logged),
  tagsBefore: Type.Optional(Tags),
  tagsAfter: Type.Optional(Tags),
})

const text = (description: string) => ({ schema: Name, description })

export const HISTORY: Endpoint = {
  operation: 'GetHistory',
  path: '/history',
  summary: 'Changes, newest first; without filters those of Cloud Map too',
  query: {
    mesh: text('of this mesh'),
    ...MESH_OWNER,
    kind: { schema: Type.Enum([...LOGGED_KINDS]), description: 'of this kind' },
    name: text('of this name; of Cloud Map the id'),
    parent: text('router of routes, gateway of gateway routes; of Cloud Map the id of the namespace or service'),
    principal: text('made by this access key id'),
    operation: text('made by this operation, e.g. UpdateRoute'),
    before: { schema: Revision, description: 'only older than this revision: the `next` of the page before' },
    limit: {
      schema: Type.Integer({ minimum: 1, maximum: LONGEST_PAGE, default: PAGE }),
      description: 'changes of a page; the rest of its last revision comes with it',
    },
  },
  answer: answer('History', {
    changes: Type.Array(ChangeShape),
    next: Type.Optional(Type.Integer({ description: 'there may be older ones: ask again with before' })),
  }),
  handle: async ({ store }, { query }) => {
    const wanted = readHistoryQuery(query)
    const rows = await store.read((tx) => tx.log(wanted))
    const last = rows.at(-1)
    const more = last !== undefined && rows.length >= wanted.limit && last.revision > 1
    return { changes: rows.map(formatRow), ...(more && { next: last.revision }) }
  },
}

function readHistoryQuery(query: Readonly<Record<string, string>>): LogQuery {
  const { mesh, kind, name, parent, principal, operation } = query
  const meshOwner = readOwner(query['meshOwner'])
  return {
    ...(mesh !== undefined && { meshName: mesh }),
    ...(meshOwner !== undefined && { meshOwner }),
    ...(kind !== undefined && { kind: readWord(kind, 'kind', LOGGED_KINDS) }),
    ...(name !== undefined && { name }),
    ...(parent !== undefined && { parentName: parent }),
    ...(principal !== undefined && { principal }),
    ...(operation !== undefined && { operation }),
    ...(query['before'] !== undefined && {
      before: readCount(query, 'before', { least: 0, most: Number.MAX_SAFE_INTEGER, otherwise: 0 }),
    }),
    limit: readCount(query, 'limit', { least: 1, most: LONGEST_PAGE, otherwise: PAGE }),
  }
}

function formatRow(row: LogRow): object {
  const { revision, time, principal, operation, ref, arn, before, after } = row
  const tags = 'tags' in row ? row.tags : undefined
  return {
    ...{ revision, time: formatTime(time), principal, operation, ref, arn },
    ...(before && { before: formatLogged(before) }),
    ...(after && { after: formatLogged(after) }),
    ...(tags && { tagsBefore: tags.before, tagsAfter: tags.after }),
  }
}

function formatLogged(logged: object): object {
  return 'metadata' in logged ? formatResource(logged as Resource) : logged
}
