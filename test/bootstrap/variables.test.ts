import assert from 'node:assert/strict'
import type { Json } from '../../src/bootstrap/message.js'
import { VARIABLES, type Environment } from '../../src/bootstrap/variables.js'
import { at, bootstrapOf, NODE, NODE_IN_IMAGE, problemsOf, type Given } from './environment.js'

interface Case {
  readonly name: string
  readonly given: Environment
  readonly image?: Given['image']
  /** Values by their path in the bootstrap; undefined: nothing is there. */
  readonly expect: Readonly<Record<string, Json | undefined>>
}

const pipe = (path: string, mode?: number) => ({ pipe: { path, ...(mode === undefined ? {} : { mode }) } })
const udp = (address: string, port: number) => ({ socket_address: { protocol: 'UDP', address, port_value: port } })
const any = (type: string, body: Record<string, Json>) => ({ '@type': `type.googleapis.com/${type}`, ...body })

const LAYER = 'layered_runtime/layers/0/static_layer'
const LAYER_IN_NODE = 'node/metadata/aws.appmesh.static_runtime'
const SINK = 'stats_sinks/0/typed_config/address'
const ADDRESS = 'load_assignment/endpoints/0/lb_endpoints/0/endpoint/address'
const TRACER = 'tracing/http/typed_config'
const TAGS = 'stats_config/stats_tags'
const LDS = 'dynamic_resources/lds_config'

const IDENTITY: Case[] = [
  {
    name: 'APPMESH_RESOURCE_ARN before the older names, verbatim',
    given: {
      APPMESH_RESOURCE_ARN: 'arn:aws:appmesh:us-east-1:111122223333:mesh/shop/virtualGateway/edge',
      APPMESH_RESOURCE_NAME: 'mesh/shop/virtualNode/a',
      APPMESH_VIRTUAL_NODE_NAME: 'mesh/shop/virtualNode/b',
    },
    expect: {
      'node/id': 'arn:aws:appmesh:us-east-1:111122223333:mesh/shop/virtualGateway/edge',
      'node/cluster': 'arn:aws:appmesh:us-east-1:111122223333:mesh/shop/virtualGateway/edge',
    },
  },
  {
    name: 'APPMESH_RESOURCE_NAME before APPMESH_VIRTUAL_NODE_NAME; an empty variable is absent',
    given: {
      APPMESH_RESOURCE_ARN: ' ',
      APPMESH_RESOURCE_NAME: 'mesh/shop/virtualNode/a',
      APPMESH_VIRTUAL_NODE_NAME: 'mesh/shop/virtualNode/b',
    },
    expect: { 'node/id': 'mesh/shop/virtualNode/a' },
  },
  {
    name: 'APPMESH_VIRTUAL_NODE_NAME alone, trimmed, of a shared mesh',
    given: { APPMESH_VIRTUAL_NODE_NAME: ' mesh/shop@111122223333/virtualNode/b\n' },
    expect: { 'node/id': 'mesh/shop@111122223333/virtualNode/b' },
  },
  {
    name: 'APPMESH_RESOURCE_CLUSTER before APPMESH_VIRTUAL_NODE_CLUSTER',
    given: { ...NODE, APPMESH_RESOURCE_CLUSTER: 'one', APPMESH_VIRTUAL_NODE_CLUSTER: 'two' },
    expect: { 'node/id': 'mesh/shop/virtualNode/cart', 'node/cluster': 'one' },
  },
  {
    name: 'APPMESH_VIRTUAL_NODE_CLUSTER',
    given: { ...NODE, APPMESH_VIRTUAL_NODE_CLUSTER: 'two' },
    expect: { 'node/cluster': 'two' },
  },
]

const ADMIN: Case[] = [
  {
    name: 'the admin listener by default',
    given: NODE,
    expect: {
      'admin/address': { socket_address: { address: '0.0.0.0', port_value: 9901 } },
      'admin/access_log/0/typed_config': any('envoy.extensions.access_loggers.file.v3.FileAccessLog', {
        path: '/tmp/envoy_admin_access.log',
      }),
    },
  },
  {
    name: 'ENVOY_ADMIN_ACCESS_PORT and ENVOY_ADMIN_ACCESS_LOG_FILE',
    given: { ...NODE, ENVOY_ADMIN_ACCESS_PORT: '9999', ENVOY_ADMIN_ACCESS_LOG_FILE: '/dev/null' },
    expect: {
      'admin/address/socket_address/port_value': 9999,
      'admin/access_log/0/typed_config/path': '/dev/null',
    },
  },
  {
    name: 'ENVOY_ADMIN_ACCESS_ENABLE_IPV6',
    given: { ...NODE, ENVOY_ADMIN_ACCESS_ENABLE_IPV6: 'T' },
    expect: { 'admin/address': { socket_address: { address: '::', port_value: 9901, ipv4_compat: true } } },
  },
  {
    name: 'ENVOY_ADMIN_MODE=uds',
    given: { ...NODE, ENVOY_ADMIN_MODE: 'uds' },
    expect: { 'admin/address': pipe('/tmp/envoy_admin.sock', 0o600) },
  },
]

const RUNTIME: Case[] = [
  {
    name: 'the static layer of a stock Envoy names no feature switch, which it reports as a bug',
    given: NODE,
    expect: {
      [LAYER]: { 'envoy.features.enable_all_deprecated_features': true, 're2.max_program_size.error_level': 1000 },
      'layered_runtime/layers/1': { name: 'admin_layer', admin_layer: {} },
    },
  },
  {
    name: 'MAX_REQUESTS_PER_IO_CYCLE, also in the node',
    given: { ...NODE, MAX_REQUESTS_PER_IO_CYCLE: '3' },
    expect: {
      [`${LAYER}/http.max_requests_per_io_cycle`]: 3,
      [`${LAYER_IN_NODE}/http.max_requests_per_io_cycle`]: 3,
    },
  },
  {
    name: 'MAX_REQUESTS_PER_IO_CYCLE=0 is off',
    given: { ...NODE, MAX_REQUESTS_PER_IO_CYCLE: '0' },
    expect: { [`${LAYER}/http.max_requests_per_io_cycle`]: undefined },
  },
  {
    name: 'the feature switches of the App Mesh image',
    image: 'app-mesh',
    given: {
      ...NODE_IN_IMAGE,
      APPMESH_SET_TRACING_DECISION: 'FALSE',
      ENVOY_NO_EXTENSION_LOOKUP_BY_NAME: 'f',
      ENVOY_USE_HTTP_CLIENT_TO_FETCH_AWS_CREDENTIALS: '1',
    },
    expect: {
      [`${LAYER}/envoy.reloadable_features.http_set_tracing_decision_in_request_id`]: false,
      [`${LAYER}/envoy.reloadable_features.no_extension_lookup_by_name`]: false,
      [`${LAYER}/envoy.reloadable_features.use_http_client_to_fetch_aws_credentials`]: true,
    },
  },
  {
    name: 'ENVOY_INITIAL_FETCH_TIMEOUT in seconds',
    given: { ...NODE, ENVOY_INITIAL_FETCH_TIMEOUT: '7' },
    expect: { [LDS]: { ads: {}, initial_fetch_timeout: '7s', resource_api_version: 'V3' } },
  },
  {
    name: 'ENVOY_OUTLIER_DETECTION_EVENT_LOG_PATH',
    given: { ...NODE, ENVOY_OUTLIER_DETECTION_EVENT_LOG_PATH: '/var/log/outlier' },
    expect: { 'cluster_manager/outlier_detection': { event_log_path: '/var/log/outlier' } },
  },
  {
    name: 'outlier events go to standard output by default',
    given: NODE,
    expect: { cluster_manager: { outlier_detection: { event_log_path: '/dev/stdout' } } },
  },
]

const STATS: Case[] = [
  {
    name: 'the tags that are always there',
    given: NODE,
    expect: {
      [`${TAGS}/0/tag_name`]: 'appmesh.listener_protocol',
      [`${TAGS}/1/tag_name`]: 'appmesh.listener_port',
      [`${TAGS}/2/tag_name`]: 'envoy_rds_route_config',
      [`${TAGS}/3`]: undefined,
      stats_sinks: undefined,
      stats_flush_interval: undefined,
    },
  },
  {
    name: 'ENABLE_ENVOY_STATS_TAGS of a virtual node',
    given: { ...NODE, ENABLE_ENVOY_STATS_TAGS: 'true' },
    expect: {
      [`${TAGS}/0`]: { tag_name: 'appmesh.mesh', fixed_value: 'shop' },
      [`${TAGS}/1`]: { tag_name: 'appmesh.virtual_node', fixed_value: 'cart' },
      [`${TAGS}/2/tag_name`]: 'appmesh.listener_protocol',
    },
  },
  {
    name: 'ENABLE_ENVOY_STATS_TAGS of a virtual gateway',
    given: {
      APPMESH_RESOURCE_ARN: 'arn:aws:appmesh:us-east-1:111122223333:mesh/shop/virtualGateway/edge',
      ENABLE_ENVOY_STATS_TAGS: '1',
    },
    expect: { [`${TAGS}/1`]: { tag_name: 'appmesh.virtual_gateway', fixed_value: 'edge' } },
  },
  {
    name: 'APPMESH_METRIC_EXTENSION_VERSION=1',
    given: { ...NODE, APPMESH_METRIC_EXTENSION_VERSION: '1' },
    expect: {
      'node/metadata/aws.appmesh.metric_filter': { level: '1' },
      [`${TAGS}/0/tag_name`]: 'TargetVirtualNode',
      [`${TAGS}/1/tag_name`]: 'TargetVirtualService',
      [`${TAGS}/2`]: { tag_name: 'Mesh', fixed_value: 'shop' },
      [`${TAGS}/3`]: { tag_name: 'VirtualNode', fixed_value: 'cart' },
    },
  },
  {
    name: 'APPMESH_METRIC_EXTENSION_VERSION other than 1',
    given: { ...NODE, APPMESH_METRIC_EXTENSION_VERSION: '2' },
    expect: {
      'node/metadata/aws.appmesh.metric_filter': undefined,
      [`${TAGS}/0/tag_name`]: 'appmesh.listener_protocol',
    },
  },
  {
    name: 'ENABLE_ENVOY_DOG_STATSD',
    given: { ...NODE, ENABLE_ENVOY_DOG_STATSD: 't' },
    expect: {
      'stats_sinks/0/name': 'envoy.stat_sinks.dog_statsd',
      'stats_sinks/0/typed_config': any('envoy.config.metrics.v3.DogStatsdSink', { address: udp('127.0.0.1', 8125) }),
    },
  },
  {
    name: 'STATSD_ADDRESS and STATSD_PORT',
    given: { ...NODE, ENABLE_ENVOY_DOG_STATSD: 'true', STATSD_ADDRESS: 'fd00::5', STATSD_PORT: '1125' },
    expect: { [SINK]: udp('fd00::5', 1125) },
  },
  {
    name: 'STATSD_SOCKET_PATH before STATSD_ADDRESS',
    given: {
      ...NODE,
      ENABLE_ENVOY_DOG_STATSD: 'true',
      STATSD_ADDRESS: '10.0.0.5',
      STATSD_SOCKET_PATH: '/run/dsd.sock',
    },
    expect: { [SINK]: pipe('/run/dsd.sock') },
  },
  ...[
    ['10s', '10s'],
    ['1m30s', '90s'],
    ['1.5s', '1.5s'],
    ['250ms', '0.25s'],
    ['2500us', '0.0025s'],
    ['1005us', '0.001005s'],
    ['1.000000001s', '1.000000001s'],
  ].map(([value = '', expected = '']) => ({
    name: `ENVOY_STATS_FLUSH_INTERVAL=${value}`,
    given: { ...NODE, ENVOY_STATS_FLUSH_INTERVAL: value },
    expect: { stats_flush_interval: expected },
  })),
  {
    name: 'APPMESH_SDS_SOCKET_PATH',
    given: { ...NODE, APPMESH_SDS_SOCKET_PATH: '/run/spire/agent.sock' },
    expect: {
      'static_resources/clusters/1/name': 'static_cluster_sds_unix_socket',
      'static_resources/clusters/1/type': 'STATIC',
      'static_resources/clusters/1/connect_timeout': '1s',
      [`static_resources/clusters/1/${ADDRESS}`]: pipe('/run/spire/agent.sock'),
      'static_resources/clusters/1/typed_extension_protocol_options/envoy.extensions.upstreams.http.v3.HttpProtocolOptions':
        any('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', {
          explicit_http_config: { http2_protocol_options: {} },
        }),
    },
  },
]

const XRAY = { ...NODE, ENABLE_ENVOY_XRAY_TRACING: '1' }
const XRAY_CASES: Case[] = [
  {
    name: 'ENABLE_ENVOY_XRAY_TRACING',
    given: XRAY,
    expect: {
      'tracing/http/name': 'envoy.tracers.xray',
      [TRACER]: any('envoy.config.trace.v3.XRayConfig', {
        daemon_endpoint: { protocol: 'UDP', address: '127.0.0.1', port_value: 2000 },
        segment_name: 'shop/cart',
        segment_fields: {
          origin: 'AWS::AppMesh::Proxy',
          aws: { app_mesh: { mesh_name: 'shop', virtual_node_name: 'cart' } },
        },
      }),
      'static_resources/clusters/1': undefined,
    },
  },
  {
    name: 'XRAY_DAEMON_PORT and XRAY_SEGMENT_NAME',
    given: { ...XRAY, XRAY_DAEMON_PORT: '2001', XRAY_SEGMENT_NAME: 'checkout' },
    expect: { [`${TRACER}/daemon_endpoint/port_value`]: 2001, [`${TRACER}/segment_name`]: 'checkout' },
  },
  {
    name: 'AWS_XRAY_DAEMON_ADDRESS with a port before XRAY_DAEMON_PORT',
    given: { ...XRAY, XRAY_DAEMON_PORT: '2001', AWS_XRAY_DAEMON_ADDRESS: '[fd00::9]:2002' },
    expect: { [`${TRACER}/daemon_endpoint`]: { protocol: 'UDP', address: 'fd00::9', port_value: 2002 } },
  },
  {
    name: 'AWS_XRAY_DAEMON_ADDRESS without a port',
    given: { ...XRAY, XRAY_DAEMON_PORT: '2001', AWS_XRAY_DAEMON_ADDRESS: '10.0.0.9' },
    expect: { [`${TRACER}/daemon_endpoint`]: { protocol: 'UDP', address: '10.0.0.9', port_value: 2001 } },
  },
  {
    name: 'XRAY_SAMPLING_RULE_MANIFEST before XRAY_SAMPLING_RATE',
    given: { ...XRAY, XRAY_SAMPLING_RULE_MANIFEST: '/etc/rules.json', XRAY_SAMPLING_RATE: '0.5' },
    expect: { [`${TRACER}/sampling_rule_manifest`]: { filename: '/etc/rules.json' } },
  },
  {
    name: 'XRAY_SAMPLING_RATE, rounded to two decimals',
    given: { ...XRAY, XRAY_SAMPLING_RATE: '0.333' },
    expect: {
      [`${TRACER}/sampling_rule_manifest`]: {
        inline_string: '{"version":2,"default":{"fixed_target":1,"rate":0.33},"rules":[]}',
      },
    },
  },
  {
    name: 'XRAY_SAMPLING_RATE of X-Ray itself',
    given: { ...XRAY, XRAY_SAMPLING_RATE: '0.051' },
    expect: { [`${TRACER}/sampling_rule_manifest`]: undefined },
  },
]

const CLUSTER = 'static_resources/clusters/1'
const OTEL = { ...NODE, ENABLE_ENVOY_OTEL_TRACING: 'true' }
const TRACING: Case[] = [
  { name: 'no tracer by default', given: NODE, expect: { tracing: undefined, [CLUSTER]: undefined } },
  {
    name: 'ENABLE_ENVOY_DATADOG_TRACING',
    given: { ...NODE, ENABLE_ENVOY_DATADOG_TRACING: 'true' },
    expect: {
      'tracing/http/name': 'envoy.tracers.datadog',
      [TRACER]: any('envoy.config.trace.v3.DatadogConfig', {
        collector_cluster: 'datadog_agent',
        service_name: 'envoy-shop/cart',
      }),
      [`${CLUSTER}/name`]: 'datadog_agent',
      [`${CLUSTER}/type`]: 'STRICT_DNS',
      [`${CLUSTER}/connect_timeout`]: '1s',
      [`${CLUSTER}/${ADDRESS}`]: { socket_address: { address: '127.0.0.1', port_value: 8126 } },
    },
  },
  {
    name: 'DATADOG_TRACER_ADDRESS, DATADOG_TRACER_PORT and DD_SERVICE',
    given: {
      ...NODE,
      ENABLE_ENVOY_DATADOG_TRACING: 'true',
      DATADOG_TRACER_ADDRESS: 'dd.local',
      DATADOG_TRACER_PORT: '18126',
      DD_SERVICE: 'basket',
    },
    expect: {
      [`${TRACER}/service_name`]: 'basket',
      [`${CLUSTER}/${ADDRESS}`]: { socket_address: { address: 'dd.local', port_value: 18126 } },
    },
  },
  {
    name: 'ENABLE_ENVOY_JAEGER_TRACING',
    given: { ...NODE, ENABLE_ENVOY_JAEGER_TRACING: 'true' },
    expect: {
      'tracing/http/name': 'envoy.tracers.zipkin',
      [TRACER]: any('envoy.config.trace.v3.ZipkinConfig', {
        collector_cluster: 'jaeger',
        collector_endpoint: '/api/v2/spans',
        collector_endpoint_version: 'HTTP_PROTO',
        shared_span_context: false,
      }),
      [`${CLUSTER}/name`]: 'jaeger',
      [`${CLUSTER}/${ADDRESS}`]: { socket_address: { address: '127.0.0.1', port_value: 9411 } },
    },
  },
  {
    name: 'JAEGER_TRACER_ADDRESS, JAEGER_TRACER_PORT and JAEGER_TRACER_VERSION',
    given: {
      ...NODE,
      ENABLE_ENVOY_JAEGER_TRACING: 'true',
      JAEGER_TRACER_ADDRESS: 'jaeger.local',
      JAEGER_TRACER_PORT: '19411',
      JAEGER_TRACER_VERSION: 'Json',
    },
    expect: {
      [`${TRACER}/collector_endpoint_version`]: 'HTTP_JSON',
      [`${CLUSTER}/${ADDRESS}`]: { socket_address: { address: 'jaeger.local', port_value: 19411 } },
    },
  },
  {
    name: 'ENABLE_ENVOY_OTEL_TRACING',
    given: OTEL,
    expect: {
      'tracing/http/name': 'envoy.tracers.opentelemetry',
      [TRACER]: any('envoy.config.trace.v3.OpenTelemetryConfig', {
        grpc_service: { envoy_grpc: { cluster_name: 'otel_collector' }, timeout: '0.25s' },
        service_name: 'shop/cart',
      }),
      [`${CLUSTER}/name`]: 'otel_collector',
      [`${CLUSTER}/transport_socket`]: undefined,
      [`${CLUSTER}/${ADDRESS}`]: { socket_address: { address: '127.0.0.1', port_value: 4317 } },
    },
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT without port and OTEL_SERVICE_NAME',
    given: { ...OTEL, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel.local/', OTEL_SERVICE_NAME: 'basket' },
    expect: {
      [`${TRACER}/service_name`]: 'basket',
      [`${CLUSTER}/${ADDRESS}`]: { socket_address: { address: 'otel.local', port_value: 4317 } },
    },
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT before OTEL_EXPORTER_OTLP_ENDPOINT, over TLS',
    given: {
      ...OTEL,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel.local:4317',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.local:14317',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/etc/ca.pem',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    },
    expect: {
      [`${CLUSTER}/${ADDRESS}`]: { socket_address: { address: 'traces.local', port_value: 14317 } },
      [`${CLUSTER}/transport_socket/typed_config/sni`]: 'traces.local',
      [`${CLUSTER}/transport_socket/typed_config/common_tls_context/validation_context/trusted_ca`]: {
        filename: '/etc/ca.pem',
      },
    },
  },
  ...XRAY_CASES,
]

const PLATFORM: Case[] = [
  { name: 'no platform info by default', given: NODE, expect: { 'node/metadata/aws.appmesh.platformInfo': undefined } },
  {
    name: 'the three APPMESH_PLATFORM_… of the Kubernetes controller',
    given: {
      ...NODE,
      APPMESH_PLATFORM_K8S_VERSION: 'v1.33',
      APPMESH_PLATFORM_K8S_POD_UID: 'uid-1',
      APPMESH_PLATFORM_APP_MESH_CONTROLLER_VERSION: 'v1.13.1',
    },
    expect: {
      'node/metadata/aws.appmesh.platformInfo': {
        k8sPlatformInfo: { k8sVersion: 'v1.33', podUid: 'uid-1', appMeshControllerVersion: 'v1.13.1' },
      },
    },
  },
  {
    name: 'two of the three are not enough',
    given: { ...NODE, APPMESH_PLATFORM_K8S_VERSION: 'v1.33', APPMESH_PLATFORM_K8S_POD_UID: 'uid-1' },
    expect: { 'node/metadata/aws.appmesh.platformInfo': undefined },
  },
  {
    name: 'AWS_EXECUTION_ENV, ECS_CONTAINER_INSTANCE_ARN and APPNET_FIPS_MODE_ENABLED',
    given: {
      ...NODE,
      AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
      ECS_CONTAINER_INSTANCE_ARN: 'arn:instance',
      APPNET_FIPS_MODE_ENABLED: 'true',
    },
    expect: {
      'node/metadata/aws.appmesh.platformInfo': {
        ecsPlatformInfo: { ecsLaunchType: 'AWS_ECS_EC2', ecsContainerInstanceArn: 'arn:instance' },
        fipsModeEnabled: true,
      },
    },
  },
  {
    name: 'ENVOY_AVAILABILITY_ZONE_ID makes a locality with AWS_REGION',
    given: {
      ...NODE,
      AWS_REGION: 'eu-west-1',
      ENVOY_AVAILABILITY_ZONE: 'eu-west-1b',
      ENVOY_AVAILABILITY_ZONE_ID: 'euw1-az2',
    },
    expect: {
      'node/locality': { region: 'eu-west-1', zone: 'euw1-az2' },
      'node/metadata/aws.appmesh.platformInfo': { AvailabilityZone: 'eu-west-1b', AvailabilityZoneID: 'euw1-az2' },
    },
  },
  {
    name: 'a zone name alone makes none',
    given: { ...NODE, AWS_REGION: 'eu-west-1', ENVOY_AVAILABILITY_ZONE: 'eu-west-1b' },
    expect: { 'node/locality': undefined },
  },
]

const INVALID: { name: string; given: Environment; image?: Given['image']; expect: string }[] = [
  {
    name: 'no identity',
    given: {},
    expect: 'APPMESH_RESOURCE_ARN must be set: the ARN of the virtual node or gateway',
  },
  {
    name: 'an identity that is none, named by the variable that holds it',
    given: { APPMESH_VIRTUAL_NODE_NAME: 'shop/cart' },
    expect: 'APPMESH_VIRTUAL_NODE_NAME is not usable: "shop/cart" does not name an App Mesh resource',
  },
  {
    name: 'a mesh resource that is no proxy',
    given: { APPMESH_RESOURCE_ARN: 'mesh/shop/virtualRouter/r' },
    expect: 'APPMESH_RESOURCE_ARN is not usable: "mesh/shop/virtualRouter/r" names a virtualRouter, which is no proxy',
  },
  ...['yes', 'tRUE', '2'].map((value) => ({
    name: `ENABLE_ENVOY_STATS_TAGS=${value}`,
    given: { ...NODE, ENABLE_ENVOY_STATS_TAGS: value },
    expect: `ENABLE_ENVOY_STATS_TAGS must be a boolean (true or false), not "${value}"`,
  })),
  ...['9901.5', '70000', '-1', 'http', '0x10'].map((value) => ({
    name: `ENVOY_ADMIN_ACCESS_PORT=${value}`,
    given: { ...NODE, ENVOY_ADMIN_ACCESS_PORT: value },
    expect: `ENVOY_ADMIN_ACCESS_PORT must be an integer from 0 to 65535, not "${value}"`,
  })),
  ...['5', 's', '1m 30s', '5m', '1h', '0s', '-5s', '5sec'].map((value) => ({
    name: `ENVOY_STATS_FLUSH_INTERVAL=${value}`,
    given: { ...NODE, ENVOY_STATS_FLUSH_INTERVAL: value },
    expect: `ENVOY_STATS_FLUSH_INTERVAL must be a duration such as 5s or 1m30s, from 1 to 299999 ms, not "${value}"`,
  })),
  ...['-0.1', '1.01', 'half'].map((value) => ({
    name: `XRAY_SAMPLING_RATE=${value}`,
    given: { ...XRAY, XRAY_SAMPLING_RATE: value },
    expect: `XRAY_SAMPLING_RATE must be a decimal from 0 to 1, not "${value}"`,
  })),
  {
    name: 'an admin mode that is none',
    given: { ...NODE, ENVOY_ADMIN_MODE: 'udp' },
    expect: 'ENVOY_ADMIN_MODE must be tcp or uds, not "udp"',
  },
  {
    name: 'two tracers',
    given: { ...NODE, ENABLE_ENVOY_DATADOG_TRACING: '1', ENABLE_ENVOY_JAEGER_TRACING: '1' },
    expect: 'ENABLE_ENVOY_DATADOG_TRACING and ENABLE_ENVOY_JAEGER_TRACING are both on: an Envoy has one tracer',
  },
  {
    name: 'an X-Ray daemon by name',
    given: { ...XRAY, AWS_XRAY_DAEMON_ADDRESS: 'xray:2000' },
    expect: 'AWS_XRAY_DAEMON_ADDRESS must be an IP address, with a port or without, not "xray:2000"',
  },
  {
    name: 'a statsd by name',
    given: { ...NODE, ENABLE_ENVOY_DOG_STATSD: '1', STATSD_ADDRESS: 'statsd' },
    expect: 'STATSD_ADDRESS must be an IP address, not "statsd"',
  },
  {
    name: 'a collector that is no URL',
    given: { ...OTEL, OTEL_EXPORTER_OTLP_ENDPOINT: 'otel.local:4317' },
    expect: 'OTEL_EXPORTER_OTLP_ENDPOINT must be http://HOST:PORT or https://HOST:PORT, not "otel.local:4317"',
  },
  {
    name: 'https to a collector without a CA',
    given: { ...OTEL, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.local:4317' },
    expect: 'OTEL_EXPORTER_OTLP_CERTIFICATE must name a CA file: OTEL_EXPORTER_OTLP_ENDPOINT is https',
  },
  {
    name: 'OTLP over HTTP',
    given: { ...OTEL, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
    expect: 'OTEL_EXPORTER_OTLP_PROTOCOL must be grpc, not "http/protobuf"',
  },
]

describe('bootstrap: variables', () => {
  const groups = { IDENTITY, ADMIN, RUNTIME, STATS, TRACING, PLATFORM }
  for (const [group, cases] of Object.entries(groups)) {
    describe(group.toLowerCase(), () => {
      for (const { name, given, image = 'stock', expect } of cases) {
        it(name, () => {
          const bootstrap = bootstrapOf(given, { image })
          const actual = Object.fromEntries(Object.keys(expect).map((path) => [path, at(bootstrap, path)]))
          assert.deepEqual(actual, expect)
        })
      }
    })
  }

  describe('refused', () => {
    for (const { name, given, image = 'stock', expect } of INVALID) {
      it(name, () => {
        const problems = problemsOf(given, { image })
        assert.equal(problems.length, 1, problems.join('\n'))
        assert.ok(problems[0]!.startsWith(expect), problems[0])
      })
    }

    it('every problem at once', () => {
      const problems = problemsOf({ APPMESH_XDS_ENDPOINT: 'nowhere', ENVOY_ADMIN_ACCESS_PORT: 'x', STATSD_PORT: 'y' })
      assert.deepEqual(
        problems.map((problem) => problem.split(' ')[0]),
        ['ENVOY_ADMIN_ACCESS_PORT', 'STATSD_PORT', 'APPMESH_RESOURCE_ARN', 'APPMESH_XDS_ENDPOINT'],
      )
    })
  })

  it('leaves no variable without a case here or in a neighbouring test', () => {
    const elsewhere = new Set([
      ...['ENVOY_LOG_LEVEL', 'ENVOY_CONCURRENCY', 'LISTENER_DRAIN_WAIT_TIME_S', 'ENVOY_SKIP_DEPRECATED_LOGS'],
      ...['DISABLE_HOT_RESTART', 'APPMESH_SIGNING_NAME', 'APPMESH_PREVIEW', 'ENVOY_XDS_PROTOCOL', 'ENVOY_XDS_CA_FILE'],
      ...['ENVOY_XDS_CLIENT_CERT_FILE', 'ENVOY_XDS_CLIENT_KEY_FILE', 'ENVOY_XDS_SERVER_NAME'],
      ...['ENVOY_TRACING_CFG_FILE', 'ENVOY_STATS_CONFIG_FILE', 'ENVOY_STATS_SINKS_CFG_FILE'],
      ...['ENVOY_RESOURCES_CONFIG_FILE'],
    ])
    const here = new Set(Object.values(groups).flatMap((cases) => cases.flatMap(({ given }) => Object.keys(given))))
    assert.deepEqual(
      Object.keys(VARIABLES).filter((name) => !here.has(name) && !elsewhere.has(name)),
      [],
    )
  })
})
