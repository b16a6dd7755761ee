import assert from 'node:assert/strict'
import type { Host } from '../../src/bootstrap/node.js'
import type { Environment } from '../../src/bootstrap/variables.js'
import { at, bootstrapOf, build, NODE, NODE_IN_IMAGE, warningsOf, type Given } from './environment.js'

describe('bootstrap: the machine', () => {
  const METADATA = 'node/metadata'
  const address = (family: string, text: string, cidr: string | null) => ({ family, address: text, cidr })
  const host: Host = {
    interfaces: {
      lo: [address('IPv4', '127.0.0.1', '127.0.0.1/8'), address('IPv6', '::1', '::1/128')],
      eth0: [address('IPv4', '10.11.71.67', '10.11.71.67/32'), address('IPv4', '10.0.0.2', null)],
      down: undefined,
    },
    system: { platform: 'x86_64', kernelVersion: '6.1.0' },
  }

  it('lists its addresses by IP version and interface', () => {
    assert.deepEqual(at(bootstrapOf(NODE, { host }), `${METADATA}/aws.appmesh.task.interfaces`), {
      ipv4: { lo: ['127.0.0.1/8'], eth0: ['10.11.71.67/32', '10.0.0.2'] },
      ipv6: { lo: ['::1/128'] },
    })
  })

  it('names its kernel', () => {
    assert.deepEqual(at(bootstrapOf(NODE, { host }), `${METADATA}/aws.appmesh.platformInfo`), {
      systemInfo: { systemPlatform: 'x86_64', systemKernelVersion: '6.1.0' },
    })
  })

  it('stays unmentioned when nothing is known of it', () => {
    assert.deepEqual(Object.keys(at(bootstrapOf(NODE), METADATA) as object), ['aws.appmesh.static_runtime'])
  })
})

describe('bootstrap: arguments of Envoy', () => {
  const cases: { name: string; given: Environment; expect: string }[] = [
    { name: 'by default', given: {}, expect: '-l info --drain-time-s 20 --disable-hot-restart --skip-deprecated-logs' },
    {
      name: 'by every variable',
      given: {
        ENVOY_LOG_LEVEL: 'debug',
        ENVOY_CONCURRENCY: '2',
        LISTENER_DRAIN_WAIT_TIME_S: '110',
        DISABLE_HOT_RESTART: 'false',
        ENVOY_SKIP_DEPRECATED_LOGS: '0',
      },
      expect: '-l debug --concurrency 2 --drain-time-s 110',
    },
    {
      name: 'info when the level is none',
      given: { ENVOY_LOG_LEVEL: 'loud' },
      expect: '-l info --drain-time-s 20 --disable-hot-restart --skip-deprecated-logs',
    },
  ]
  for (const { name, given, expect } of cases)
    it(name, () => {
      const result = build({ ...NODE, ...given })
      assert.ok(result.ok)
      assert.equal(result.arguments.join(' '), expect)
    })
})

describe('bootstrap: warnings', () => {
  const cases: { name: string; given: Environment; image?: Given['image']; expect: string[] }[] = [
    { name: 'none for an ordinary environment', given: { PATH: '/bin', HOME: '/root', DD_SERVICE: 'x' }, expect: [] },
    {
      name: 'a name that is nearly right',
      given: { ENVOY_ADMIN_ACCES_PORT: '9901' },
      expect: [
        'ENVOY_ADMIN_ACCES_PORT is not a variable of meshkeeper or App Mesh; did you mean ENVOY_ADMIN_ACCESS_PORT?',
      ],
    },
    {
      name: 'a name that is like nothing',
      given: { APPMESH_SOMETHING_ELSE: '1' },
      expect: ['APPMESH_SOMETHING_ELSE is not a variable of meshkeeper or App Mesh'],
    },
    { name: 'an empty variable is not set', given: { APPMESH_SOMETHING_ELSE: ' ' }, expect: [] },
    {
      name: 'a setting of something that is off',
      given: { STATSD_PORT: '8125', JAEGER_TRACER_PORT: '9411' },
      expect: [
        'STATSD_PORT has no effect without ENABLE_ENVOY_DOG_STATSD',
        'JAEGER_TRACER_PORT has no effect without ENABLE_ENVOY_JAEGER_TRACING',
      ],
    },
    { name: 'none when it is on', given: { STATSD_PORT: '8125', ENABLE_ENVOY_DOG_STATSD: '1' }, expect: [] },
    {
      name: 'a setting of the other image',
      given: { APPMESH_SIGNING_NAME: 'appmesh' },
      expect: ['APPMESH_SIGNING_NAME has no effect with --image stock, only with app-mesh'],
    },
    {
      name: "a setting of the agent's own process",
      given: { APPNET_ENVOY_RESTART_COUNT: '3', ENVOY_CONFIG_FILE: '/x' },
      expect: [
        "APPNET_ENVOY_RESTART_COUNT has no effect: it is read by the App Mesh image's agent only",
        "ENVOY_CONFIG_FILE has no effect: it is read by the App Mesh image's agent only",
      ],
    },
    {
      name: 'none where that agent runs',
      image: 'app-mesh',
      given: { APPNET_ENVOY_RESTART_COUNT: '3', ENVOY_CONFIG_FILE: '/x' },
      expect: [],
    },
    {
      name: "a choice among AWS's endpoints",
      given: { APPMESH_DUALSTACK_ENDPOINT: '1' },
      expect: [
        "APPMESH_DUALSTACK_ENDPOINT has no effect: it chooses among AWS's own endpoints; APPMESH_XDS_ENDPOINT says where meshkeeper is",
      ],
    },
    { name: 'none for the variables of iptables.sh', given: { APPMESH_APP_PORTS: '80' }, expect: [] },
    {
      name: 'none for what Kubernetes sets for a Service called envoy',
      given: {
        ENVOY_SERVICE_HOST: '10.0.0.1',
        ENVOY_SERVICE_PORT_HTTP: '80',
        ENVOY_PORT: 'tcp://10.0.0.1:80',
        ENVOY_PORT_80_TCP: 'tcp://10.0.0.1:80',
        ENVOY_PORT_80_TCP_ADDR: '10.0.0.1',
      },
      expect: [],
    },
    {
      name: "an application's OTEL_… variables are its own business until the tracer is on",
      given: { OTEL_EXPORTER_OTLP_HEADERS: 'a=b' },
      expect: [],
    },
    {
      name: 'then what is not followed is said',
      given: { OTEL_EXPORTER_OTLP_HEADERS: 'a=b', ENABLE_ENVOY_OTEL_TRACING: '1' },
      expect: ['OTEL_EXPORTER_OTLP_HEADERS has no effect: it is not sent by the Envoys that this bootstrap starts'],
    },
    {
      name: 'a log level that is none',
      given: { ENVOY_LOG_LEVEL: 'loud' },
      expect: ['ENVOY_LOG_LEVEL "loud" is none of trace, debug, info, warn, warning, error, critical, off: info it is'],
    },
  ]
  for (const { name, given, image = 'stock', expect } of cases)
    it(name, () => {
      const base = image === 'stock' ? NODE : NODE_IN_IMAGE
      assert.deepEqual(warningsOf({ ...base, ...given }, { image }), expect)
    })
})
