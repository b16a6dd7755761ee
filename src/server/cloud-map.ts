/** The parts of Cloud Map, tied together. */
import type { FastifyInstance } from 'fastify'
import { authenticate } from '../api/authenticate.js'
import { AwsSource } from '../cloud-map/aws/aws-source.js'
import { AwsCalls } from '../cloud-map/aws/calls.js'
import type { EndpointSource } from '../cloud-map/endpoint-source.js'
import { followExpiry } from '../cloud-map/expiry.js'
import { randomText } from '../cloud-map/random-text.js'
import { Registry } from '../cloud-map/registry.js'
import { addCloudMapRoutes } from '../cloud-map/routes.js'
import { SplitSource } from '../cloud-map/split-source.js'
import type { Store } from '../store/store.js'
import { SYSTEM_CLOCK } from '../xds/clock.js'
import type { CloudMapMetrics } from './cloud-map-metrics.js'
import type { Logger } from './logger.js'
import type { Config } from './options.js'

export interface CloudMap {
  /** Where the endpoints of virtual nodes come from. */
  readonly endpoints: EndpointSource
  /** Serves the API of the embedded one on the listener of App Mesh's. */
  readonly api: { readonly extend: (app: FastifyInstance) => void }
  /** The embedded one. */
  readonly registry: Registry
  readonly stop: () => void
}

export interface CloudMapParts {
  readonly store: Store
  readonly logger: Logger
  readonly config: Config
  readonly metrics: CloudMapMetrics
}

export function openCloudMap({ store, logger, config, metrics }: CloudMapParts): CloudMap {
  const { account, region, quotas } = config
  const registry = new Registry(store)
  const stopExpiry = followExpiry({ store, logger, after: (millis, work) => SYSTEM_CLOCK.after(millis, work) })
  const options = { store, registry, account, region, quotas, randomText, logger, principalOf: authenticate }
  const aws = config.cloudMap === 'aws' ? openAws(logger, config, metrics) : undefined
  return {
    endpoints: aws ? new SplitSource({ embedded: registry, aws, isAws: chooseAws(registry, config) }) : registry,
    api: { extend: (app) => addCloudMapRoutes(app, options) },
    registry,
    stop: () => {
      stopExpiry()
      aws?.stop()
    },
  }
}

const CONNECT_MILLIS = 3000

function openAws(logger: Logger, config: Config, metrics: CloudMapMetrics): AwsSource {
  const { cloudMapEndpoint: endpoint, cloudMapRegion: region, region: fallbackRegion } = config
  const source = new AwsSource({
    calls: new AwsCalls({ endpoint, region, fallbackRegion, connectMillis: CONNECT_MILLIS, logger }),
    clock: SYSTEM_CLOCK,
    logger,
    intervalMillis: config.cloudMapInterval,
    healthIntervalMillis: config.cloudMapHealthInterval,
    rate: config.cloudMapRate,
    onCall: metrics.onCloudMapCall,
    onChanged: metrics.onCloudMapChanged,
  })
  metrics.followCloudMap(source)
  return source
}

/** A namespace that the embedded one has is its own, unless the list says which are of AWS. */
function chooseAws(registry: Registry, { cloudMapNamespaces: listed }: Config): (namespaceName: string) => boolean {
  return (namespaceName) => (listed ? listed.has(namespaceName) : registry.namespace(namespaceName) === undefined)
}
