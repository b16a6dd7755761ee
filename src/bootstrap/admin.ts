/** Envoy's admin listener (bootstrap.md section 3). */
import { buildPipe, buildSocketAddress } from './address.js'
import { pack, type Message } from './message.js'
import type { Settings } from './variables.js'

const ADMIN_SOCKET = '/tmp/envoy_admin.sock'
const ADMIN_SOCKET_MODE = 0o600

export function buildAdmin(settings: Settings): Message {
  return {
    access_log: [
      {
        typed_config: pack('envoy.extensions.access_loggers.file.v3.FileAccessLog', {
          path: settings.ENVOY_ADMIN_ACCESS_LOG_FILE,
        }),
      },
    ],
    address: buildAddress(settings),
  }
}

function buildAddress(settings: Settings): Message {
  if (settings.ENVOY_ADMIN_MODE === 'uds') return buildPipe(ADMIN_SOCKET, ADMIN_SOCKET_MODE)
  const port = settings.ENVOY_ADMIN_ACCESS_PORT
  return settings.ENVOY_ADMIN_ACCESS_ENABLE_IPV6
    ? buildSocketAddress('::', port, { ipv4_compat: true })
    : buildSocketAddress('0.0.0.0', port)
}
