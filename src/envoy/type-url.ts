/** The type URLs of every message that travels inside a google.protobuf.Any: xDS resources and the typed_config of extensions. */

export const TYPE_URL = {
  cluster: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  clusterLoadAssignment: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  listener: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  routeConfiguration: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  secret: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',

  httpConnectionManager:
    'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  tcpProxy: 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
  router: 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
  originalDst: 'type.googleapis.com/envoy.extensions.filters.listener.original_dst.v3.OriginalDst',
  tlsInspector: 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  fileAccessLog: 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
  reqWithoutQuery: 'type.googleapis.com/envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery',
  previousHosts: 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
  httpProtocolOptions: 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
  upstreamTlsContext: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
  downstreamTlsContext: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',

  awsIamConfig: 'type.googleapis.com/envoy.config.grpc_credential.v3.AwsIamConfig',
  statsdSink: 'type.googleapis.com/envoy.config.metrics.v3.StatsdSink',
  dogStatsdSink: 'type.googleapis.com/envoy.config.metrics.v3.DogStatsdSink',
  datadogConfig: 'type.googleapis.com/envoy.config.trace.v3.DatadogConfig',
  zipkinConfig: 'type.googleapis.com/envoy.config.trace.v3.ZipkinConfig',
  xrayConfig: 'type.googleapis.com/envoy.config.trace.v3.XRayConfig',
  openTelemetryConfig: 'type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig',
} as const

export type TypeUrl = (typeof TYPE_URL)[keyof typeof TYPE_URL]

/**
 * The types that xDS carries, in the order in which one change of several types is sent over ADS: make before break
 * (xDS protocol, "Eventual consistency considerations"; xds.md section 3).
 */
export const RESOURCE_TYPE_URLS = [
  TYPE_URL.cluster,
  TYPE_URL.clusterLoadAssignment,
  TYPE_URL.secret,
  TYPE_URL.listener,
  TYPE_URL.routeConfiguration,
] as const

export type ResourceTypeUrl = (typeof RESOURCE_TYPE_URLS)[number]

/** The field of each resource type that holds the resource's name. */
export const NAME_FIELD: Readonly<Record<ResourceTypeUrl, string>> = {
  [TYPE_URL.cluster]: 'name',
  [TYPE_URL.clusterLoadAssignment]: 'cluster_name',
  [TYPE_URL.secret]: 'name',
  [TYPE_URL.listener]: 'name',
  [TYPE_URL.routeConfiguration]: 'name',
}

/** True for a type URL that xDS carries and we speak. */
export function isResourceTypeUrl(typeUrl: string): typeUrl is ResourceTypeUrl {
  return Object.hasOwn(NAME_FIELD, typeUrl)
}
