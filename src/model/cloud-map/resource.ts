/**
 * What Cloud Map keeps: namespaces, the services in them, and the instances of those (cloud-map-api.md sections 5 to 7). Times are milliseconds
 * since the epoch; the API's edge turns them into seconds. Members are written as everywhere in this program, the wire's PascalCase is the edge's.
 */
import type { DnsConfig, HealthCheckConfig, HealthCheckCustomConfig, NamespaceType, ServiceType } from './shapes.js'

export interface Namespace {
  readonly id: string
  readonly arn: string
  readonly name: string
  /** What DiscoverInstances and virtual nodes call it: the name, with a suffix when an older namespace has that. */
  readonly httpName: string
  readonly type: NamespaceType
  readonly description?: string
  readonly creatorRequestId?: string
  /** Of a private DNS namespace, as it was given. */
  readonly vpc?: string
  /** Of DNS namespaces. */
  readonly hostedZoneId?: string
  /** Seconds. */
  readonly soaTtl?: number
  readonly createdAt: number
  readonly tags: Attributes
}

export interface Service {
  readonly id: string
  readonly arn: string
  readonly namespaceId: string
  readonly name: string
  readonly type: ServiceType
  readonly description?: string
  readonly creatorRequestId?: string
  readonly dnsConfig?: DnsConfig
  readonly healthCheckConfig?: HealthCheckConfig
  readonly healthCheckCustomConfig?: HealthCheckCustomConfig
  readonly createdAt: number
  readonly attributes: Attributes
  readonly tags: Attributes
}

export interface Instance {
  readonly serviceId: string
  readonly id: string
  readonly creatorRequestId?: string
  readonly attributes: Attributes
  /** What was reported last. It counts only in services with a custom health check. */
  readonly health: CustomHealth
}

export type CustomHealth = 'HEALTHY' | 'UNHEALTHY'

/** Case matters in keys and values. */
export type Attributes = Readonly<Record<string, string>>

/** What an asynchronous call did. Each is done when it is answered (cloud-map-api.md section 5). */
export interface Operation {
  readonly id: string
  readonly type: OperationType
  readonly status: 'SUCCESS'
  readonly createdAt: number
  readonly updatedAt: number
  readonly namespaceId?: string
  readonly serviceId?: string
  readonly instanceId?: string
}

export type OperationType =
  | 'CREATE_NAMESPACE'
  | 'DELETE_NAMESPACE'
  | 'UPDATE_NAMESPACE'
  | 'UPDATE_SERVICE'
  | 'REGISTER_INSTANCE'
  | 'DEREGISTER_INSTANCE'

/** The kinds of things that the log tells of, and what each is. */
export interface CloudMapKinds {
  namespace: Namespace
  service: Service
  instance: Instance
}
export type CloudMapKind = keyof CloudMapKinds

/** True for an instance that is to be given traffic: its service has no custom health check, or it was reported healthy. */
export function isHealthy(service: Service, { health }: Instance): boolean {
  return service.healthCheckCustomConfig === undefined || health === 'HEALTHY'
}
