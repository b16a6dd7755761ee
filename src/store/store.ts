/**
 * The store: App Mesh resources, their tags, Cloud Map (cloud-map-store.ts), and the log of every change to them.
 *
 * Writes are serialised. A revision is assigned inside the write transaction, under one lock that is held to the commit, so revisions become
 * visible in order and without gaps below the head: a follower that has read up to revision r never finds a change <= r later. The log, not the
 * wake-up hint, is the truth (house.md section 1): `control` follows `changesAfter`, whichever replica wrote.
 */
import type { Kind, Resource, ResourceRef, Tag } from '../model/resource.js'
import type { ReplicaBoard } from './replica-board.js'
import type { CloudMapChange, CloudMapImage, CloudMapReader, CloudMapWriter } from './cloud-map-store.js'
import type { Change, LogQuery, LogRow, Touch } from './log.js'
import type { Author, PageRequest } from './request.js'

export type { Author, Change, PageRequest }

/** The parent that a listing belongs to. `parentName` for routes and gateway routes. */
export interface Scope {
  readonly meshOwner: string
  readonly meshName: string
  readonly parentName?: string
}

/** What an earlier call with the same client token did (App Mesh's idempotency, app-mesh-api.md section 5). */
export interface TokenRecord {
  readonly operation: string
  readonly arn: string
  /** SHA-256 of the canonical request without its token. */
  readonly requestHash: string
  /** The revision that the call made. */
  readonly revision: number
}

export interface ReadTransaction {
  readonly cloudMap: CloudMapReader
  get<K extends Kind>(ref: ResourceRef<K>): Promise<Resource<K> | undefined>
  getByArn(arn: string): Promise<Resource | undefined>
  listMeshes(owner: string, page: PageRequest): Promise<Resource<'mesh'>[]>
  list<K extends Exclude<Kind, 'mesh'>>(kind: K, scope: Scope, page: PageRequest): Promise<Resource<K>[]>
  /** How many resources of `kind` are in `scope`; without a `parentName`, under every parent. */
  count(kind: Kind, scope: Scope | { readonly meshOwner: string }): Promise<number>
  /** The resources whose spec points at `ref` (model/references.ts `referencesOf`), ordered by kind, parent and name. */
  referrers(ref: ResourceRef): Promise<Resource[]>
  /** The tags of a resource in key order. */
  tags(arn: string): Promise<Tag[]>
  /** The newest revision that this transaction sees. */
  head(): Promise<number>
  /** Everything in one mesh, the mesh itself included, in no particular order. */
  mesh(place: Omit<Scope, 'parentName'>): Promise<Resource[]>
  /** The tags of everything in one mesh by ARN, each list in key order; what has none is absent. */
  meshTags(place: Omit<Scope, 'parentName'>): Promise<ReadonlyMap<string, readonly Tag[]>>
  /** The newest rows of the log that fit, newest first. A page never splits a revision. */
  log(query: LogQuery): Promise<LogRow[]>
  /** What was touched after `revision`, in order: at most `limit` rows, which may end within a revision. */
  touches(revision: number, limit: number): Promise<Touch[]>
  /** The oldest revision that the log still tells of; undefined when it is empty. */
  oldestRevision(): Promise<number | undefined>
  /** Undefined when the token was never used or its time is over (24 hours). */
  token(token: string): Promise<TokenRecord | undefined>
}

export interface WriteTransaction extends ReadTransaction {
  readonly cloudMap: CloudMapWriter
  /** The revision that this transaction will commit as. */
  readonly revision: number
  /** Milliseconds since the epoch by the store's clock, the same for the whole transaction. */
  readonly now: number
  /** Creates or replaces, and logs it. */
  put(resource: Resource): Promise<void>
  /** Removes with its tags, and logs it. The resource must exist. */
  remove(ref: ResourceRef): Promise<void>
  /** Replaces the tags of a resource; tags alone are not a change of the mesh and are not pushed to Envoys, but are logged. */
  setTags(arn: string, tags: readonly Tag[]): Promise<void>
  rememberToken(token: string, record: Omit<TokenRecord, 'revision'>): Promise<void>
}

export interface Written<T> {
  readonly result: T
  /** The revision of this write, or the head when the work changed nothing (then no revision is used up). */
  readonly revision: number
}

/** Everything there is at one revision. */
export interface StoreImage {
  readonly revision: number
  readonly resources: Resource[]
}

export interface Store {
  /**
   * Runs `work` in one transaction; durable once the promise resolves; nothing at all has happened when it rejects. Others wait meanwhile:
   * `work` awaits `tx` and nothing else, least of all the store itself.
   */
  write<T>(author: Author, work: (tx: WriteTransaction) => Promise<T>): Promise<Written<T>>
  /** Runs `work` on one consistent snapshot. */
  read<T>(work: (tx: ReadTransaction) => Promise<T>): Promise<T>
  /** The newest visible revision; 0 when nothing was ever written. */
  head(): Promise<number>
  /** Rows of App Mesh with a revision > `revision`, in order; a page never splits a revision. Throws LogTrimmedError when some of them are gone. */
  changesAfter(revision: number, limit: number): Promise<Change[]>
  image(): Promise<StoreImage>
  /** Rows of Cloud Map in the same log, in the same way. */
  cloudMapChangesAfter(revision: number, limit: number): Promise<CloudMapChange[]>
  cloudMapImage(): Promise<CloudMapImage>
  /**
   * Removes rows of the log that are older than `ageMillis` by the store's clock, some at a time and oldest first, and returns how many; 0: there are no
   * more. No change: it uses up no revision.
   */
  trimLog(ageMillis: number): Promise<number>
  /** Calls `listener` soon after the log may have grown: a hint that can be late, doubled or missed. Returns the way to stop it. */
  onChange(listener: () => void): () => void
  /** Present when several processes may share the store. */
  readonly board?: ReplicaBoard
  /** Resolves when the store can serve reads and writes; rejects with the reason when it cannot. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** The store refuses because it is away (database down, disk full): the API answers ServiceUnavailableException. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/** What followed a revision is not in the log any more: whoever follows it begins again with an image. */
export class LogTrimmedError extends Error {
  override readonly name = 'LogTrimmedError'

  constructor(revision: number, oldest: number) {
    super(`the log no longer tells what followed revision ${revision}: it begins with ${oldest}`)
  }
}
