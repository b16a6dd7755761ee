/** The parts of Cloud Map, tied together. */
import type { FastifyInstance } from 'fastify'
import { authenticate } from '../api/authenticate.js'
import { followExpiry } from '../cloud-map/expiry.js'
import { randomText } from '../cloud-map/random-text.js'
import { Registry } from '../cloud-map/registry.js'
import { addCloudMapRoutes } from '../cloud-map/routes.js'
import type { Store } from '../store/store.js'
import { SYSTEM_CLOCK } from '../xds/clock.js'
import type { Logger } from './logger.js'
import type { Config } from './options.js'

export interface CloudMap {
  /** Where the endpoints of virtual nodes come from. */
  readonly registry: Registry
  /** Serves its API on the listener of App Mesh's. */
  readonly api: { readonly extend: (app: FastifyInstance) => void }
  readonly stop: () => void
}

export function openCloudMap(store: Store, logger: Logger, { account, region, quotas }: Config): CloudMap {
  const registry = new Registry(store)
  const stop = followExpiry({ store, logger, after: (millis, work) => SYSTEM_CLOCK.after(millis, work) })
  const options = { store, registry, account, region, quotas, randomText, logger, principalOf: authenticate }
  return { registry, api: { extend: (app) => addCloudMapRoutes(app, options) }, stop }
}
