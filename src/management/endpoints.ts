/** Every endpoint of `/meshkeeper/v1`, in the order of the OpenAPI document. The event stream is apart (events.ts): it is no JSON. */
import type { Endpoint } from './endpoint.js'
import { HISTORY } from './history.js'
import { INFO } from './info.js'
import { PROXY_ENDPOINTS } from './proxy-endpoints.js'
import { RESOURCES } from './resources.js'

export const ENDPOINTS: readonly Endpoint[] = [INFO, RESOURCES, ...PROXY_ENDPOINTS, HISTORY]
