/** Where the instances of Cloud Map services come from: the registry of this program, or another source that knows some namespaces. */
import type { DiscoveredInstance, ServicePlace } from '../model/cloud-map/discovery.js'

/**
 * The same list object as long as nothing in it has changed. Unknown: there is no such namespace or service, and `reason` says so; or nobody can say
 * yet (`pending`), so that whoever has endpoints should keep them.
 */
export type Discovered =
  | { readonly known: true; readonly instances: readonly DiscoveredInstance[] }
  | { readonly known: false; readonly reason: string; readonly pending?: true }

export interface EndpointSource {
  /** What is known now of the service. Costs next to nothing: it is asked for every target of every proxy. */
  find(place: ServicePlace): Discovered
  /**
   * From now on somebody wants the service: `onChange` is called soon after `find` answers otherwise, with the time of the change (milliseconds since
   * the epoch). Returns the way to stop it.
   */
  watch(place: ServicePlace, onChange: (changedAt: number) => void): () => void
  /** Resolves once `find` answers with all that was true before the call, and those who watch have been told. */
  sync(): Promise<void>
  /** Whether somebody else is asked again and again for as long as the service is watched. Absent: never. */
  polls?(place: ServicePlace): boolean
  /** What is wrong with what `find` answers, in words for people, though it is used. Costs little. Absent: nothing ever is. */
  trouble?(place: ServicePlace): string | undefined
}

/** Knows no service at all. */
export const NO_ENDPOINTS: EndpointSource = {
  find: () => ({ known: false, reason: 'there is no Cloud Map here' }),
  watch: () => () => undefined,
  sync: () => Promise.resolve(),
}
