/** One client of the event stream. It is never owed anything: to a client that reads too slowly only the fact is kept that something has changed. */
import type { ServerResponse } from 'node:http'
import type { Clock } from '../xds/clock.js'
import { isMeshRef } from '../store/log.js'
import type { EventListener, HubEvent, TouchedProxy } from './event-hub.js'

/** How long a client may leave what it was sent unread, in milliseconds. */
const PATIENCE_MILLIS = 30_000

/** Milliseconds until a client whose stream has ended comes again. */
const RETRY_MILLIS = 1000

export interface EventWriterOptions {
  readonly response: ServerResponse
  readonly clock: Clock
  /** `MESH` or `MESH@OWNER`: what happens elsewhere is not told. Changes of Cloud Map are: they may be of its nodes. */
  readonly mesh?: string | undefined
}

export class EventWriter implements EventListener {
  readonly #options: EventWriterOptions
  /** What has happened since the client stopped reading. */
  #missed: HubEvent | undefined
  #stopWaiting: (() => void) | undefined

  constructor(options: EventWriterOptions) {
    this.#options = options
    options.response.on('drain', () => this.#resume())
    options.response.on('close', () => this.#stopWaiting?.())
    this.#write(`retry: ${RETRY_MILLIS}\n\n`)
  }

  tell(event: HubEvent): void {
    const own = this.#select(event)
    if (this.#stopWaiting) this.#missed = collapse(this.#missed ?? {}, own)
    else this.#send(own)
  }

  heartbeat(): void {
    if (!this.#stopWaiting) this.#write(': \n\n')
  }

  end(): void {
    this.#stopWaiting?.()
    const { response } = this.#options
    // A client that does not read would hold up the end of the server.
    if (response.writableLength > 0) response.destroy()
    else response.end(': \n\n')
  }

  #select({ revision, appliedRevision, proxies }: HubEvent): HubEvent {
    const { mesh } = this.#options
    if (mesh === undefined) return { ...(revision && { revision }), ...rest(appliedRevision, proxies) }
    const isOurs = (name: string, owner?: string): boolean =>
      mesh === name || mesh === `${name}@${owner ?? ''}` || (owner === undefined && mesh.startsWith(`${name}@`))
    const refs =
      revision?.refs === 'all'
        ? 'all'
        : revision?.refs.filter((ref) => !isMeshRef(ref) || isOurs(ref.meshName, ref.meshOwner))
    const envoys = proxies === 'all' ? 'all' : proxies?.filter((each) => each.mesh === undefined || isOurs(each.mesh))
    return {
      ...(revision && refs && (refs.length > 0 || revision.refs.length === 0) && { revision: { ...revision, refs } }),
      ...rest(appliedRevision, envoys?.length === 0 ? undefined : envoys),
    }
  }

  #send({ revision, appliedRevision, proxies }: HubEvent): void {
    if (revision) this.#write(`id: ${revision.revision}\nevent: revision\ndata: ${JSON.stringify(revision)}\n\n`)
    if (appliedRevision !== undefined) this.#write(`event: applied\ndata: ${JSON.stringify({ appliedRevision })}\n\n`)
    if (proxies) {
      const ids = proxies === 'all' ? proxies : proxies.map(({ id }) => id)
      this.#write(`event: proxies\ndata: ${JSON.stringify({ ids })}\n\n`)
    }
  }

  #write(text: string): void {
    const { response, clock } = this.#options
    if (response.destroyed || response.writableEnded || response.write(text)) return
    this.#stopWaiting ??= clock.after(PATIENCE_MILLIS, () => response.destroy())
  }

  #resume(): void {
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    const missed = this.#missed
    this.#missed = undefined
    if (missed) this.#send(missed)
  }
}

function rest(appliedRevision: number | undefined, proxies: readonly TouchedProxy[] | 'all' | undefined): HubEvent {
  return { ...(appliedRevision !== undefined && { appliedRevision }), ...(proxies && { proxies }) }
}

/** Both in one, however much they are. */
function collapse(missed: HubEvent, { revision, appliedRevision, proxies }: HubEvent): HubEvent {
  return {
    ...missed,
    ...(revision && { revision: { revision: revision.revision, refs: 'all' } }),
    ...rest(appliedRevision, proxies && 'all'),
  }
}
