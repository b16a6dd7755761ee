/** The two calls of AWS Cloud Map that are made, through the AWS SDK. */
import type * as Sdk from '@aws-sdk/client-servicediscovery'
import type { Logger } from '../../http/logger.js'
import type { ServicePlace } from '../../model/cloud-map/discovery.js'
import { MOST_INSTANCES, parseInstances, parseRevision, type DiscoveryAnswer } from './answer.js'
import { parseFailure } from './failure.js'

/** Every call rejects with CallFailure. */
export interface DiscoveryCalls {
  revision(place: ServicePlace, signal: AbortSignal): Promise<number>
  instances(place: ServicePlace, signal: AbortSignal): Promise<DiscoveryAnswer>
  /** Ends connections. */
  close(): void
}

export interface AwsCallsOptions {
  /** Instead of the endpoint of AWS; its host name is used as it is, without `data-`. */
  readonly endpoint?: string | undefined
  /** Instead of the region that the SDK finds. */
  readonly region?: string | undefined
  /** Where the SDK finds none. */
  readonly fallbackRegion: string
  /** Of the making of a connection. Milliseconds. */
  readonly connectMillis: number
  readonly logger: Logger
}

interface Loaded {
  readonly sdk: typeof Sdk
  readonly client: Sdk.ServiceDiscoveryClient
}

/** Loads the SDK with the first call: it is large, and most servers never need it. */
export class AwsCalls implements DiscoveryCalls {
  readonly #options: AwsCallsOptions
  #loaded: Promise<Loaded> | undefined

  constructor(options: AwsCallsOptions) {
    this.#options = options
  }

  async revision({ namespaceName, serviceName }: ServicePlace, abortSignal: AbortSignal): Promise<number> {
    try {
      const { sdk, client } = await this.#load()
      const input = { NamespaceName: namespaceName, ServiceName: serviceName }
      return parseRevision(await client.send(new sdk.DiscoverInstancesRevisionCommand(input), { abortSignal }))
    } catch (error) {
      throw parseFailure(error)
    }
  }

  /** Healthy ones only, as App Mesh; a service without a health check tells of all. */
  async instances({ namespaceName, serviceName }: ServicePlace, abortSignal: AbortSignal): Promise<DiscoveryAnswer> {
    try {
      const { sdk, client } = await this.#load()
      const command = new sdk.DiscoverInstancesCommand({
        NamespaceName: namespaceName,
        ServiceName: serviceName,
        HealthStatus: 'HEALTHY',
        MaxResults: MOST_INSTANCES,
      })
      return parseInstances(await client.send(command, { abortSignal }))
    } catch (error) {
      throw parseFailure(error)
    }
  }

  close(): void {
    this.#loaded?.then(({ client }) => client.destroy()).catch(() => undefined)
  }

  #load(): Promise<Loaded> {
    this.#loaded ??= this.#open().catch((error: unknown) => {
      this.#loaded = undefined
      throw error
    })
    return this.#loaded
  }

  async #open(): Promise<Loaded> {
    const { endpoint, connectMillis, logger } = this.#options
    const sdk = await import('@aws-sdk/client-servicediscovery')
    const region = this.#options.region ?? (await findRegion(sdk)) ?? this.#options.fallbackRegion
    const client = new sdk.ServiceDiscoveryClient({
      region,
      // Repeated by whoever calls: only so does every request count for the rate.
      maxAttempts: 1,
      requestHandler: { connectionTimeout: connectMillis },
      ...(endpoint !== undefined && { endpoint, disableHostPrefix: true }),
    })
    logger.info({ region, ...(endpoint !== undefined && { endpoint }) }, 'AWS Cloud Map is asked for endpoints')
    return { sdk, client }
  }
}

/** The region of the environment or the profile; undefined when they name none. */
async function findRegion(sdk: typeof Sdk): Promise<string | undefined> {
  const client = new sdk.ServiceDiscoveryClient({})
  try {
    return await client.config.region()
  } catch {
    return undefined
  } finally {
    client.destroy()
  }
}
