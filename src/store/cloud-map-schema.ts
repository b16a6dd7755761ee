/** The tables of Cloud Map, as Kysely sees them. `body` is the JSON of the thing; the other columns are what it is found by. */

export interface NamespaceRow {
  id: string
  name: string
  http_name: string
  body: string
}

export interface ServiceRow {
  id: string
  namespace_id: string
  /** The name in lower case. */
  name_key: string
  instances_revision: number
  body: string
}

export interface InstanceRow {
  service_id: string
  id: string
  /** Milliseconds since the epoch; null when it lives until it is deregistered. */
  expires_at: number | null
  /** That registered it as it is. */
  operation_id: string | null
  body: string
}

export interface OperationRow {
  id: string
  type: string
  namespace_id: string
  service_id: string
  updated_at: number
  expires_at: number
  body: string
}

export interface CloudMapSchema {
  cloud_map_namespace: NamespaceRow
  cloud_map_service: ServiceRow
  cloud_map_instance: InstanceRow
  cloud_map_operation: OperationRow
}
