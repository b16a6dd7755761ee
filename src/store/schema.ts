/** The tables of the store, as Kysely sees them. Times are milliseconds since the epoch; JSON is text, so that every driver keeps it as it was. */
import type { Generated } from 'kysely'
import type { CloudMapKind } from '../model/cloud-map/resource.js'
import type { Kind } from '../model/resource.js'
import type { CloudMapSchema } from './cloud-map-schema.js'

/** The place of a resource. `parent_name` is '' where there is no parent: a null never equals a null in a key. */
export interface RefColumns {
  kind: Kind
  mesh_owner: string
  mesh_name: string
  parent_name: string
  name: string
}

export interface ResourceRow extends RefColumns {
  arn: string
  uid: string
  version: number
  created_at: number
  updated_at: number
  resource_owner: string
  spec: string
}

/** One look-up that a resource's spec makes: `target` is the `refKey` of a resource that need not exist. */
export interface ReferenceRow {
  from_arn: string
  target: string
}

export interface TagRow {
  arn: string
  key: string
  value: string
}

export interface ChangeRow extends Omit<RefColumns, 'kind'> {
  /** Of Cloud Map's the place is: namespace or service in `parent_name`, id in `name`. */
  kind: Kind | CloudMapKind
  revision: number
  /** Order within the revision, from 0. */
  position: number
  time: number
  principal: string
  operation: string
  arn: string
  /** JSON of the metadata and spec, or of the thing of Cloud Map. */
  before: string | null
  after: string | null
  /** JSON of the tags, when the write replaced them. */
  tags_before: string | null
  tags_after: string | null
  /** On the first row of a revision: names the attempt that wrote it, for a writer that lost its connection while it committed. */
  write_id: string | null
}

export interface ClientTokenRow {
  token: string
  operation: string
  arn: string
  request_hash: string
  revision: number
  created_at: number
}

/** One row, id 1: the newest revision. */
export interface HeadRow {
  id: number
  revision: number
  /** How many migrations a program must know to work with this store. */
  oldest_reader: Generated<number>
}

export interface MigrationRow {
  number: number
  name: string
  applied_at: number
}

/** A process that shares the store (replica-board.ts). */
export interface ReplicaRow {
  id: string
  name: string
  applied_revision: number
  expires_at: number
}

export interface ReplicaEntryRow {
  replica: string
  entry: number
  body: string
}

export interface Schema extends CloudMapSchema {
  replica: ReplicaRow
  replica_entry: ReplicaEntryRow
  resource: ResourceRow
  reference: ReferenceRow
  tag: TagRow
  change: ChangeRow
  client_token: ClientTokenRow
  head: HeadRow
  migration: MigrationRow
}
