/**
 * App Mesh's environment variables → an Envoy bootstrap (bootstrap.md). Pure: reading the environment, the user's files and the machine is the
 * caller's business, and so is printing.
 */
import type { Problem } from '../model/problem.js'
import { buildAdmin } from './admin.js'
import { buildAds, type Ads } from './ads.js'
import { buildSdsCluster } from './cluster.js'
import { buildArguments, checkLogLevel } from './command-line.js'
import { resolveEndpoint } from './endpoint.js'
import { resolveIdentity, type Identity } from './identity.js'
import { mergeFiles, type MergeContents } from './merge.js'
import type { Message } from './message.js'
import { buildNode, type Host } from './node.js'
import { isProblem } from './outcome.js'
import { buildLayeredRuntime, buildStaticLayer } from './runtime.js'
import { buildFlushInterval, buildStatsConfig, buildStatsSinks } from './stats.js'
import { buildTracing, type Tracing } from './tracing.js'
import { checkUnused } from './unused-variables.js'
import type { Image } from './variable.js'
import { parseSettings, type Environment, type Settings } from './variables.js'

export interface BootstrapInput {
  readonly image: Image
  readonly environment: Environment
  /** What the files named by ENVOY_*_FILE hold, already parsed. */
  readonly files?: MergeContents
  readonly host?: Host
}

export type BootstrapResult =
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }
  | {
      readonly ok: true
      /** Field names as in Envoy's protos; prints as YAML or JSON. */
      readonly bootstrap: Message
      /** How to start Envoy, beside `-c FILE`: what a bootstrap cannot say. */
      readonly arguments: readonly string[]
      readonly warnings: readonly Problem[]
    }

/** The bootstrap of one Envoy, or every problem with its environment. A problem's path is the name of the variable. */
export function buildBootstrap(input: BootstrapInput): BootstrapResult {
  const { settings, problems } = parseSettings(input.environment)
  const warnings = [...checkUnused(input.environment, settings, input.image), ...checkLogLevel(settings)]
  const parts = buildParts(settings, input.image)
  if (problems.length > 0 || Array.isArray(parts))
    return { ok: false, problems: [...problems, ...(Array.isArray(parts) ? parts : [])], warnings }
  const merged = mergeFiles(assemble(settings, parts, input), input.files ?? {})
  if (isProblem(merged)) return { ok: false, problems: [merged], warnings }
  return {
    ok: true,
    bootstrap: merged.bootstrap,
    arguments: buildArguments(settings),
    warnings: [...warnings, ...merged.warnings],
  }
}

interface Parts {
  readonly identity: Identity
  readonly ads: Ads
  readonly tracing: Tracing
  readonly sinks: readonly Message[]
}

/** Everything that can go wrong, and all that did. A file of the user's takes the place of what would be generated. */
function buildParts(settings: Settings, image: Image): Parts | Problem[] {
  const identity = resolveIdentity(settings)
  const endpoint = resolveEndpoint(settings, image)
  const ads = isProblem(endpoint) ? endpoint : buildAds(settings, endpoint, image)
  const untraced = settings.ENVOY_TRACING_CFG_FILE !== undefined || isProblem(identity)
  const tracing = untraced ? { clusters: [] } : buildTracing(settings, identity)
  const sinks = settings.ENVOY_STATS_SINKS_CFG_FILE === undefined ? buildStatsSinks(settings) : []
  if (isProblem(identity) || isProblem(ads) || isProblem(tracing) || isProblem(sinks))
    return [identity, ads, tracing, sinks].filter(isProblem)
  return { identity, ads, tracing, sinks }
}

function assemble(settings: Settings, { identity, ads, tracing, sinks }: Parts, input: BootstrapInput): Message {
  const staticLayer = buildStaticLayer(settings, input.image)
  const clusters = [...ads.clusters, ...tracing.clusters, ...buildSdsClusters(settings)]
  return {
    node: buildNode(identity, settings, staticLayer, input.host ?? {}),
    admin: buildAdmin(settings),
    layered_runtime: buildLayeredRuntime(staticLayer),
    dynamic_resources: ads.dynamic_resources,
    cluster_manager: {
      ...ads.clusterManager,
      outlier_detection: { event_log_path: settings.ENVOY_OUTLIER_DETECTION_EVENT_LOG_PATH },
    },
    ...(tracing.provider ? { tracing: tracing.provider } : {}),
    ...(settings.ENVOY_STATS_CONFIG_FILE === undefined
      ? { stats_config: buildStatsConfig(settings, identity.resource) }
      : {}),
    ...(sinks.length > 0 ? { stats_sinks: sinks } : {}),
    ...buildFlushInterval(settings),
    ...(clusters.length > 0 ? { static_resources: { clusters } } : {}),
  }
}

function buildSdsClusters(settings: Settings): Message[] {
  const path = settings.APPMESH_SDS_SOCKET_PATH
  return path === undefined ? [] : [buildSdsCluster(path)]
}
