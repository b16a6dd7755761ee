/** Which Envoys are connected, whether each is in sync, and what it has: `GET /proxies` of both listeners (docs/operations.md). */
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ControlPlane } from '../control/control-plane.js'
import type { FoundProxies, ProxyDirectory } from '../control/proxy-directory.js'
import type { ProxyQuery } from '../control/proxy-registry.js'
import { ApiError } from '../model/errors.js'
import { formatSuggestion } from '../model/suggest.js'
import { buildProxyConfig, type ProxyConfig } from './proxy-config.js'
import { readWord, unknownParameter } from './query.js'

export interface ProxiesAnswer extends FoundProxies {
  /** Every change up to this revision has been published to the Envoys that it affects; where there are several replicas, to those of this one. */
  readonly appliedRevision: number
}

export interface ProxySources {
  readonly control: Pick<ControlPlane, 'appliedRevision'>
  readonly directory: ProxyDirectory
}

export const PROXY_FILTERS = ['node', 'mesh', 'state'] as const
export const PROXY_STATES = ['SYNCED', 'STALE', 'NACKED', 'NOT_SENT'] as const

/** The JSON of the answer, in pieces. Throws BadRequestException for a filter that there is not. */
export async function listProxies(sources: ProxySources, query: Readonly<Record<string, unknown>>): Promise<Readable> {
  const found = await sources.directory.statuses(readProxyQuery(query))
  return Readable.from(writeAnswer(answer(sources, found)))
}

/** The Envoys of that name. Throws NotFoundException. */
export async function findProxies(sources: ProxySources, name: string): Promise<ProxiesAnswer> {
  const found = await sources.directory.find(name)
  if (found.proxies.length === 0) throw await unknownProxy(name, sources.directory)
  return answer(sources, found)
}

/** What the Envoys of that name were sent. Throws NotFoundException, and BadRequestException when they are of several resources. */
export async function findProxyConfig({ directory }: ProxySources, name: string): Promise<ProxyConfig> {
  const [first, ...others] = (await directory.find(name)).proxies
  const contents = first && (await directory.contents(first))
  if (!contents) throw await unknownProxy(name, directory)
  const resources = new Set([first, ...others].map(({ nodeId, resource }) => resource?.arn ?? nodeId))
  if (resources.size > 1) {
    throw new ApiError('BadRequestException', `${name} may be any of ${[...resources].join(', ')}`)
  }
  return buildProxyConfig(
    contents,
    others.map(({ id }) => id),
  )
}

function answer({ control }: ProxySources, found: FoundProxies): ProxiesAnswer {
  return { appliedRevision: control.appliedRevision, ...found }
}

const PIECE = 200

/** The JSON of an answer, some Envoys at a time with other work done in between: that of a fleet has megabytes. */
async function* writeAnswer({ proxies, ...others }: ProxiesAnswer): AsyncGenerator<string, void> {
  yield `${JSON.stringify(others).slice(0, -1)},"proxies":[`
  for (let from = 0; from < proxies.length; from += PIECE) {
    const piece = proxies.slice(from, from + PIECE).map((status) => JSON.stringify(status))
    yield (from > 0 ? ',' : '') + piece.join(',')
    await nextTurn()
  }
  yield ']}'
}

/** Each filter at most once; nothing else is taken for one. */
function readProxyQuery(query: Readonly<Record<string, unknown>>): ProxyQuery {
  for (const [name, value] of Object.entries(query)) {
    if (!PROXY_FILTERS.some((filter) => filter === name)) throw unknownParameter(name, PROXY_FILTERS)
    if (typeof value !== 'string') {
      throw new ApiError('BadRequestException', `query parameter ${name} is given more than once`)
    }
    if (name === 'state') readWord(value, 'state', PROXY_STATES)
  }
  return query
}

async function unknownProxy(name: string, directory: ProxyDirectory): Promise<ApiError> {
  const hint = formatSuggestion(name, await directory.names())
  return new ApiError('NotFoundException', `no Envoy of ${name} is connected${hint}`)
}
