/** `meshkeeper proxy-status`: which Envoys are connected, and whether each has what it should have (docs/operations.md). */
import { Command } from 'commander'
import { formatProblem } from '../model/problem.js'
import { endpointOption } from './access/endpoint.js'
import { adminOption } from './admin-client.js'
import { formatNotation, outputOption } from './output.js'
import {
  displayName,
  TYPES,
  typeNames,
  type ProxiesAnswer,
  type ProxyStatus,
  type TypeStatus,
} from './proxy-answers.js'
import { openProxySource, type ProxyFlags, type ProxyIo } from './proxy-source.js'
import { count, formatAge, formatTable, indent, printable } from './text.js'

interface Options extends ProxyFlags {
  readonly mesh?: string
  readonly output: string
}

export function proxyStatusCommand(io: ProxyIo): Command {
  return new Command('proxy-status')
    .alias('ps')
    .description('show which Envoys are connected, and whether each has accepted what it was sent')
    .argument('[NODE]', 'details of one: NAME, MESH/NAME, mesh/MESH/virtualNode/NAME, an ARN, or the id of a stream')
    .option('-m, --mesh <MESH>', 'only the Envoys of this mesh')
    .addOption(outputOption('table', 'wide'))
    .addOption(adminOption())
    .addOption(endpointOption())
    .action(async (node: string | undefined, options: Options) => {
      const answer = (await openProxySource(io, options)(pathOf(node, options))) as ProxiesAnswer
      io.stdout(formatNotation(answer, options.output) ?? printable(formatAnswer(answer, node, options)))
    })
}

function pathOf(node: string | undefined, { mesh }: Options): string {
  if (node !== undefined) return `/proxies/${encodeURIComponent(mesh === undefined ? node : `${mesh}/${node}`)}`
  return mesh === undefined ? '/proxies' : `/proxies?mesh=${encodeURIComponent(mesh)}`
}

function formatAnswer(answer: ProxiesAnswer, node: string | undefined, { mesh, output }: Options): string {
  const { proxies, appliedRevision, notice } = answer
  if (node !== undefined) return proxies.map((proxy) => formatDetails(proxy, appliedRevision)).join('\n')
  const warning = notice === undefined ? [] : [`Warning: ${notice}\n`]
  if (proxies.length > 0)
    return [formatList(proxies, output === 'wide'), ...formatNotes(proxies), ...warning].join('\n')
  return [`No Envoy${mesh === undefined ? '' : ` of mesh ${mesh}`} is connected.\n`, ...warning].join('\n')
}

function formatList(proxies: readonly ProxyStatus[], wide: boolean): string {
  const columns = Object.values(TYPES).filter(
    ({ short }) => short !== 'SDS' || proxies.some((each) => has(each, short)),
  )
  const replicas = proxies.some(({ replica }) => replica !== undefined)
  const head = [
    ...['NAME', ...columns.map(({ short }) => short), 'VERSION', 'REVISION', 'PEER', 'AGE'],
    ...(replicas ? ['REPLICA'] : []),
  ]
  const rows = proxies.map((proxy) => [
    displayName(proxy),
    ...columns.map(({ short }) => stateOf(typeOf(proxy, short))),
    proxy.envoyVersion || '-',
    String(proxy.revision ?? '-'),
    proxy.peer,
    formatAge(proxy.connectedForMillis),
    ...(replicas ? [proxy.replica ?? '-'] : []),
    ...(wide ? [String(proxy.id), proxy.protocol, proxy.nodeId] : []),
  ])
  return formatTable([[...head, ...(wide ? ['ID', 'PROTOCOL', 'NODE-ID'] : [])], ...rows])
}

function has(proxy: ProxyStatus, short: string): boolean {
  return typeOf(proxy, short) !== undefined
}

function typeOf({ types }: ProxyStatus, short: string): TypeStatus | undefined {
  return types.find(({ typeUrl }) => typeNames(typeUrl).short === short)
}

/** A type that the Envoy has not asked for is none of its concern. */
function stateOf(type: TypeStatus | undefined): string {
  return type ? type.state.replace('_', ' ') : '-'
}

/** What the table has no room for: why Envoys rejected something, and what is wrong with their definitions. */
function formatNotes(proxies: readonly ProxyStatus[]): string[] {
  // All Envoys of a node share its problems.
  const problems = new Set(
    proxies.flatMap((proxy) => formatProblems(proxy).map((each) => `${displayName(proxy)} ${each}\n`)),
  )
  return [...formatRejections(proxies), ...(problems.size > 0 ? [[...problems].join('')] : [])]
}

/** A rejection that Envoys of a node share is told once. */
function formatRejections(proxies: readonly ProxyStatus[]): string[] {
  const groups = new Map<string, { readonly proxy: ProxyStatus; readonly type: TypeStatus; others: number }>()
  for (const proxy of proxies) {
    for (const type of proxy.types.filter(isRejected)) {
      const key = [displayName(proxy), type.typeUrl, type.nackedVersion, type.error].join('\n')
      const group = groups.get(key)
      if (group) group.others += 1
      else groups.set(key, { proxy, type, others: 0 })
    }
  }
  return [...groups.values()].map(({ proxy, type, others }) => {
    const more = others > 0 ? ` and ${count(others, 'more Envoy')}` : ''
    return `${displayName(proxy)} ${proxy.peer}${more} ${formatRejection(type)}\n`
  })
}

function isRejected({ error }: TypeStatus): boolean {
  return error !== undefined
}

function formatRejection({ typeUrl, error = '', nackedVersion = '', nackedAgeMillis = 0 }: TypeStatus): string {
  const { noun } = typeNames(typeUrl)
  const head = `rejected ${noun} ${formatAge(nackedAgeMillis)} ago, version ${nackedVersion}:`
  return `${head}\n${indent(error || 'no reason was given')}`
}

function formatProblems({ problems }: ProxyStatus): string[] {
  return problems.map((problem) => `has a problem: ${formatProblem(problem)}`)
}

function formatDetails(proxy: ProxyStatus, appliedRevision: number): string {
  const { resource, nodeId, envoyVersion, peer, protocol, id, connectedForMillis, revision, state, types } = proxy
  const facts = [
    ['Name:', displayName(proxy)],
    ['ARN:', resource?.arn ?? '-'],
    ['Node id:', nodeId],
    ['Envoy:', envoyVersion || 'of unknown version'],
    ['Stream:', `id ${id}, ${protocol}, from ${peer}, open for ${formatAge(connectedForMillis)}`],
    ['Revision:', `${revision ?? 'none accepted yet'} (newest: ${appliedRevision})`],
    ['State:', state.replace('_', ' ')],
    ...(proxy.replica === undefined ? [] : [['Replica:', proxy.replica]]),
  ]
  const rows = Object.values(TYPES).flatMap(({ short }) => {
    const type = typeOf(proxy, short)
    return type ? [formatType(short, type)] : []
  })
  const head = ['TYPE', 'STATE', 'RESOURCES', 'SENT', 'AGE', 'ACKED', 'AGE']
  const notes = [...types.filter(isRejected).map((type) => `It ${formatRejection(type)}\n`)]
  const problems = formatProblems(proxy).map((each) => `It ${each}\n`)
  const table = rows.length > 0 ? formatTable([head, ...rows]) : `${count(0, 'type')} asked for yet\n`
  return [formatTable(facts), table, ...notes, ...(problems.length > 0 ? [problems.join('')] : [])].join('\n')
}

function formatType(short: string, type: TypeStatus): string[] {
  const { resourceCount, sentVersion, sentAgeMillis, ackedVersion, ackedAgeMillis } = type
  const age = (millis: number | undefined): string => (millis === undefined ? '-' : formatAge(millis))
  const versions = [sentVersion ?? '-', age(sentAgeMillis), ackedVersion ?? '-', age(ackedAgeMillis)]
  return [short, stateOf(type), String(resourceCount), ...versions]
}
