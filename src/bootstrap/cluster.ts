/** Static clusters: the few upstreams that an Envoy must know before it has a control plane. */
import { buildPipe, isIp } from './address.js'
import { pack, type Message } from './message.js'

export interface StaticCluster {
  readonly name: string
  readonly address: Message
  /** STATIC for an IP address or a Unix socket, STRICT_DNS for a name. */
  readonly type: 'STATIC' | 'STRICT_DNS'
  readonly connectTimeout: string
  /** Present for an upstream that speaks gRPC. */
  readonly http2?: Message
  /** Further fields of the cluster. */
  readonly extra?: Message
}

export function buildCluster({ name, address, type, connectTimeout, http2, extra }: StaticCluster): Message {
  return {
    name,
    type,
    connect_timeout: connectTimeout,
    ...extra,
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
    ...(http2 ? { typed_extension_protocol_options: buildHttp2(http2) } : {}),
  }
}

export function clusterType(host: string): 'STATIC' | 'STRICT_DNS' {
  return isIp(host) ? 'STATIC' : 'STRICT_DNS'
}

function buildHttp2(options: Message): Message {
  const type = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  return { [type]: pack(type, { explicit_http_config: { http2_protocol_options: options } }) }
}

export interface TlsFiles {
  readonly caFile: string
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  /** The name or address that the server's certificate must carry. */
  readonly serverName: string
}

/** TLS towards one server, verified by CA and by name. */
export function buildTransportSocket({ caFile, certFile, keyFile, serverName }: TlsFiles): Message {
  const ip = isIp(serverName)
  const certificate =
    certFile === undefined || keyFile === undefined
      ? {}
      : { tls_certificates: [{ certificate_chain: { filename: certFile }, private_key: { filename: keyFile } }] }
  return {
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: pack('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
        ...(ip ? {} : { sni: serverName }),
        common_tls_context: {
          alpn_protocols: ['h2'],
          ...certificate,
          validation_context: {
            trusted_ca: { filename: caFile },
            match_typed_subject_alt_names: [{ san_type: ip ? 'IP_ADDRESS' : 'DNS', matcher: { exact: serverName } }],
          },
        },
      }),
    },
  }
}

/** The cluster that App Mesh's listeners name when their secrets come over a Unix socket (bootstrap.md section 5). */
export function buildSdsCluster(path: string): Message {
  return buildCluster({
    name: 'static_cluster_sds_unix_socket',
    type: 'STATIC',
    connectTimeout: '1s',
    address: buildPipe(path),
    http2: {},
  })
}
