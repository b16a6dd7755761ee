/** Each thing that protobufjs's fromObject drops or bends without a word. */
import assert from 'node:assert/strict'
import { checkStrict } from '../../src/codec/strict.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import { sampleProxy } from './sample.js'

const CLUSTER = 'envoy.config.cluster.v3.Cluster'
const ROUTES = 'envoy.config.route.v3.RouteConfiguration'
const LISTENER = 'envoy.config.listener.v3.Listener'
const HTTP_OPTIONS = 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

describe('checkStrict', () => {
  const cases: { name: string; type?: string; given: unknown; expect: string[] }[] = [
    { name: 'an empty message', given: {}, expect: [] },
    {
      name: 'absent members in either form',
      given: { name: 'c', load_assignment: null, metadata: undefined },
      expect: [],
    },
    {
      name: 'a misspelt field',
      given: { nam: 'c' },
      expect: ['nam: no such field in envoy.config.cluster.v3.Cluster'],
    },
    {
      name: 'a camelCase key',
      given: { connectTimeout: { seconds: 1 } },
      expect: ['connectTimeout: no such field in envoy.config.cluster.v3.Cluster'],
    },
    {
      name: 'the name of a oneof',
      given: { type: 'EDS', cluster_discovery_type: 'type' },
      expect: ['cluster_discovery_type: no such field in envoy.config.cluster.v3.Cluster'],
    },
    {
      name: 'an unknown enum name',
      given: { type: 'MULTICAST' },
      expect: ['type: one of STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST is expected'],
    },
    {
      name: 'an unknown enum number',
      given: { type: 9 },
      expect: ['type: one of STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST is expected'],
    },
    { name: 'a known enum number', given: { type: 3 }, expect: [] },
    {
      name: 'a text for a number',
      given: { dns_lookup_family: 'V4_ONLY', connect_timeout: { nanos: '5' } },
      expect: ['connect_timeout.nanos: an integer from -2147483648 to 2147483647 is expected'],
    },
    { name: 'a number for a text', given: { name: 7 }, expect: ['name: a string is expected'] },
    {
      name: 'a text for a bool',
      given: { respect_dns_ttl: 'false' },
      expect: ['respect_dns_ttl: true or false is expected'],
    },
    {
      name: 'uint32 out of range',
      given: {
        circuit_breakers: { thresholds: [{}, { max_requests: { value: -1 } }, { max_retries: { value: 2 ** 32 } }] },
      },
      expect: [
        'circuit_breakers.thresholds[1].max_requests.value: an integer from 0 to 4294967295 is expected',
        'circuit_breakers.thresholds[2].max_retries.value: an integer from 0 to 4294967295 is expected',
      ],
    },
    {
      name: 'a fraction',
      given: { health_checks: [{ alt_port: { value: 80.5 } }] },
      expect: ['health_checks[0].alt_port.value: an integer from 0 to 4294967295 is expected'],
    },
    {
      name: 'int32 out of range',
      given: { connect_timeout: { nanos: 2147483648 } },
      expect: ['connect_timeout.nanos: an integer from -2147483648 to 2147483647 is expected'],
    },
    {
      name: 'int64 out of range',
      given: { connect_timeout: { seconds: '9223372036854775808' }, cleanup_interval: { seconds: 2 ** 53 } },
      expect: ['connect_timeout.seconds', 'cleanup_interval.seconds'].map(
        (path) => `${path}: an integer from -9223372036854775808 to 9223372036854775807 is expected`,
      ),
    },
    {
      name: 'NaN for an integer',
      given: { connect_timeout: { seconds: NaN } },
      expect: ['connect_timeout.seconds: an integer from -9223372036854775808 to 9223372036854775807 is expected'],
    },
    {
      name: 'a text for a double',
      given: { common_lb_config: { healthy_panic_threshold: { value: '50' } } },
      expect: ['common_lb_config.healthy_panic_threshold.value: a number is expected'],
    },
    {
      name: 'bytes that are not base64',
      given: { health_checks: [{ tcp_health_check: { send: { binary: 'é' } } }] },
      expect: ['health_checks[0].tcp_health_check.send.binary: bytes or a base64 string are expected'],
    },
    {
      name: 'a plain value for a wrapper',
      given: { per_connection_buffer_limit_bytes: 5 },
      expect: ['per_connection_buffer_limit_bytes: an object is expected'],
    },
    { name: 'an object for a list', given: { health_checks: {} }, expect: ['health_checks: a list is expected'] },
    {
      name: 'a list for an object',
      given: { connect_timeout: [] },
      expect: ['connect_timeout: an object is expected'],
    },
    {
      name: 'a hole in a list',
      given: { health_checks: [{}, null] },
      expect: ['health_checks[1]: an object is expected'],
    },
    {
      name: 'a list for a map',
      given: { typed_extension_protocol_options: [] },
      expect: ['typed_extension_protocol_options: an object is expected'],
    },
    {
      name: 'members of a map',
      given: { metadata: { filter_metadata: { 'a.b': { feilds: {} } } } },
      expect: ['metadata.filter_metadata["a.b"].feilds: no such field in google.protobuf.Struct'],
    },
    {
      name: 'two members of a oneof',
      type: ROUTES,
      given: { virtual_hosts: [{ routes: [{ match: { prefix: '/', path: '/x' } }] }] },
      expect: ['virtual_hosts[0].routes[0].match.path: another member of its oneof is set'],
    },
    {
      name: 'a packed list',
      type: 'envoy.config.route.v3.RetryPolicy',
      given: { retriable_status_codes: [503, -1] },
      expect: ['retriable_status_codes[1]: an integer from 0 to 4294967295 is expected'],
    },
    {
      name: 'the content of an Any',
      given: {
        typed_extension_protocol_options: { x: { '@type': HTTP_OPTIONS, explicit_http_config: { http3: {} } } },
      },
      expect: [
        'typed_extension_protocol_options["x"].explicit_http_config.http3: no such field in envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig',
      ],
    },
    {
      name: 'an Any inside an Any',
      type: LISTENER,
      given: {
        filter_chains: [
          {
            filters: [
              {
                typed_config: {
                  '@type': TYPE_URL.httpConnectionManager,
                  http_filters: [{ typed_config: { '@type': TYPE_URL.router, dynamic_stat: {} } }],
                },
              },
            ],
          },
        ],
      },
      expect: [
        'filter_chains[0].filters[0].typed_config.http_filters[0].typed_config.dynamic_stat: no such field in envoy.extensions.filters.http.router.v3.Router',
      ],
    },
    {
      name: 'an Any of an unknown type',
      given: { transport_socket: { typed_config: { '@type': 'type.googleapis.com/envoy.Nothing' } } },
      expect: ['transport_socket.typed_config.@type: no message type in proto/ has this type URL'],
    },
    {
      name: 'an Any with a bare type name',
      given: { transport_socket: { typed_config: { '@type': 'envoy.config.cluster.v3.Cluster' } } },
      expect: ['transport_socket.typed_config.@type: no message type in proto/ has this type URL'],
    },
    {
      name: 'an Any in raw form',
      given: { transport_socket: { typed_config: { type_url: 'a/b', value: new Uint8Array([1]) } } },
      expect: [],
    },
    {
      name: 'an Any with the end of a type name',
      given: { transport_socket: { typed_config: { '@type': 'type.googleapis.com/Cluster' } } },
      expect: ['transport_socket.typed_config.@type: no message type in proto/ has this type URL'],
    },
    {
      name: '@type where there is no Any',
      given: { '@type': TYPE_URL.cluster, name: 'c' },
      expect: ['@type: no such field in envoy.config.cluster.v3.Cluster'],
    },
    { name: 'something that is no object', given: 'cluster', expect: ['an object is expected'] },
    {
      name: 'everything at once',
      given: { nam: 'c', type: 'X', name: 1 },
      expect: [
        'name: a string is expected',
        'type: one of STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST is expected',
        'nam: no such field in envoy.config.cluster.v3.Cluster',
      ],
    },
  ]
  for (const { name, type = CLUSTER, given, expect } of cases) {
    it(name, () => assert.deepEqual(checkStrict(type, given), expect))
  }

  it('finds nothing in the resources of a proxy', () => {
    for (const { typeUrl, message } of sampleProxy(3)) assert.deepEqual(checkStrict(typeUrl, message), [])
  })

  it('finds a fault in a shared part each time', () => {
    const broken = { name: 'v', domain: ['*'] }
    const expect = ['virtual_hosts[0].domain: no such field in envoy.config.route.v3.VirtualHost']
    assert.deepEqual(checkStrict(ROUTES, { virtual_hosts: [broken] }), expect)
    assert.deepEqual(checkStrict(ROUTES, { virtual_hosts: [broken] }), expect)
  })

  it('throws for a type that proto/ lacks', () => {
    assert.throws(() => checkStrict('envoy.Nothing', {}), /no message type envoy\.Nothing in proto\//)
    assert.throws(() => checkStrict('envoy.config.cluster.v3', {}), /no message type/)
  })
})
