/** HTTP connection managers. */
import { pack } from '../envoy/pack.js'
import { TYPE_URL } from '../envoy/type-url.js'
import type { AccessLog, Filter, HttpFilter } from '../envoy/types.js'
import { bool } from '../envoy/wrappers.js'
import { EXTENSION } from './names.js'

export interface HttpConnectionManagerOptions {
  readonly statPrefix: string
  readonly routeConfig: string
  readonly accessLogs: readonly AccessLog[]
}

/**
 * The filter of every http, http2 or grpc chain: routes over ADS, the router alone, tracing as the bootstrap has it, websockets let through,
 * paths normalised (envoy-config.md section 3.2). The codec follows what the client speaks.
 */
export function buildHttpConnectionManager(options: HttpConnectionManagerOptions): Filter {
  const { statPrefix, routeConfig, accessLogs } = options
  return {
    name: EXTENSION.httpConnectionManager,
    typed_config: pack(TYPE_URL.httpConnectionManager, {
      stat_prefix: statPrefix,
      rds: { config_source: { ads: {}, resource_api_version: 'V3' }, route_config_name: routeConfig },
      http_filters: [ROUTER],
      tracing: {},
      ...(accessLogs.length > 0 && { access_log: [...accessLogs] }),
      upgrade_configs: [{ upgrade_type: 'websocket', enabled: bool(true) }],
      normalize_path: bool(true),
      merge_slashes: true,
      path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
    }),
  }
}

const ROUTER: HttpFilter = { name: EXTENSION.router, typed_config: pack(TYPE_URL.router, {}) }
