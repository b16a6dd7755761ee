/** Typed google.protobuf.Any. */
import type { TYPE_URL, TypeUrl } from './type-url.js'
import type * as t from './types.js'

/** The message that each type URL names. */
export interface MessageByTypeUrl {
  [TYPE_URL.cluster]: t.Cluster
  [TYPE_URL.clusterLoadAssignment]: t.ClusterLoadAssignment
  [TYPE_URL.listener]: t.Listener
  [TYPE_URL.routeConfiguration]: t.RouteConfiguration
  [TYPE_URL.secret]: t.Secret
  [TYPE_URL.httpConnectionManager]: t.HttpConnectionManager
  [TYPE_URL.tcpProxy]: t.TcpProxy
  [TYPE_URL.router]: t.Router
  [TYPE_URL.originalDst]: t.OriginalDst
  [TYPE_URL.tlsInspector]: t.TlsInspector
  [TYPE_URL.fileAccessLog]: t.FileAccessLog
  [TYPE_URL.reqWithoutQuery]: t.ReqWithoutQuery
  [TYPE_URL.previousHosts]: t.PreviousHostsPredicate
  [TYPE_URL.httpProtocolOptions]: t.HttpProtocolOptions
  [TYPE_URL.upstreamTlsContext]: t.UpstreamTlsContext
  [TYPE_URL.downstreamTlsContext]: t.DownstreamTlsContext
  [TYPE_URL.awsIamConfig]: t.AwsIamConfig
  [TYPE_URL.statsdSink]: t.StatsdSink
  [TYPE_URL.dogStatsdSink]: t.DogStatsdSink
  [TYPE_URL.datadogConfig]: t.DatadogConfig
  [TYPE_URL.zipkinConfig]: t.ZipkinConfig
  [TYPE_URL.xrayConfig]: t.XRayConfig
  [TYPE_URL.openTelemetryConfig]: t.OpenTelemetryConfig
}

/** A message in the form that an Any field takes: its members beside its type URL. */
export type Packed<U extends TypeUrl> = { '@type': U } & MessageByTypeUrl[U]

/** `message` as an Any. An extension without settings is packed with `{}`: named without a typed_config App Mesh's agents refuse it. */
export function pack<U extends TypeUrl>(typeUrl: U, message: MessageByTypeUrl[U]): Packed<U> {
  return { '@type': typeUrl, ...message }
}
