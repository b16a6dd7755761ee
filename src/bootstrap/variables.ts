/**
 * Every environment variable that shapes a bootstrap (bootstrap.md sections 2, 4 and 5, and our own), and those that do not although they look
 * as if they did.
 */
import type { Problem } from '../model/problem.js'
import { choice, duration, flag, fraction, integer, port, text, type Variable } from './variable.js'

const STATSD = { needs: 'ENABLE_ENVOY_DOG_STATSD' }
const XRAY = { needs: 'ENABLE_ENVOY_XRAY_TRACING' }
const DATADOG = { needs: 'ENABLE_ENVOY_DATADOG_TRACING' }
const JAEGER = { needs: 'ENABLE_ENVOY_JAEGER_TRACING' }
const AGENT = { image: 'app-mesh' } as const
const STOCK = { image: 'stock' } as const
const CLIENT_TLS = { image: 'stock', needs: 'ENVOY_XDS_CA_FILE' } as const

export const VARIABLES = {
  APPMESH_RESOURCE_ARN: text(),
  APPMESH_RESOURCE_NAME: text(),
  APPMESH_VIRTUAL_NODE_NAME: text(),
  APPMESH_RESOURCE_CLUSTER: text(),
  APPMESH_VIRTUAL_NODE_CLUSTER: text(),

  APPMESH_XDS_ENDPOINT: text(),
  ENVOY_XDS_PROTOCOL: choice(['sotw', 'delta'], STOCK),
  ENVOY_XDS_CA_FILE: text(),
  ENVOY_XDS_CLIENT_CERT_FILE: text(CLIENT_TLS),
  ENVOY_XDS_CLIENT_KEY_FILE: text(CLIENT_TLS),
  ENVOY_XDS_SERVER_NAME: text(CLIENT_TLS),
  APPMESH_SIGNING_NAME: text(AGENT),
  APPMESH_PREVIEW: flag(false, AGENT),
  AWS_REGION: text(),
  ENVOY_AVAILABILITY_ZONE: text(),
  ENVOY_AVAILABILITY_ZONE_ID: text(),

  APPMESH_SET_TRACING_DECISION: flag(true, AGENT),
  ENVOY_NO_EXTENSION_LOOKUP_BY_NAME: flag(true, AGENT),
  ENVOY_USE_HTTP_CLIENT_TO_FETCH_AWS_CREDENTIALS: flag(false, AGENT),
  MAX_REQUESTS_PER_IO_CYCLE: integer(undefined, 0, 2 ** 31 - 1),

  ENVOY_ADMIN_MODE: choice(['tcp', 'uds']),
  ENVOY_ADMIN_ACCESS_PORT: integer(9901, 0, 65535),
  ENVOY_ADMIN_ACCESS_LOG_FILE: text({}, '/tmp/envoy_admin_access.log'),
  ENVOY_ADMIN_ACCESS_ENABLE_IPV6: flag(),

  ENVOY_LOG_LEVEL: text({}, 'info'),
  ENVOY_CONCURRENCY: integer(-1, -1, 1024),
  LISTENER_DRAIN_WAIT_TIME_S: integer(20, 5, 110),
  ENVOY_SKIP_DEPRECATED_LOGS: flag(true),
  DISABLE_HOT_RESTART: flag(true),

  ENVOY_INITIAL_FETCH_TIMEOUT: integer(0, 0, 2 ** 31 - 1),
  ENVOY_OUTLIER_DETECTION_EVENT_LOG_PATH: text({}, '/dev/stdout'),
  APPMESH_SDS_SOCKET_PATH: text(),

  ENABLE_ENVOY_STATS_TAGS: flag(),
  APPMESH_METRIC_EXTENSION_VERSION: text({}, '0'),
  ENVOY_STATS_FLUSH_INTERVAL: duration(1, 299_999),
  ENABLE_ENVOY_DOG_STATSD: flag(),
  STATSD_ADDRESS: text(STATSD, '127.0.0.1'),
  STATSD_PORT: port(8125, STATSD),
  STATSD_SOCKET_PATH: text(STATSD),

  ENABLE_ENVOY_XRAY_TRACING: flag(),
  XRAY_DAEMON_PORT: port(2000, XRAY),
  AWS_XRAY_DAEMON_ADDRESS: text(),
  XRAY_SEGMENT_NAME: text(XRAY),
  XRAY_SAMPLING_RULE_MANIFEST: text(XRAY),
  XRAY_SAMPLING_RATE: fraction(XRAY),
  ENABLE_ENVOY_DATADOG_TRACING: flag(),
  DATADOG_TRACER_ADDRESS: text(DATADOG, '127.0.0.1'),
  DATADOG_TRACER_PORT: port(8126, DATADOG),
  DD_SERVICE: text(),
  ENABLE_ENVOY_JAEGER_TRACING: flag(),
  JAEGER_TRACER_ADDRESS: text(JAEGER, '127.0.0.1'),
  JAEGER_TRACER_PORT: port(9411, JAEGER),
  JAEGER_TRACER_VERSION: text(JAEGER),
  ENABLE_ENVOY_OTEL_TRACING: flag(),
  OTEL_EXPORTER_OTLP_ENDPOINT: text({}, 'http://127.0.0.1:4317'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: text(),
  OTEL_EXPORTER_OTLP_CERTIFICATE: text(),
  OTEL_EXPORTER_OTLP_PROTOCOL: text(),
  OTEL_SERVICE_NAME: text(),

  ENVOY_TRACING_CFG_FILE: text(),
  ENVOY_STATS_CONFIG_FILE: text(),
  ENVOY_STATS_SINKS_CFG_FILE: text(),
  ENVOY_RESOURCES_CONFIG_FILE: text(),

  APPMESH_PLATFORM_K8S_VERSION: text(),
  APPMESH_PLATFORM_K8S_POD_UID: text(),
  APPMESH_PLATFORM_APP_MESH_CONTROLLER_VERSION: text(),
  AWS_EXECUTION_ENV: text(),
  ECS_CONTAINER_INSTANCE_ARN: text(),
  APPNET_FIPS_MODE_ENABLED: flag(),
} as const satisfies Readonly<Record<string, Variable<unknown>>>

export type VariableName = keyof typeof VARIABLES

/** The typed value of every variable, set or not. */
export type Settings = {
  readonly [N in VariableName]: (typeof VARIABLES)[N] extends Variable<infer T> ? T : never
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Reads every variable; surrounding spaces do not count, and an empty one is absent. A value that cannot be read is a problem at its name. */
export function parseSettings(environment: Environment): { settings: Settings; problems: Problem[] } {
  const problems: Problem[] = []
  const read = ([name, variable]: [string, Variable<unknown>]): [string, unknown] => {
    const value = environment[name]?.trim()
    if (!value) return [name, variable.absent]
    const parsed = variable.parse(value)
    if (parsed === undefined) problems.push({ path: name, message: `must be ${variable.expects}, not "${value}"` })
    return [name, parsed ?? variable.absent]
  }
  const entries = Object.entries(VARIABLES as Readonly<Record<string, Variable<unknown>>>).map(read)
  return { settings: Object.fromEntries(entries) as Settings, problems }
}
