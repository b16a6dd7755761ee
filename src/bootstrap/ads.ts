/** How the Envoy reaches the control plane: one aggregated stream, state-of-the-world as in App Mesh (bootstrap.md sections 2 and 3). */
import { buildPipe, buildSocketAddress } from './address.js'
import { buildCluster, buildTransportSocket, clusterType, type TlsFiles } from './cluster.js'
import type { Endpoint } from './endpoint.js'
import { pack, type Message } from './message.js'
import { isProblem, type Outcome } from './outcome.js'
import type { Image } from './variable.js'
import type { Settings } from './variables.js'

/** What the way to the control plane adds to a bootstrap. */
export interface Ads {
  readonly dynamic_resources: Message
  readonly clusters: readonly Message[]
  readonly clusterManager: Message
}

export function buildAds(settings: Settings, endpoint: Endpoint, image: Image): Outcome<Ads> {
  return ADS[image](settings, endpoint)
}

const ADS: Record<Image, (settings: Settings, endpoint: Endpoint) => Outcome<Ads>> = {
  stock: buildStockAds,
  'app-mesh': (settings, endpoint) =>
    endpoint.kind === 'unix' ? buildRelayAds(settings, endpoint) : buildSignedAds(settings, endpoint),
}

const XDS_CLUSTER = 'meshkeeper_xds'

/** Envoy's words for the two variants of the protocol. */
const API_TYPE: Record<Settings['ENVOY_XDS_PROTOCOL'], string> = { sotw: 'GRPC', delta: 'DELTA_GRPC' }

/** As the App Mesh agent's gRPC channel: a dead peer is noticed within 30 s even when there is nothing to send. */
const KEEPALIVE_SECONDS = { interval: 10, timeout: 20 }

function buildStockAds(settings: Settings, endpoint: Endpoint): Outcome<Ads> {
  const tls = resolveTls(settings, endpoint)
  if (tls && isProblem(tls)) return tls
  const service: Message = {
    envoy_grpc: {
      cluster_name: XDS_CLUSTER,
      retry_policy: { retry_back_off: { base_interval: '0.5s', max_interval: '5s' } },
    },
  }
  return {
    dynamic_resources: buildDynamicResources(settings, service, API_TYPE[settings.ENVOY_XDS_PROTOCOL]),
    clusters: [buildXdsCluster(endpoint, tls)],
    clusterManager: {},
  }
}

function buildXdsCluster(endpoint: Endpoint, tls: TlsFiles | undefined): Message {
  const socket = {
    upstream_connection_options: {
      tcp_keepalive: {
        keepalive_probes: 3,
        keepalive_time: KEEPALIVE_SECONDS.interval,
        keepalive_interval: KEEPALIVE_SECONDS.interval,
      },
    },
  }
  const type = endpoint.kind === 'unix' ? 'STATIC' : clusterType(endpoint.host)
  return buildCluster({
    name: XDS_CLUSTER,
    type,
    connectTimeout: '5s',
    address: endpoint.kind === 'unix' ? buildPipe(endpoint.path) : buildSocketAddress(endpoint.host, endpoint.port),
    extra: {
      ...(type === 'STRICT_DNS' ? { dns_lookup_family: 'ALL' } : {}),
      ...(endpoint.kind === 'tcp' ? socket : {}),
      ...(tls ? buildTransportSocket(tls) : {}),
    },
    http2: {
      connection_keepalive: { interval: `${KEEPALIVE_SECONDS.interval}s`, timeout: `${KEEPALIVE_SECONDS.timeout}s` },
    },
  })
}

/** TLS is on when there is a CA to verify the server with; without one the connection is plain text. */
function resolveTls(settings: Settings, endpoint: Endpoint): Outcome<TlsFiles> | undefined {
  const caFile = settings.ENVOY_XDS_CA_FILE
  if (caFile === undefined) return undefined
  const { ENVOY_XDS_CLIENT_CERT_FILE: certFile, ENVOY_XDS_CLIENT_KEY_FILE: keyFile } = settings
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const path = `ENVOY_XDS_CLIENT_${certFile === undefined ? 'CERT' : 'KEY'}_FILE`
    return { path, message: 'must be set too: a client certificate needs its key, and a key its certificate' }
  }
  const serverName = settings.ENVOY_XDS_SERVER_NAME ?? (endpoint.kind === 'tcp' ? endpoint.host : undefined)
  if (serverName === undefined)
    return { path: 'ENVOY_XDS_SERVER_NAME', message: 'must be set for TLS over a Unix socket' }
  return { caFile, certFile, keyFile, serverName }
}

const AWS_IAM = 'envoy.grpc_credentials.aws_iam'

/** The bundle that the App Mesh image brings; mount another over it, or name one in ENVOY_XDS_CA_FILE. */
const IMAGE_CA_FILE = '/etc/pki/tls/cert.pem'

function buildSignedAds(settings: Settings, endpoint: Endpoint): Outcome<Ads> {
  const region = settings.AWS_REGION
  if (region === undefined)
    return { path: 'AWS_REGION', message: 'must be set for the App Mesh image: it signs its calls for a region' }
  const signingName = settings.APPMESH_SIGNING_NAME ?? (settings.APPMESH_PREVIEW ? 'appmesh-preview' : 'appmesh')
  const credentials: Message = {
    channel_credentials: {
      ssl_credentials: { root_certs: { filename: settings.ENVOY_XDS_CA_FILE ?? IMAGE_CA_FILE } },
    },
    credentials_factory_name: AWS_IAM,
    call_credentials: [
      {
        from_plugin: {
          name: AWS_IAM,
          typed_config: pack('envoy.config.grpc_credential.v3.AwsIamConfig', { service_name: signingName, region }),
        },
      },
    ],
  }
  const dynamic_resources = buildDynamicResources(settings, buildGoogleGrpc(endpoint, credentials))
  return { dynamic_resources, clusters: [], clusterManager: {} }
}

const LOCAL_CLUSTER = 'local_cluster'

/** Over a Unix socket the agent expects its relay: plain text, no credentials, and a `local_cluster` whose endpoints it asks for. */
function buildRelayAds(settings: Settings, endpoint: Endpoint): Ads {
  const localCluster: Message = {
    name: LOCAL_CLUSTER,
    type: 'EDS',
    eds_cluster_config: { eds_config: { ads: {}, initial_fetch_timeout: '0.001s', resource_api_version: 'V3' } },
  }
  return {
    dynamic_resources: buildDynamicResources(settings, buildGoogleGrpc(endpoint, {})),
    clusters: [localCluster],
    clusterManager: { local_cluster_name: LOCAL_CLUSTER },
  }
}

const CHANNEL_ARGS: Readonly<Record<string, number>> = {
  'grpc.http2.max_pings_without_data': 0,
  'grpc.keepalive_time_ms': KEEPALIVE_SECONDS.interval * 1000,
  'grpc.keepalive_timeout_ms': KEEPALIVE_SECONDS.timeout * 1000,
  'grpc.initial_reconnect_backoff_ms': 10_000,
  'grpc.max_connection_age_ms': 2_400_000,
  'grpc.max_connection_age_grace_ms': 5_000,
}

function buildGoogleGrpc(endpoint: Endpoint, credentials: Message): Message {
  const args = Object.fromEntries(Object.entries(CHANNEL_ARGS).map(([name, value]) => [name, { int_value: value }]))
  return {
    google_grpc: { stat_prefix: 'ads', target_uri: endpoint.text, ...credentials, channel_args: { args } },
  }
}

function buildDynamicResources(settings: Settings, service: Message, apiType = API_TYPE.sotw): Message {
  const source: Message = {
    ads: {},
    initial_fetch_timeout: `${settings.ENVOY_INITIAL_FETCH_TIMEOUT}s`,
    resource_api_version: 'V3',
  }
  return {
    ads_config: { api_type: apiType, transport_api_version: 'V3', grpc_services: [service] },
    lds_config: source,
    cds_config: source,
  }
}
