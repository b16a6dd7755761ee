/** `meshkeeper describe`: all that there is to say of one resource (docs/commands.md). */
import { Command } from 'commander'
import { stringify } from 'yaml'
import { refKey, referencesOf } from '../../model/references.js'
import type { ResourceRef } from '../../model/resource.js'
import type { ApiClient } from '../access/api-client.js'
import { endpointOption } from '../access/endpoint.js'
import { displayRef, KIND_NAMES, listKinds, localName, parseKind } from '../access/kinds.js'
import { readMeshes, type MeshState, type StoredResource } from '../access/meshes.js'
import { CommandError } from '../command-error.js'
import { apiOf, type MeshIo, type ServerFlags } from '../io.js'
import { orderSpec } from '../manifest/order.js'
import { formatNotation, outputOption } from '../output.js'
import { displayName, type ProxiesAnswer, type ProxyStatus } from '../proxy-answers.js'
import { count, formatAge, formatTable, indent, printable } from '../text.js'
import { formatDefaults, readDefaults, readProblems } from './effective.js'
import { formatChanges, type HistoryAnswer } from './history.js'
import { toManifest } from './manifest.js'
import { notFound, selectResources } from './selection.js'

interface Flags extends ServerFlags {
  readonly mesh?: string
  readonly output: string
}

export function describeCommand(io: MeshIo): Command {
  return new Command('describe')
    .description('tell all of one resource: what it says, what it uses, what uses it, its Envoys, its last changes')
    .argument('<KIND>', listKinds())
    .argument('<NAME>', 'a route also as ROUTER/NAME, a gateway route as GATEWAY/NAME')
    .option('-m, --mesh <MESH>', 'mesh that it is in; needed where several have one of that name')
    .addOption(outputOption('text'))
    .addOption(endpointOption())
    .action((kind: string, name: string, flags: Flags) => describe(io, kind, name, flags))
}

interface Found {
  readonly mesh: MeshState
  readonly resource: StoredResource
}

async function describe(io: MeshIo, word: string, name: string, flags: Flags): Promise<void> {
  const api = apiOf(io, flags)
  const { mesh, resource } = await findOne(api, word, name, flags.mesh)
  const notation = formatNotation(toManifest(resource), flags.output)
  if (notation !== undefined) {
    io.stdout(notation)
    return
  }
  const [history, proxies, problems, defaults] = await Promise.all([
    readHistory(api, resource),
    readProxies(api, resource),
    readProblems(api, resource),
    readDefaults(api, resource),
  ])
  const sections = [
    formatTable(factsOf(mesh, resource, proxies)),
    ...formatProblems(problems, proxies),
    `Spec:\n${indent(printable(stringify(orderSpec(resource), { aliasDuplicateObjects: false, lineWidth: 0 })).trimEnd())}\n`,
    ...formatDefaults(defaults),
    `Last changes:\n${indent(formatChanges(history.changes))}`,
  ]
  io.stdout(sections.join('\n'))
}

async function findOne(api: ApiClient, word: string, name: string, meshName: string | undefined): Promise<Found> {
  const kind = parseKind(word)
  const meshes = await readMeshes(api, meshName ?? (kind === 'mesh' ? name : undefined))
  const found = meshes.flatMap((mesh) => selectResources(mesh, [kind], name).map((resource) => ({ mesh, resource })))
  const [first, ...others] = found
  if (!first) throw notFound(meshes, [kind], name)
  if (others.length === 0) return first
  const names = found.map(({ resource: { ref } }) => `${localName(ref)} of mesh ${ref.meshName}`)
  throw new CommandError(`error: ${printable(`"${name}" may be any of ${names.join(', ')}`)}: say which`, 2)
}

function readHistory(api: ApiClient, { ref }: StoredResource): Promise<HistoryAnswer> {
  const { kind, meshName, name, parentName } = ref
  const query = { mesh: meshName, kind, name, parent: parentName, limit: 5 }
  return api.get('/meshkeeper/v1/history', query) as Promise<HistoryAnswer>
}

/** Of virtual nodes and gateways; undefined for what no Envoy stands for. */
async function readProxies(api: ApiClient, { ref, arn }: StoredResource): Promise<readonly ProxyStatus[] | undefined> {
  if (ref.kind !== 'virtualNode' && ref.kind !== 'virtualGateway') return undefined
  const { proxies } = (await api.get('/meshkeeper/v1/proxies', { node: arn })) as ProxiesAnswer
  return proxies
}

function factsOf(mesh: MeshState, resource: StoredResource, proxies: readonly ProxyStatus[] | undefined): string[][] {
  const { ref, arn, version, createdAt, lastUpdatedAt, tags, meshOwner, resourceOwner } = resource
  const age = (time: string): string => `${formatAge(Math.max(0, Date.now() - Date.parse(time)))} ago (${time})`
  const related = (label: string, refs: readonly ResourceRef[]): string[][] =>
    refs.length === 0 ? [] : [[label, refs.map(displayRef).join(', ')]]
  const exists = new Set(mesh.resources.map((each) => refKey(each.ref)))
  const uses = referencesOf(resource)
  return [
    ['Name:', localName(ref)],
    ['Kind:', KIND_NAMES[ref.kind].noun],
    ...(ref.kind === 'mesh' ? [] : [['Mesh:', ref.meshName]]),
    ['ARN:', arn],
    ['Owner:', meshOwner === resourceOwner ? meshOwner : `${resourceOwner}, of the mesh ${meshOwner}`],
    ['Version:', `${version}, updated ${age(lastUpdatedAt)}`],
    ['Created:', age(createdAt)],
    ['Tags:', tags.map(({ key, value }) => `${key}=${value}`).join(', ') || '-'],
    ...related('Uses:', uses),
    ...related(
      'Missing:',
      uses.filter((each) => !exists.has(refKey(each))),
    ),
    ...related('Used by:', usersOf(mesh, ref)),
    ...related('Holds:', ref.kind === 'mesh' ? [] : childrenOf(mesh, ref)),
    ...(ref.kind === 'mesh' ? [['Holds:', formatCounts(mesh)]] : []),
    ...(proxies ? [['Envoys:', formatEnvoys(proxies)]] : []),
  ]
}

function usersOf({ resources }: MeshState, ref: ResourceRef): ResourceRef[] {
  const key = refKey(ref)
  return resources.filter((each) => referencesOf(each).some((target) => refKey(target) === key)).map((each) => each.ref)
}

function childrenOf({ resources }: MeshState, { kind, name }: ResourceRef): ResourceRef[] {
  const child = { virtualRouter: 'route', virtualGateway: 'gatewayRoute' }[kind as string]
  return resources.map((each) => each.ref).filter((ref) => ref.kind === child && ref.parentName === name)
}

function formatCounts({ resources }: MeshState): string {
  const kinds = resources.map(({ ref }) => ref.kind).filter((kind) => kind !== 'mesh')
  const parts = [...new Set(kinds)].map((kind) =>
    count(kinds.filter((each) => each === kind).length, KIND_NAMES[kind].noun),
  )
  return parts.join(', ') || 'nothing'
}

function formatEnvoys(proxies: readonly ProxyStatus[]): string {
  const states = proxies.map(({ state }) => state.replace('_', ' '))
  const parts = [...new Set(states)].map((state) => `${states.filter((each) => each === state).length} ${state}`)
  return proxies.length === 0 ? 'none connected' : `${proxies.length} connected: ${parts.join(', ')}`
}

/** Why Envoys reject something, and what is wrong with the definition. */
function formatProblems(problems: readonly string[], proxies: readonly ProxyStatus[] = []): string[] {
  const rejections = proxies.flatMap((proxy) =>
    proxy.types.flatMap(({ error }) =>
      error === undefined ? [] : [`${displayName(proxy)} ${proxy.peer} rejected: ${error}`],
    ),
  )
  const lines = [...new Set([...problems, ...rejections])]
  return lines.length === 0 ? [] : [`Problems:\n${indent(printable(lines.join('\n')))}\n`]
}
