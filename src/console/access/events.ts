/** The server's event stream: what it tells is fetched again, and whether it is there is shown. */
import type { QueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react'
import { KEYS } from './keys.js'
import { EVENTS_PATH, type ChangeRef } from './management.js'

export interface RevisionEvent {
  readonly revision: number
  /** What was touched; `all` when that is too much to list, or not known. */
  readonly refs: readonly ChangeRef[] | 'all'
}

export type ConnectionState = 'connecting' | 'open' | 'lost'

type RevisionListener = (event: RevisionEvent) => void

const FIRST_PAUSE_MILLIS = 1000
const LONGEST_PAUSE_MILLIS = 10_000

/** One EventSource for the whole console, opened again for as long as it is wanted. */
export class EventStream {
  readonly #client: QueryClient
  readonly #revisionListeners = new Set<RevisionListener>()
  readonly #stateListeners = new Set<() => void>()
  #state: ConnectionState = 'connecting'
  #source: EventSource | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #pauseMillis = FIRST_PAUSE_MILLIS

  constructor(client: QueryClient) {
    this.#client = client
  }

  get state(): ConnectionState {
    return this.#state
  }

  open(): void {
    this.close()
    const source = new EventSource(EVENTS_PATH)
    this.#source = source
    source.addEventListener('open', () => this.#opened())
    source.addEventListener('error', () => this.#failed())
    source.addEventListener('revision', (event) => this.#onRevision(JSON.parse(event.data as string) as RevisionEvent))
    source.addEventListener('applied', () => this.#invalidate(isLiveStatus))
    source.addEventListener('proxies', () => this.#invalidate(isLiveStatus))
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = undefined
  }

  /** Tries at once instead of after the pause. */
  retry(): void {
    this.open()
  }

  onRevision(listener: RevisionListener): () => void {
    this.#revisionListeners.add(listener)
    return () => this.#revisionListeners.delete(listener)
  }

  readonly onState = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** Events may have been missed: everything is old. */
  #opened(): void {
    const wasLost = this.#state === 'lost'
    this.#pauseMillis = FIRST_PAUSE_MILLIS
    this.#setState('open')
    if (wasLost) void this.#client.invalidateQueries()
  }

  /** EventSource comes back by itself after a broken connection, but not after an answer that it does not like. */
  #failed(): void {
    this.#setState('lost')
    this.close()
    this.#timer = setTimeout(() => this.open(), this.#pauseMillis)
    this.#pauseMillis = Math.min(this.#pauseMillis * 2, LONGEST_PAUSE_MILLIS)
  }

  #onRevision(event: RevisionEvent): void {
    this.#invalidate(event.refs === 'all' ? () => true : isTouchedBy(event.refs))
    for (const listener of this.#revisionListeners) listener(event)
  }

  #invalidate(isOld: (key: readonly unknown[]) => boolean): void {
    void this.#client.invalidateQueries({ predicate: ({ queryKey }) => isOld(queryKey) })
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}

/** What is fetched of the resources in `refs`. */
function isTouchedBy(refs: readonly ChangeRef[]): (key: readonly unknown[]) => boolean {
  const meshes = new Set(refs.flatMap(({ meshName }) => meshName ?? []))
  const others = refs.some(({ meshName }) => meshName === undefined)
  return ([first, second]) =>
    refs.length > 0 &&
    (first === 'meshes' ||
      first === 'history' ||
      (first === 'mesh' && meshes.has(String(second))) ||
      (first === 'cloud-map' && others))
}

/** What changes when Envoys connect, go or answer. */
function isLiveStatus([first, , , what]: readonly unknown[]): boolean {
  return first === KEYS.allProxies[0] || first === KEYS.info[0] || (first === 'mesh' && what === 'status')
}

export const EventStreamContext = createContext<EventStream | undefined>(undefined)

function useEventStream(): EventStream {
  const stream = useContext(EventStreamContext)
  if (!stream) throw new Error('no event stream around this component')
  return stream
}

export function useConnection(): { readonly state: ConnectionState; readonly retry: () => void } {
  const stream = useEventStream()
  const state = useSyncExternalStore(stream.onState, () => stream.state)
  return { state, retry: () => stream.retry() }
}

/** Calls `listener` for every change that the server tells of while the component is there. */
export function useRevisionEvents(listener: RevisionListener): void {
  const stream = useEventStream()
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => stream.onRevision((event) => latest.current(event)), [stream])
}
