/** `meshkeeper history`: what changed, when, and by whom (docs/commands.md). */
import { Command, InvalidArgumentError } from 'commander'
import type { Definition, Kind, Tag } from '../../model/resource.js'
import type { ApiClient, Query } from '../access/api-client.js'
import { endpointOption } from '../access/endpoint.js'
import { displayRef, listKinds, parseKind } from '../access/kinds.js'
import { formatDifference } from '../apply/differences.js'
import { colorsFor, type Colors } from '../colors.js'
import { apiOf, type MeshIo, type ServerFlags } from '../io.js'
import { formatNotation, outputOption } from '../output.js'
import { sortTags } from '../plan/plan.js'
import { formatTable, printable } from '../text.js'

interface Flags extends ServerFlags {
  readonly mesh?: string
  readonly by?: string
  readonly operation?: string
  readonly before?: number
  readonly limit: number
  readonly diff?: boolean
  readonly output: string
}

export interface HistoryAnswer {
  readonly changes: readonly LoggedChange[]
  /** There may be older ones, before this revision. */
  readonly next?: number
}

/** Things of Cloud Map have no mesh, and an id for a name. */
interface LoggedRef {
  readonly kind: string
  readonly meshName?: string
  readonly parentName?: string
  readonly name: string
}

interface LoggedChange {
  readonly revision: number
  /** ISO 8601. */
  readonly time: string
  readonly principal: string
  readonly operation: string
  readonly ref: LoggedRef
  readonly arn: string
  readonly before?: Pick<Definition, 'spec'>
  readonly after?: Pick<Definition, 'spec'>
  readonly tagsBefore?: readonly Tag[]
  readonly tagsAfter?: readonly Tag[]
}

export function historyCommand(io: MeshIo): Command {
  return new Command('history')
    .description('show what changed, when, and by whom; newest first')
    .argument('[KIND]', `${listKinds()}, or all`, 'all')
    .argument('[NAME]', 'only of this one; a route also as ROUTER/NAME, a gateway route as GATEWAY/NAME')
    .option('-m, --mesh <MESH>', 'only in this mesh')
    .option('--by <PRINCIPAL>', 'only what was written with this access key id')
    .option('--operation <OPERATION>', 'only by this operation, e.g. UpdateRoute')
    .option('--before <REVISION>', 'only what is older than this revision', parseCount)
    .option('--limit <N>', 'how many changes', parseCount, 20)
    .option('-d, --diff', 'with the difference that each made')
    .addOption(outputOption('table', 'wide'))
    .addOption(endpointOption())
    .action((kind: string, name: string | undefined, flags: Flags) => history(io, kind, name, flags))
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('Use a number from 1.')
  return Number(text)
}

async function history(io: MeshIo, word: string, name: string | undefined, flags: Flags): Promise<void> {
  const { mesh, by, operation, before, limit, output, diff } = flags
  const kind = word === 'all' ? undefined : parseKind(word)
  const answer = await find(apiOf(io, flags), placesOf(kind, name), {
    mesh,
    kind,
    principal: by,
    operation,
    before,
    limit,
  })
  const notation = formatNotation(answer, output)
  if (notation !== undefined) io.stdout(notation)
  else io.stdout(diff ? formatDiffs(answer.changes, colorsFor(io)) : formatChanges(answer.changes, output === 'wide'))
  if (notation === undefined && answer.next !== undefined)
    io.stderr(`note: there may be older ones: --before ${answer.next}, or a greater --limit\n`)
}

interface Place {
  readonly name?: string
  readonly parent?: string
}

/** Of the first place that anything is known of. */
async function find(api: ApiClient, [place, ...others]: readonly Place[], query: Query): Promise<HistoryAnswer> {
  const answer = (await api.get('/meshkeeper/v1/history', { ...query, ...place })) as HistoryAnswer
  return answer.changes.length > 0 || others.length === 0 ? answer : find(api, others, query)
}

/** `ROUTER/NAME` of a route is two filters. Both may have slashes of their own: then it is any of several. */
function placesOf(kind: Kind | undefined, name = ''): readonly Place[] {
  const isChild = kind === 'route' || kind === 'gatewayRoute'
  const slashes = isChild ? [...name.matchAll(/(?<=.)\/(?=.)/gs)].map(({ index }) => index) : []
  const split = slashes.map((at) => ({ parent: name.slice(0, at), name: name.slice(at + 1) }))
  return [...split, name === '' ? {} : { name }]
}

export function formatChanges(changes: readonly LoggedChange[], wide = false): string {
  if (changes.length === 0) return 'Nothing has changed.\n'
  const rows = changes.map((change) => [
    ...[String(change.revision), change.time.replace(/\.\d+Z$/, 'Z'), change.principal, change.operation],
    change.ref.meshName ?? '-',
    nameOf(change),
    ...(wide ? [change.arn] : []),
  ])
  return formatTable([['REVISION', 'TIME', 'BY', 'OPERATION', 'MESH', 'RESOURCE', ...(wide ? ['ARN'] : [])], ...rows])
}

function nameOf({ ref }: LoggedChange): string {
  if (ref.meshName === undefined) return `${ref.kind}/${ref.name}`
  return displayRef({
    kind: ref.kind as Kind,
    name: ref.name,
    ...(ref.parentName !== undefined && { parentName: ref.parentName }),
  })
}

function formatDiffs(changes: readonly LoggedChange[], colors: Colors): string {
  const parts = changes.map((change) => {
    const { revision, time, principal, operation, ref, before, after } = change
    const head = `${colors.yellow(`revision ${revision}`)} ${time} ${printable(`${principal} ${operation} ${nameOf(change)}`)}\n`
    if (ref.meshName === undefined) return head
    const place = { kind: ref.kind as Kind, meshOwner: '', meshName: ref.meshName, name: ref.name }
    const whole = { ...place, ...(ref.parentName !== undefined && { parentName: ref.parentName }) }
    const sides = {
      ...(before && { before: { spec: before.spec, tags: sortTags(change.tagsBefore ?? []) } }),
      ...(after && { after: { spec: after.spec, tags: sortTags(change.tagsAfter ?? []) } }),
    }
    return head + formatDifference({ ref: whole, ...sides }, colors)
  })
  return parts.length === 0 ? 'Nothing has changed.\n' : parts.join('\n')
}
