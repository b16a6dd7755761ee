/** The modes of a listener's TLS: which filter chains it takes, and how Envoy tells TLS from plain text. */
import { pack } from '../envoy/pack.js'
import { TYPE_URL } from '../envoy/type-url.js'
import type { FilterChain, Listener, ListenerFilter, ListenerFilterChainMatchPredicate } from '../envoy/types.js'
import type { PortMapping } from '../model/port-mapping.js'
import type { PortProtocol } from '../model/scalars.js'
import type { ListenerTls, ListenerTlsMode } from '../model/tls.js'
import { EXTENSION } from './names.js'
import { buildDownstreamSocket } from './tls.js'

/** What this file needs of a listener of a node or gateway. */
export interface TlsListener {
  readonly portMapping: PortMapping
  readonly tls?: ListenerTls
}

/** The chains of a listener by its mode, made of the one that takes plain text. No TLS is as good as DISABLED (envoy-config.md section 3.2). */
export function buildServerChains(
  plain: FilterChain,
  tls: ListenerTls | undefined,
  protocol: PortProtocol,
): FilterChain[] {
  return tls ? CHAINS[tls.mode](plain, () => buildDownstreamSocket(tls, protocol)) : [plain]
}

type Chains = (plain: FilterChain, socket: () => ReturnType<typeof buildDownstreamSocket>) => FilterChain[]

const CHAINS: Record<ListenerTlsMode, Chains> = {
  STRICT: (plain, socket) => [{ ...plain, transport_socket: socket() }],
  PERMISSIVE: (plain, socket) => [
    {
      ...plain,
      filter_chain_match: { ...plain.filter_chain_match, transport_protocol: 'tls' },
      transport_socket: socket(),
    },
    plain,
  ],
  DISABLED: (plain) => [plain],
}

/** The inspector that tells TLS from plain text, if a listener takes both; the ports of others it leaves alone. */
export function buildTlsDetection(listeners: readonly TlsListener[]): ListenerFilter[] {
  const ports = permissive(listeners).map(({ portMapping }) => portMapping.port)
  if (ports.length === 0) return []
  const inspector: ListenerFilter = { name: EXTENSION.tlsInspector, typed_config: pack(TYPE_URL.tlsInspector, {}) }
  const [first, ...others] = ports.map(portRange)
  if (!first || ports.length === listeners.length) return [inspector]
  const inspected = others.length > 0 ? { or_match: { rules: [first, ...others] } } : first
  return [{ ...inspector, filter_disabled: { not_match: inspected } }]
}

/** A plain tcp client that waits for the server to speak first says nothing to inspect: after Envoy's 15 s it is taken for what it is. */
export function buildDetectionTimeout(
  listeners: readonly TlsListener[],
): Pick<Listener, 'continue_on_listener_filters_timeout'> {
  const waits = permissive(listeners).some(({ portMapping }) => portMapping.protocol === 'tcp')
  return waits ? { continue_on_listener_filters_timeout: true } : {}
}

function permissive(listeners: readonly TlsListener[]): TlsListener[] {
  return listeners.filter(({ tls }) => tls?.mode === 'PERMISSIVE')
}

function portRange(port: number): ListenerFilterChainMatchPredicate {
  return { destination_port_range: { start: port, end: port + 1 } }
}
