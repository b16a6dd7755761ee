/** The tracer, at most one (bootstrap.md section 5). */
import { buildSocketAddress, isIp, parseHostPort } from './address.js'
import { buildCluster, buildTransportSocket } from './cluster.js'
import type { Identity, MeshResource } from './identity.js'
import { pack, type Message } from './message.js'
import { isProblem, type Outcome } from './outcome.js'
import type { Settings } from './variables.js'

/** What a tracer adds to a bootstrap. */
export interface Tracing {
  readonly provider?: Message
  readonly clusters: readonly Message[]
}

type Tracer = (settings: Settings, identity: Identity) => Outcome<Tracing>

const TRACERS = {
  ENABLE_ENVOY_XRAY_TRACING: buildXray,
  ENABLE_ENVOY_DATADOG_TRACING: buildDatadog,
  ENABLE_ENVOY_JAEGER_TRACING: buildJaeger,
  ENABLE_ENVOY_OTEL_TRACING: buildOpenTelemetry,
} as const satisfies Readonly<Record<string, Tracer>>

type Switch = keyof typeof TRACERS
const SWITCHES = Object.keys(TRACERS) as Switch[]

export function buildTracing(settings: Settings, identity: Identity): Outcome<Tracing> {
  const [first, ...others] = SWITCHES.filter((name) => settings[name])
  if (!first) return { clusters: [] }
  if (others.length > 0)
    return { path: first, message: `and ${others.join(' and ')} are both on: an Envoy has one tracer` }
  return TRACERS[first](settings, identity)
}

function serviceName({ mesh, name }: MeshResource): string {
  return `${mesh}/${name}`
}

function buildProvider(name: string, config: Message): Message {
  return { http: { name, typed_config: config } }
}

function buildCollector(name: string, host: string, port: number, extra: Message = {}, http2?: Message): Message {
  const address = buildSocketAddress(host, port)
  // App Mesh's agent resolves by STRICT_DNS whatever the address is, and Envoy takes an IP address there.
  return buildCluster({ name, address, type: 'STRICT_DNS', connectTimeout: '1s', extra, ...(http2 ? { http2 } : {}) })
}

function buildDatadog(settings: Settings, { resource }: Identity): Tracing {
  const name = 'datadog_agent'
  const config = pack('envoy.config.trace.v3.DatadogConfig', {
    collector_cluster: name,
    service_name: settings.DD_SERVICE ?? `envoy-${serviceName(resource)}`,
  })
  return {
    provider: buildProvider('envoy.tracers.datadog', config),
    clusters: [buildCollector(name, settings.DATADOG_TRACER_ADDRESS, settings.DATADOG_TRACER_PORT)],
  }
}

function buildJaeger(settings: Settings): Tracing {
  const name = 'jaeger'
  const json = settings.JAEGER_TRACER_VERSION?.toLowerCase().includes('json')
  const config = pack('envoy.config.trace.v3.ZipkinConfig', {
    collector_cluster: name,
    collector_endpoint: '/api/v2/spans',
    collector_endpoint_version: json ? 'HTTP_JSON' : 'HTTP_PROTO',
    shared_span_context: false,
  })
  return {
    provider: buildProvider('envoy.tracers.zipkin', config),
    clusters: [buildCollector(name, settings.JAEGER_TRACER_ADDRESS, settings.JAEGER_TRACER_PORT)],
  }
}

function buildXray(settings: Settings, { resource }: Identity): Outcome<Tracing> {
  const daemon = resolveDaemon(settings)
  if (isProblem(daemon)) return daemon
  const config = pack('envoy.config.trace.v3.XRayConfig', {
    daemon_endpoint: { protocol: 'UDP', address: daemon.host, port_value: daemon.port },
    segment_name: settings.XRAY_SEGMENT_NAME ?? serviceName(resource),
    ...buildSamplingRules(settings),
    segment_fields: {
      origin: 'AWS::AppMesh::Proxy',
      aws: { app_mesh: { mesh_name: resource.mesh, virtual_node_name: resource.name } },
    },
  })
  return { provider: buildProvider('envoy.tracers.xray', config), clusters: [] }
}

/** AWS_XRAY_DAEMON_ADDRESS is an IP address with or without a port. */
function resolveDaemon(settings: Settings): Outcome<{ host: string; port: number }> {
  const { AWS_XRAY_DAEMON_ADDRESS: text, XRAY_DAEMON_PORT: port } = settings
  if (text === undefined) return { host: '127.0.0.1', port }
  if (isIp(text)) return { host: text, port }
  const daemon = parseHostPort(text)
  if (daemon && isIp(daemon.host)) return daemon
  return { path: 'AWS_XRAY_DAEMON_ADDRESS', message: `must be an IP address, with a port or without, not "${text}"` }
}

/** The rate that X-Ray uses when there are no rules. */
const XRAY_DEFAULT_RATE = 0.05

/** A rule file goes by its name; a rate becomes the one default rule, inline. */
function buildSamplingRules(settings: Settings): Message {
  const { XRAY_SAMPLING_RULE_MANIFEST: filename, XRAY_SAMPLING_RATE: sampling } = settings
  if (filename !== undefined) return { sampling_rule_manifest: { filename } }
  if (sampling === undefined) return {}
  const rate = Math.round(sampling * 100) / 100
  if (rate === XRAY_DEFAULT_RATE) return {}
  const rules = { version: 2, default: { fixed_target: 1, rate }, rules: [] }
  return { sampling_rule_manifest: { inline_string: JSON.stringify(rules) } }
}

/** OpenTelemetry over OTLP/gRPC: ours, in the variables of the OpenTelemetry specification. */
function buildOpenTelemetry(settings: Settings, { resource }: Identity): Outcome<Tracing> {
  const name = 'otel_collector'
  const protocol = settings.OTEL_EXPORTER_OTLP_PROTOCOL
  if (protocol !== undefined && protocol !== 'grpc')
    return { path: 'OTEL_EXPORTER_OTLP_PROTOCOL', message: `must be grpc, not "${protocol}"` }
  const collector = resolveCollector(settings)
  if (isProblem(collector)) return collector
  const config = pack('envoy.config.trace.v3.OpenTelemetryConfig', {
    grpc_service: { envoy_grpc: { cluster_name: name }, timeout: '0.25s' },
    service_name: settings.OTEL_SERVICE_NAME ?? serviceName(resource),
  })
  return {
    provider: buildProvider('envoy.tracers.opentelemetry', config),
    clusters: [buildCollector(name, collector.host, collector.port, collector.tls, {})],
  }
}

const OTLP_PORT = 4317

/** `http://HOST:PORT` is plain text; `https://…` needs the CA in OTEL_EXPORTER_OTLP_CERTIFICATE. */
function resolveCollector(settings: Settings): Outcome<{ host: string; port: number; tls: Message }> {
  const path =
    settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT === undefined
      ? 'OTEL_EXPORTER_OTLP_ENDPOINT'
      : 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
  const text = settings[path] ?? ''
  const [, scheme, authority] = /^(https?):\/\/([^/?#@]+)\/?$/.exec(text) ?? []
  const target =
    authority === undefined ? undefined : (parseHostPort(authority) ?? parseHostPort(`${authority}:${OTLP_PORT}`))
  if (!target) return { path, message: `must be http://HOST:PORT or https://HOST:PORT, not "${text}"` }
  if (scheme === 'http') return { ...target, tls: {} }
  const caFile = settings.OTEL_EXPORTER_OTLP_CERTIFICATE
  if (caFile === undefined)
    return { path: 'OTEL_EXPORTER_OTLP_CERTIFICATE', message: `must name a CA file: ${path} is https` }
  return { ...target, tls: buildTransportSocket({ caFile, serverName: target.host }) }
}
