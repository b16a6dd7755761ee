import assert from 'node:assert/strict'
import type { Environment } from '../../src/bootstrap/variables.js'
import { at, bootstrapOf, NODE, NODE_IN_IMAGE, problemsOf } from './environment.js'

const CLUSTER = 'static_resources/clusters/0'
const ADDRESS = `${CLUSTER}/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address`
const SERVICE = 'dynamic_resources/ads_config/grpc_services/0'
const socket = (address: string, port: number) => ({ socket_address: { address, port_value: port } })

describe('bootstrap: way to the control plane', () => {
  describe('stock', () => {
    const cases: {
      name: string
      given: Environment
      address: unknown
      type: string
      dns?: string
      keepalive?: false
    }[] = [
      { name: 'this machine by default', given: {}, address: socket('127.0.0.1', 18000), type: 'STATIC' },
      {
        name: 'host:port',
        given: { APPMESH_XDS_ENDPOINT: 'keeper.internal:443' },
        address: socket('keeper.internal', 443),
        type: 'STRICT_DNS',
        dns: 'ALL',
      },
      {
        name: 'an IPv4 address',
        given: { APPMESH_XDS_ENDPOINT: '10.1.2.3:18000' },
        address: socket('10.1.2.3', 18000),
        type: 'STATIC',
      },
      {
        name: '[v6]:port',
        given: { APPMESH_XDS_ENDPOINT: '[fd00::1]:18000' },
        address: socket('fd00::1', 18000),
        type: 'STATIC',
      },
      {
        name: 'unix:///path',
        given: { APPMESH_XDS_ENDPOINT: 'unix:///run/keeper/xds.sock' },
        address: { pipe: { path: '/run/keeper/xds.sock' } },
        type: 'STATIC',
        keepalive: false,
      },
    ]
    for (const { name, given, address, type, dns, keepalive = true } of cases) {
      it(name, () => {
        const bootstrap = bootstrapOf({ ...NODE, ...given })
        assert.equal(at(bootstrap, `${CLUSTER}/name`), 'meshkeeper_xds')
        assert.equal(at(bootstrap, `${SERVICE}/envoy_grpc/cluster_name`), 'meshkeeper_xds')
        assert.deepEqual(at(bootstrap, ADDRESS), address)
        assert.equal(at(bootstrap, `${CLUSTER}/type`), type)
        assert.equal(at(bootstrap, `${CLUSTER}/dns_lookup_family`), dns)
        assert.equal(at(bootstrap, `${CLUSTER}/upstream_connection_options`) !== undefined, keepalive)
        assert.equal(at(bootstrap, `${CLUSTER}/transport_socket`), undefined)
        assert.equal(at(bootstrap, 'cluster_manager/local_cluster_name'), undefined)
        assert.equal(at(bootstrap, 'static_resources/clusters/1'), undefined)
      })
    }

    it('is one aggregated state-of-the-world stream', () => {
      const ads = at(bootstrapOf(NODE), 'dynamic_resources/ads_config')
      const { api_type, transport_api_version } = ads as Record<string, unknown>
      assert.deepEqual({ api_type, transport_api_version }, { api_type: 'GRPC', transport_api_version: 'V3' })
    })

    it('is incremental with ENVOY_XDS_PROTOCOL=delta', () => {
      const apiType = (value: string, image: 'stock' | 'app-mesh' = 'stock') =>
        at(
          bootstrapOf({ ...(image === 'stock' ? NODE : NODE_IN_IMAGE), ENVOY_XDS_PROTOCOL: value }, { image }),
          'dynamic_resources/ads_config/api_type',
        )
      assert.equal(apiType('delta'), 'DELTA_GRPC')
      assert.equal(apiType('sotw'), 'GRPC')
      // The agent of the App Mesh image writes its own bootstrap, without a choice.
      assert.equal(apiType('delta', 'app-mesh'), 'GRPC')
      assert.deepEqual(problemsOf({ ...NODE, ENVOY_XDS_PROTOCOL: 'Delta' }), [
        'ENVOY_XDS_PROTOCOL must be sotw or delta, not "Delta"',
      ])
    })

    it('notices a dead peer by HTTP/2 pings', () => {
      const options =
        'typed_extension_protocol_options/envoy.extensions.upstreams.http.v3.HttpProtocolOptions/explicit_http_config'
      assert.deepEqual(at(bootstrapOf(NODE), `${CLUSTER}/${options}`), {
        http2_protocol_options: { connection_keepalive: { interval: '10s', timeout: '20s' } },
      })
    })
  })

  describe('stock, TLS', () => {
    const TLS = { ...NODE, APPMESH_XDS_ENDPOINT: 'keeper.internal:18000', ENVOY_XDS_CA_FILE: '/etc/ca.pem' }
    const CONTEXT = `${CLUSTER}/transport_socket/typed_config`
    const cases: { name: string; given: Environment; sni?: string; names: unknown; certificates?: unknown }[] = [
      {
        name: 'verifies the host of the endpoint',
        given: TLS,
        sni: 'keeper.internal',
        names: [{ san_type: 'DNS', matcher: { exact: 'keeper.internal' } }],
      },
      {
        name: 'verifies an IP address without server name indication',
        given: { ...TLS, APPMESH_XDS_ENDPOINT: '[fd00::1]:18000' },
        names: [{ san_type: 'IP_ADDRESS', matcher: { exact: 'fd00::1' } }],
      },
      {
        name: 'verifies ENVOY_XDS_SERVER_NAME, also over a Unix socket',
        given: { ...TLS, APPMESH_XDS_ENDPOINT: 'unix:///run/x.sock', ENVOY_XDS_SERVER_NAME: 'keeper' },
        sni: 'keeper',
        names: [{ san_type: 'DNS', matcher: { exact: 'keeper' } }],
      },
      {
        name: 'shows a client certificate',
        given: {
          ...TLS,
          ENVOY_XDS_CLIENT_CERT_FILE: '/etc/cert.pem',
          ENVOY_XDS_CLIENT_KEY_FILE: '/etc/key.pem',
        },
        sni: 'keeper.internal',
        names: [{ san_type: 'DNS', matcher: { exact: 'keeper.internal' } }],
        certificates: [{ certificate_chain: { filename: '/etc/cert.pem' }, private_key: { filename: '/etc/key.pem' } }],
      },
    ]
    for (const { name, given, sni, names, certificates } of cases) {
      it(name, () => {
        const bootstrap = bootstrapOf(given)
        assert.equal(at(bootstrap, `${CONTEXT}/sni`), sni)
        const common = `${CONTEXT}/common_tls_context`
        assert.deepEqual(at(bootstrap, `${common}/alpn_protocols`), ['h2'])
        assert.deepEqual(at(bootstrap, `${common}/tls_certificates`), certificates)
        assert.deepEqual(at(bootstrap, `${common}/validation_context`), {
          trusted_ca: { filename: '/etc/ca.pem' },
          match_typed_subject_alt_names: names,
        })
      })
    }

    it('refuses half a client certificate', () => {
      assert.deepEqual(problemsOf({ ...TLS, ENVOY_XDS_CLIENT_CERT_FILE: '/etc/cert.pem' }), [
        'ENVOY_XDS_CLIENT_KEY_FILE must be set too: a client certificate needs its key, and a key its certificate',
      ])
      assert.match(problemsOf({ ...TLS, ENVOY_XDS_CLIENT_KEY_FILE: '/k' })[0]!, /^ENVOY_XDS_CLIENT_CERT_FILE /)
    })

    it('refuses TLS over a Unix socket without a name to verify', () => {
      assert.deepEqual(problemsOf({ ...TLS, APPMESH_XDS_ENDPOINT: 'unix:///run/x.sock' }), [
        'ENVOY_XDS_SERVER_NAME must be set for TLS over a Unix socket',
      ])
    })
  })

  describe('App Mesh image', () => {
    const google = (given: Environment) =>
      at(bootstrapOf(given, { image: 'app-mesh' }), `${SERVICE}/google_grpc`) as Record<string, unknown>

    it('signs its calls, over TLS with the bundle of the image', () => {
      const { channel_args, ...service } = google(NODE_IN_IMAGE)
      assert.deepEqual(service, {
        stat_prefix: 'ads',
        target_uri: 'meshkeeper.internal:18000',
        channel_credentials: { ssl_credentials: { root_certs: { filename: '/etc/pki/tls/cert.pem' } } },
        credentials_factory_name: 'envoy.grpc_credentials.aws_iam',
        call_credentials: [
          {
            from_plugin: {
              name: 'envoy.grpc_credentials.aws_iam',
              typed_config: {
                '@type': 'type.googleapis.com/envoy.config.grpc_credential.v3.AwsIamConfig',
                service_name: 'appmesh',
                region: 'eu-west-1',
              },
            },
          },
        ],
      })
      assert.deepEqual(channel_args, {
        args: {
          'grpc.http2.max_pings_without_data': { int_value: 0 },
          'grpc.keepalive_time_ms': { int_value: 10_000 },
          'grpc.keepalive_timeout_ms': { int_value: 20_000 },
          'grpc.initial_reconnect_backoff_ms': { int_value: 10_000 },
          'grpc.max_connection_age_ms': { int_value: 2_400_000 },
          'grpc.max_connection_age_grace_ms': { int_value: 5_000 },
        },
      })
    })

    const signing: { name: string; given: Environment; expect: string }[] = [
      { name: 'APPMESH_PREVIEW', given: { APPMESH_PREVIEW: '1' }, expect: 'appmesh-preview' },
      {
        name: 'APPMESH_SIGNING_NAME before APPMESH_PREVIEW',
        given: { APPMESH_PREVIEW: '1', APPMESH_SIGNING_NAME: 'mine' },
        expect: 'mine',
      },
    ]
    for (const { name, given, expect } of signing) {
      it(`signs for ${expect}: ${name}`, () => {
        const bootstrap = bootstrapOf({ ...NODE_IN_IMAGE, ...given }, { image: 'app-mesh' })
        const path = `${SERVICE}/google_grpc/call_credentials/0/from_plugin/typed_config/service_name`
        assert.equal(at(bootstrap, path), expect)
      })
    }

    it('trusts ENVOY_XDS_CA_FILE instead of the bundle', () => {
      const { channel_credentials } = google({ ...NODE_IN_IMAGE, ENVOY_XDS_CA_FILE: '/etc/ca.pem' })
      assert.deepEqual(channel_credentials, { ssl_credentials: { root_certs: { filename: '/etc/ca.pem' } } })
    })

    it('has no static cluster', () => {
      assert.equal(at(bootstrapOf(NODE_IN_IMAGE, { image: 'app-mesh' }), 'static_resources'), undefined)
    })

    it('speaks plain text over a Unix socket, without region, with local_cluster', () => {
      const given = { ...NODE, APPMESH_XDS_ENDPOINT: 'unix:///run/x.sock' }
      const { channel_args, ...service } = google(given)
      assert.ok(channel_args)
      assert.deepEqual(service, { stat_prefix: 'ads', target_uri: 'unix:///run/x.sock' })
      const bootstrap = bootstrapOf(given, { image: 'app-mesh' })
      assert.equal(at(bootstrap, 'cluster_manager/local_cluster_name'), 'local_cluster')
      assert.deepEqual(at(bootstrap, 'static_resources/clusters'), [
        {
          name: 'local_cluster',
          type: 'EDS',
          eds_cluster_config: { eds_config: { ads: {}, initial_fetch_timeout: '0.001s', resource_api_version: 'V3' } },
        },
      ])
    })

    const refused: { name: string; given: Environment; expect: string }[] = [
      {
        name: 'no endpoint, where the agent would call AWS',
        given: { ...NODE, AWS_REGION: 'eu-west-1' },
        expect: 'APPMESH_XDS_ENDPOINT must be set for the App Mesh image: without it its agent calls AWS',
      },
      {
        name: 'no region to sign for',
        given: { ...NODE, APPMESH_XDS_ENDPOINT: 'keeper:18000' },
        expect: 'AWS_REGION must be set for the App Mesh image: it signs its calls for a region',
      },
    ]
    for (const { name, given, expect } of refused)
      it(`refuses ${name}`, () => assert.deepEqual(problemsOf(given, { image: 'app-mesh' }), [expect]))
  })

  const NONSENSE = [
    'keeper',
    ':18000',
    'keeper:0',
    'keeper:70000',
    'fd00::1:18000',
    '[keeper]:1',
    'http://keeper:18000',
  ]
  for (const endpoint of [...NONSENSE, 'unix://relative', 'unix:/run/x.sock', 'unix:///', 'a b:1'])
    it(`refuses APPMESH_XDS_ENDPOINT=${endpoint}`, () => {
      assert.deepEqual(problemsOf({ ...NODE, APPMESH_XDS_ENDPOINT: endpoint }), [
        `APPMESH_XDS_ENDPOINT must be HOST:PORT, [IPV6]:PORT or unix:///PATH, not "${endpoint}"`,
      ])
    })
})
