/**
 * Where the replicas that share a store tell each other who is connected to them. It is no part of what is kept: it has no revisions, and what
 * nobody renews is forgotten, by the clock of the database.
 */

/** What a replica has to say, all in one transaction. */
export interface ReplicaPost {
  /** Another one after each start. */
  readonly replica: string
  /** For people. */
  readonly name: string
  readonly appliedRevision: number
  /** How long this and what was posted before stays without another post. Milliseconds. */
  readonly ttlMillis: number
  /** `changed` is everything: what was posted before is dropped. */
  readonly complete?: boolean
  /** What is new, by number of the entry: any text. */
  readonly changed: ReadonlyMap<number, string>
  readonly gone: readonly number[]
}

export interface ReplicaEntries {
  readonly replica: string
  readonly name: string
  readonly appliedRevision: number
  /** In order of their numbers. */
  readonly entries: readonly ReplicaEntry[]
}

export interface ReplicaEntry {
  readonly number: number
  readonly text: string
}

export interface ReplicaBoard {
  /** Tells whether earlier posts of this replica were still there; when not, the next one must be complete. */
  post(post: ReplicaPost): Promise<boolean>
  /** The replicas that are alive, by name, with what they have posted. */
  read(): Promise<ReplicaEntries[]>
  /** Takes a replica off the board. */
  leave(replica: string): Promise<void>
}
