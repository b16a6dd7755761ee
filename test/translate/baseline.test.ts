/** What every golden is made of: nothing that Envoy 1.20, App Mesh's oldest image still served, would refuse (house.md section 5). */
import assert from 'node:assert/strict'
import { toJson } from '../../src/codec/json.js'
import { goldenCases, translateCase } from './golden.js'

/** The message types of extensions that Envoy 1.20 has. */
const TYPES = new Set([
  'envoy.extensions.access_loggers.file.v3.FileAccessLog',
  'envoy.extensions.filters.http.router.v3.Router',
  'envoy.extensions.filters.listener.original_dst.v3.OriginalDst',
  'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
  'envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery',
  'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
  'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
  'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
])

/** The values of enumerations that Envoy 1.20 has, by field. */
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  api_type: ['GRPC'],
  transport_api_version: ['V3'],
  codec_client_type: ['HTTP1', 'HTTP2'],
  dns_lookup_family: ['AUTO', 'V4_ONLY', 'V6_ONLY', 'V4_PREFERRED'],
  lb_policy: ['CLUSTER_PROVIDED'],
  path_with_escaped_slashes_action: ['KEEP_UNCHANGED'],
  resource_api_version: ['V3'],
  traffic_direction: ['INBOUND', 'OUTBOUND'],
  type: ['STATIC', 'STRICT_DNS', 'LOGICAL_DNS', 'EDS', 'ORIGINAL_DST'],
}

type Visit = (object: Readonly<Record<string, unknown>>) => void

function walk(value: unknown, visit: Visit): void {
  if (Array.isArray(value)) value.forEach((item) => walk(item, visit))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  visit(value as Readonly<Record<string, unknown>>)
  Object.values(value).forEach((inner) => walk(inner, visit))
}

describe('the baseline', () => {
  const resources = goldenCases().flatMap((golden) =>
    translateCase(golden).flatMap(({ listeners, routes, clusters, endpoints }) =>
      [...listeners, ...routes, ...clusters, ...endpoints].map((resource) => toJson(resource)),
    ),
  )

  it('has only extension types that Envoy 1.20 has', () => {
    const seen = new Set<string>()
    walk(resources, ({ '@type': type }) => {
      if (typeof type === 'string') seen.add(type.slice(type.lastIndexOf('/') + 1))
    })
    assert.deepEqual([...seen].sort(), [...TYPES].sort())
  })

  it('has only values of enumerations that Envoy 1.20 has', () => {
    walk(resources, (object) => {
      for (const [field, known] of Object.entries(ENUMS)) {
        const value = object[field]
        if (typeof value === 'string') assert.ok(known.includes(value), `${field}: ${value}`)
      }
    })
  })

  it('gives every named extension its configuration, which later agents of App Mesh demand', () => {
    walk(resources, ({ name, typed_config }) => {
      if (typeof name === 'string' && name.startsWith('envoy.')) assert.ok(typed_config, name)
    })
  })
})
