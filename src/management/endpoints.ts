/** Every endpoint of `/meshkeeper/v1`, in the order of the OpenAPI document. The event stream is apart (events.ts): it is no JSON. */
import { BLOCKERS } from './blockers.js'
import { BOOTSTRAP } from './bootstrap.js'
import { CONFIG } from './config.js'
import { DEFAULTS } from './defaults.js'
import type { Endpoint } from './endpoint.js'
import { HISTORY } from './history.js'
import { INFO } from './info.js'
import { PROXY_ENDPOINTS } from './proxy-endpoints.js'
import { RESOURCES } from './resources.js'
import { SEARCH } from './search.js'
import { STATUS } from './status.js'

export const ENDPOINTS: readonly Endpoint[] = [
  INFO,
  RESOURCES,
  STATUS,
  CONFIG,
  BOOTSTRAP,
  ...DEFAULTS,
  ...PROXY_ENDPOINTS,
  HISTORY,
  BLOCKERS,
  SEARCH,
]
