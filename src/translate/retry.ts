/** Retry policies of http, http2 and grpc routes. */
import { pack } from '../envoy/pack.js'
import { TYPE_URL } from '../envoy/type-url.js'
import type { RetryPolicy } from '../envoy/types.js'
import { cappedUint32, uint32 } from '../envoy/wrappers.js'
import type { GrpcRetryPolicy, HttpRetryPolicy } from '../model/retry-policy.js'
import { EXTENSION } from './names.js'
import { buildDuration } from './timeout.js'

/** What one App Mesh retry event means to Envoy (envoy-config.md section 5). */
interface RetryRule {
  readonly conditions: readonly string[]
  readonly statusCodes: readonly number[]
}

/** In the order in which their status codes are listed. */
const HTTP_EVENTS: readonly (readonly [event: string, rule: RetryRule])[] = [
  ['server-error', { conditions: ['reset'], statusCodes: [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511] }],
  ['gateway-error', { conditions: ['reset'], statusCodes: [502, 503, 504] }],
  ['client-error', { conditions: [], statusCodes: [409] }],
  ['stream-error', { conditions: ['refused-stream'], statusCodes: [] }],
]

/** The order in which conditions are written, so that the order of events in the API makes no difference. */
const CONDITIONS = [
  'reset',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
  'connect-failure',
  'refused-stream',
  'retriable-status-codes',
] as const

const TCP_CONDITIONS = { 'connection-error': 'connect-failure' } as const

/** A retry goes to another host if there is one within five picks (envoy-config.md section 5). */
const AVOID_PREVIOUS_HOSTS = {
  retry_host_predicate: [
    {
      name: EXTENSION.previousHosts,
      typed_config: pack(TYPE_URL.previousHosts, {}),
    },
  ],
  host_selection_retry_max_attempts: 5,
} satisfies RetryPolicy

export const DEFAULT_RETRY: RetryPolicy = {
  retry_on: 'reset,unavailable,connect-failure,refused-stream,retriable-status-codes',
  num_retries: uint32(2),
  ...AVOID_PREVIOUS_HOSTS,
  retriable_status_codes: [503],
}

/** No policy means App Mesh's default of two retries. A policy of no retries, or for no event, means none: undefined. */
export function buildRetryPolicy(policy: HttpRetryPolicy | GrpcRetryPolicy | undefined): RetryPolicy | undefined {
  if (!policy) return DEFAULT_RETRY
  const { conditions, statusCodes } = combineRules(policy)
  if (conditions.length === 0 || policy.maxRetries === 0) return undefined
  return {
    retry_on: conditions.join(','),
    num_retries: cappedUint32(policy.maxRetries),
    per_try_timeout: buildDuration(policy.perRetryTimeout),
    ...AVOID_PREVIOUS_HOSTS,
    ...(statusCodes.length > 0 && { retriable_status_codes: [...statusCodes] }),
  }
}

function combineRules(policy: HttpRetryPolicy | GrpcRetryPolicy): RetryRule {
  const events = new Set(policy.httpRetryEvents)
  const rules = HTTP_EVENTS.filter(([event]) => events.has(event)).map(([, rule]) => rule)
  const statusCodes = [...new Set(rules.flatMap((rule) => rule.statusCodes))]
  const wanted = new Set<string>([
    ...rules.flatMap((rule) => rule.conditions),
    ...('grpcRetryEvents' in policy ? (policy.grpcRetryEvents ?? []) : []),
    ...(policy.tcpRetryEvents ?? []).map((event) => TCP_CONDITIONS[event]),
    ...(statusCodes.length > 0 ? ['retriable-status-codes'] : []),
  ])
  return { conditions: CONDITIONS.filter((condition) => wanted.has(condition)), statusCodes }
}
