/** Waits until the Envoys of a mesh have what was written, or says why they have not. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../access/api-client.js'
import { CommandError } from '../command-error.js'
import type { MeshIo } from '../io.js'
import { displayName, typeNames, type ProxiesAnswer, type ProxyStatus } from '../proxy-answers.js'
import { count, indent, printable } from '../text.js'
import { openProgress } from './progress.js'

export interface WaitOptions {
  readonly timeoutMillis: number
  /** What the Envoys had rejected before anything was written, by `rejectionsOf`. */
  readonly before?: ReadonlySet<string>
  /** Milliseconds between two looks. */
  readonly intervalMillis?: number
  /** Milliseconds that a rejection must last: what corrects it may be on its way. */
  readonly settleMillis?: number
}

/** The newest revision of each mesh that its Envoys shall have. */
export type Revisions = ReadonlyMap<string, number>

/** Rejections that were there already: a change that does not touch them is not to blame. */
export async function rejectionsNow(api: ApiClient, meshes: Iterable<string>): Promise<Set<string>> {
  const answers = await Promise.all([...meshes].map((mesh) => readProxies(api, mesh)))
  return new Set(answers.flatMap(({ proxies }) => proxies.flatMap(rejectionsOf)))
}

/** Throws CommandError when an Envoy rejects what it is sent, and when the time is up. */
export async function waitForEnvoys(
  io: MeshIo,
  api: ApiClient,
  wanted: Revisions,
  options: WaitOptions,
): Promise<void> {
  const { timeoutMillis, before = new Set(), intervalMillis = 200, settleMillis = 1_000 } = options
  const progress = openProgress(io)
  const end = Date.now() + timeoutMillis
  let rejections = ''
  let since = 0
  try {
    for (;;) {
      const looks = await Promise.all(
        [...wanted].map(async ([mesh, revision]) => look(await readProxies(api, mesh), revision, before)),
      )
      const failed = looks.flatMap(({ rejected }) => rejected)
      const waiting = looks.flatMap(({ pending }) => pending)
      const total = looks.reduce((sum, each) => sum + each.total, 0)
      const published = looks.every((each) => each.published)
      const now = looks.flatMap((each) => [...each.rejected, ...each.unconcerned].flatMap(rejectionsOf)).join()
      if (now !== rejections) [rejections, since] = [now, Date.now()]
      const settled = published && waiting.length === 0 && (now === '' || Date.now() - since >= settleMillis)
      if (settled && failed.length > 0) throw rejectedBy(failed)
      if (settled) {
        tell(io, looks, wanted)
        return
      }
      if (Date.now() >= end) throw late(waiting, failed, timeoutMillis)
      progress.show(`waiting for Envoys: ${total - waiting.length} of ${total} have accepted`)
      await sleep(Math.min(intervalMillis, Math.max(1, end - Date.now())))
    }
  } finally {
    progress.clear()
  }
}

function readProxies(api: ApiClient, mesh: string): Promise<ProxiesAnswer> {
  return api.get('/meshkeeper/v1/proxies', { mesh }) as Promise<ProxiesAnswer>
}

interface Look {
  /** Whether the server has made what the Envoys shall have. */
  readonly published: boolean
  readonly total: number
  readonly pending: readonly ProxyStatus[]
  readonly rejected: readonly ProxyStatus[]
  /** Of those that rejected something before and were sent nothing else since. */
  readonly unconcerned: readonly ProxyStatus[]
}

function look({ appliedRevision, proxies }: ProxiesAnswer, revision: number, before: ReadonlySet<string>): Look {
  const behind = proxies.filter((proxy) => (proxy.revision ?? 0) < revision)
  const nacked = behind.filter(({ state }) => state === 'NACKED')
  const isOld = (proxy: ProxyStatus): boolean => rejectionsOf(proxy).every((each) => before.has(each))
  return {
    published: appliedRevision >= revision,
    total: proxies.length,
    pending: behind.filter(({ state }) => state !== 'NACKED'),
    rejected: nacked.filter((proxy) => !isOld(proxy)),
    unconcerned: nacked.filter(isOld),
  }
}

/** What an Envoy has rejected, one text for each type. */
export function rejectionsOf({ nodeId, id, replica = '', types }: ProxyStatus): string[] {
  const rejected = types.filter(({ error }) => error !== undefined)
  return rejected.map(({ typeUrl, nackedVersion = '' }) => [replica, id, nodeId, typeUrl, nackedVersion].join('\n'))
}

function tell(io: MeshIo, looks: readonly Look[], wanted: Revisions): void {
  const total = looks.reduce((sum, each) => sum + each.total, 0)
  const unconcerned = looks.flatMap((each) => each.unconcerned)
  for (const proxy of unconcerned)
    io.stderr(
      `warning: ${printable(displayName(proxy))} ${proxy.peer} has rejected something before this: meshkeeper proxy-status ${proxy.id}\n`,
    )
  const accepted = total - unconcerned.length
  const meshes = [...wanted.keys()].join(', ')
  io.stdout(
    total === 0
      ? `No Envoy of ${meshes} is connected.\n`
      : `${count(accepted, 'Envoy')} of ${meshes} ${accepted === 1 ? 'has' : 'have'} accepted it.\n`,
  )
}

const MOST_TOLD = 5

function rejectedBy(proxies: readonly ProxyStatus[]): CommandError {
  const told = proxies.slice(0, MOST_TOLD).flatMap((proxy) => {
    const rejected = proxy.types.filter(({ error }) => error !== undefined)
    return rejected.map(({ typeUrl, error = '' }) => {
      return `${displayName(proxy)} ${proxy.peer} rejected its ${typeNames(typeUrl).noun}:\n${indent(error)}`
    })
  })
  const more = proxies.length > MOST_TOLD ? [`and ${proxies.length - MOST_TOLD} more: meshkeeper proxy-status`] : []
  const head = `error: ${count(proxies.length, 'Envoy')} rejected what was written, and ${proxies.length === 1 ? 'keeps' : 'keep'} what was there before:`
  return new CommandError(printable([head, ...told, ...more].join('\n')))
}

function late(pending: readonly ProxyStatus[], rejected: readonly ProxyStatus[], millis: number): CommandError {
  if (rejected.length > 0) return rejectedBy(rejected)
  const names = pending.slice(0, MOST_TOLD).map((proxy) => `${displayName(proxy)} ${proxy.peer}`)
  const more = pending.length > MOST_TOLD ? ` and ${pending.length - MOST_TOLD} more` : ''
  const who =
    pending.length === 0 ? 'the server has not published it' : `not accepted yet by ${names.join(', ')}${more}`
  return new CommandError(
    `error: it was written, but after ${millis / 1000} s ${printable(who)}: meshkeeper proxy-status tells more, --timeout waits longer`,
  )
}
