/** What is set but changes nothing: said aloud, so that a setting is never lost unnoticed. */
import type { Problem } from '../model/problem.js'
import { suggest } from '../model/suggest.js'
import { IMAGES, type Image, type Variable } from './variable.js'
import { VARIABLES, type Environment, type Settings } from './variables.js'

/** Variables of App Mesh's agent (bootstrap.md section 5) that concern its own process. The App Mesh image still reads them itself. */
const AGENT_ONLY = [
  'PID_POLL_INTERVAL_MS',
  'HC_POLL_INTERVAL_MS',
  'HC_DISCONNECTED_TIMEOUT_S',
  'ENABLE_STATS_SNAPSHOT',
  'ENVOY_CONFIG_FILE',
]

/** Everything else with this prefix belongs to the agent too, or to ECS Service Connect. */
const AGENT_PREFIX = 'APPNET_'

/** Variables that no bootstrap of ours follows, each with the reason. */
const IGNORED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...Object.fromEntries(
      ['APPMESH_DUALSTACK_ENDPOINT', 'APPMESH_FIPS_ENDPOINT'].map((name) => [
        name,
        "chooses among AWS's own endpoints; APPMESH_XDS_ENDPOINT says where meshkeeper is",
      ]),
    ),
    ...Object.fromEntries(
      [
        'APPMESH_VERBOSE',
        'APPMESH_SLEEP_DURATION',
        'APPMESH_GATEWAY',
        'APPMESH_GATEWAY_LISTEN_PORT',
        'APPMESH_GATEWAY_PING_PORT',
        'ENVOY_MAX_OBJ_NAME',
      ].map((name) => [name, 'was read by the images of 2019 only']),
    ),
    ENVOY_ENABLE_TCP_POOL_IDLE_TIMEOUT: 'names a runtime feature that Envoy no longer has',
    ENVOY_SANITIZE_ORIGINAL_PATH: 'names a runtime feature that Envoy no longer has',
    OTEL_EXPORTER_OTLP_HEADERS: 'is not sent by the Envoys that this bootstrap starts',
  }),
)

/** The variables of sidecar/iptables.sh live beside ours in one environment. */
const INTERCEPTION = [
  'APPMESH_START_ENABLED',
  'APPMESH_IGNORE_UID',
  'APPMESH_IGNORE_GID',
  'APPMESH_ENVOY_INGRESS_PORT',
  'APPMESH_ENVOY_EGRESS_PORT',
  'APPMESH_APP_PORTS',
  'APPMESH_EGRESS_IGNORED_IP',
  'APPMESH_EGRESS_IGNORED_PORTS',
  'APPMESH_ENABLE_IPV6',
]

/** Names that can only be meant for us. MESHKEEPER_… is the prefix of what `serve` reads. */
const OURS = /^(APPMESH|ENVOY|ENABLE_ENVOY|STATSD|JAEGER_TRACER|DATADOG_TRACER)_/

/** What Kubernetes puts into every container for a Service that is called, say, `envoy`; matched against `NAME=value`. */
const KUBERNETES_SERVICE = /^[^=]*(_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP))[_=]|^[^=]*_PORT=(tcp|udp):/

const KNOWN: ReadonlyMap<string, Variable<unknown>> = new Map(Object.entries(VARIABLES))

/** Warnings about variables that are set without effect, in the order of the environment. */
export function checkUnused(environment: Environment, settings: Settings, image: Image): Problem[] {
  return Object.entries(environment)
    .filter(([, value]) => value?.trim())
    .filter(([name, value]) => !KUBERNETES_SERVICE.test(`${name}=${value ?? ''}`))
    .flatMap(([name]) => {
      const variable = KNOWN.get(name)
      const reason = variable ? limitOf(variable, settings, image) : strangeness(name, settings, image)
      return reason === undefined ? [] : [{ path: name, message: reason }]
    })
}

function limitOf({ limits }: Variable<unknown>, settings: Settings, image: Image): string | undefined {
  if (limits.image !== undefined && limits.image !== image)
    return `has no effect with --image ${image}, only with ${IMAGES.find((other) => other !== image) ?? ''}`
  const values: Readonly<Record<string, unknown>> = settings
  return limits.needs === undefined || values[limits.needs] ? undefined : `has no effect without ${limits.needs}`
}

function strangeness(name: string, settings: Settings, image: Image): string | undefined {
  if (INTERCEPTION.includes(name)) return undefined
  if (AGENT_ONLY.includes(name) || name.startsWith(AGENT_PREFIX))
    return image === 'app-mesh' ? undefined : "has no effect: it is read by the App Mesh image's agent only"
  if (name.startsWith('OTEL_') && !settings.ENABLE_ENVOY_OTEL_TRACING) return undefined
  const reason = IGNORED.get(name)
  if (reason !== undefined) return `has no effect: it ${reason}`
  if (!OURS.test(name)) return undefined
  const likely = suggest(name, CANDIDATES, TYPING_ERRORS)
  return `is not a variable of meshkeeper or App Mesh${likely === undefined ? '' : `; did you mean ${likely}?`}`
}

const CANDIDATES = [...Object.keys(VARIABLES), ...INTERCEPTION, ...AGENT_ONLY]
const TYPING_ERRORS = 3
