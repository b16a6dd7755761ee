import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
} from '@grpc/grpc-js'
import { encodeResource } from '../../src/codec/encode.js'
import { encodeDiscoveryResponse } from '../../src/codec/frames.js'
import * as services from '../../src/codec/services.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import { struct } from '../../src/envoy/wrappers.js'
import { sampleCluster } from './sample.js'

const ADS = 'envoy.service.discovery.v3.AggregatedDiscoveryService'

describe('the service definitions', () => {
  const definitions: Record<string, ServiceDefinition> = {
    AGGREGATED_DISCOVERY: services.AGGREGATED_DISCOVERY,
    CLUSTER_DISCOVERY: services.CLUSTER_DISCOVERY,
    ENDPOINT_DISCOVERY: services.ENDPOINT_DISCOVERY,
    LISTENER_DISCOVERY: services.LISTENER_DISCOVERY,
    ROUTE_DISCOVERY: services.ROUTE_DISCOVERY,
    SECRET_DISCOVERY: services.SECRET_DISCOVERY,
    CLIENT_STATUS: services.CLIENT_STATUS,
    HEALTH: services.HEALTH,
  }
  const expect: Record<string, string[]> = {
    AGGREGATED_DISCOVERY: [`${ADS}/StreamAggregatedResources <>`, `${ADS}/DeltaAggregatedResources <>`],
    CLUSTER_DISCOVERY: ['StreamClusters <>', 'DeltaClusters <>'].map(
      (method) => `envoy.service.cluster.v3.ClusterDiscoveryService/${method}`,
    ),
    ENDPOINT_DISCOVERY: ['StreamEndpoints <>', 'DeltaEndpoints <>'].map(
      (method) => `envoy.service.endpoint.v3.EndpointDiscoveryService/${method}`,
    ),
    LISTENER_DISCOVERY: ['StreamListeners <>', 'DeltaListeners <>'].map(
      (method) => `envoy.service.listener.v3.ListenerDiscoveryService/${method}`,
    ),
    ROUTE_DISCOVERY: ['StreamRoutes <>', 'DeltaRoutes <>'].map(
      (method) => `envoy.service.route.v3.RouteDiscoveryService/${method}`,
    ),
    SECRET_DISCOVERY: ['StreamSecrets <>', 'DeltaSecrets <>'].map(
      (method) => `envoy.service.secret.v3.SecretDiscoveryService/${method}`,
    ),
    CLIENT_STATUS: ['StreamClientStatus <>', 'FetchClientStatus '].map(
      (method) => `envoy.service.status.v3.ClientStatusDiscoveryService/${method}`,
    ),
    HEALTH: ['grpc.health.v1.Health/Check ', 'grpc.health.v1.Health/Watch >'],
  }
  for (const [name, definition] of Object.entries(definitions)) {
    it(`of ${name} have their paths and streams`, () => {
      const shown = Object.values(definition).map(
        ({ path, requestStream, responseStream }) => `${path} ${requestStream ? '<' : ''}${responseStream ? '>' : ''}`,
      )
      assert.deepEqual(
        shown,
        expect[name]?.map((text) => `/${text}`),
      )
    })
  }

  it('are refused for a service that proto/ lacks', () => {
    assert.throws(() => services.plainService('envoy.Nothing'), /no such service/i)
  })
})

describe('a discovery request', () => {
  const { requestDeserialize } = services.AGGREGATED_DISCOVERY.StreamAggregatedResources
  const { requestSerialize } = services.plainService(ADS)['StreamAggregatedResources']!

  it('arrives as a plain object', () => {
    const read = requestDeserialize(
      requestSerialize({
        type_url: TYPE_URL.cluster,
        resource_names: ['a', 'b'],
        response_nonce: '7',
        node: {
          id: 'mesh/m/virtualNode/n',
          metadata: struct({ a: { b: [1] } }),
          user_agent_build_version: { version: { major_number: 1, minor_number: 40 } },
        },
        error_detail: { code: 13, message: 'no' },
      }),
    )
    assert.deepEqual(read, {
      version_info: '',
      type_url: TYPE_URL.cluster,
      resource_names: ['a', 'b'],
      response_nonce: '7',
      error_detail: { code: 13, message: 'no', details: [] },
      node: {
        id: 'mesh/m/virtualNode/n',
        cluster: '',
        locality: null,
        client_features: [],
        user_agent_name: '',
        user_agent_build_version: { version: { major_number: 1, minor_number: 40, patch: 0 }, metadata: null },
        metadata: {
          fields: {
            a: { structValue: { fields: { b: { listValue: { values: [{ numberValue: 1 }] } } } } },
          },
        },
      },
    })
  })

  it('has defaults for what is absent', () => {
    assert.deepEqual(requestDeserialize(Buffer.alloc(0)), {
      version_info: '',
      node: null,
      resource_names: [],
      type_url: '',
      response_nonce: '',
      error_detail: null,
    })
  })

  it('may hold fields that proto/ lacks', () => {
    assert.equal(requestDeserialize(Buffer.from('2a016ed23e03616263', 'hex')).response_nonce, 'n')
  })

  it('is refused when it is broken', () => {
    for (const broken of ['0f', '1001', '12', '1202ff']) {
      assert.throws(() => requestDeserialize(Buffer.from(broken, 'hex')), broken)
    }
  })
})

describe('a discovery response', () => {
  it('goes through grpc-js as the bytes that it is', async () => {
    const cluster = encodeResource(TYPE_URL.cluster, sampleCluster(1))
    const response = { typeUrl: TYPE_URL.cluster, versionInfo: 'v', resources: [cluster], nonce: 'n' }
    const { server, client } = await serve((call) => {
      call.on('data', () => call.write(encodeDiscoveryResponse(response)))
      call.on('end', () => call.end())
    })
    try {
      const { path, requestSerialize, responseDeserialize } = services.plainService(ADS)['StreamAggregatedResources']!
      const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize)
      call.write({ type_url: TYPE_URL.cluster })
      const [received] = (await once(call, 'data')) as [object]
      assert.deepEqual(received, {
        version_info: 'v',
        resources: [{ type_url: TYPE_URL.cluster, value: Buffer.from(cluster.bytes) }],
        type_url: TYPE_URL.cluster,
        nonce: 'n',
        control_plane: null,
      })
      call.end()
      await once(call, 'status')
    } finally {
      client.close()
      server.forceShutdown()
    }
  })
})

type AdsCall = ServerDuplexStream<services.DiscoveryRequest, Uint8Array>

async function serve(stream: (call: AdsCall) => void): Promise<{ server: Server; client: Client }> {
  const server = new Server()
  server.addService(services.AGGREGATED_DISCOVERY, {
    StreamAggregatedResources: stream,
    DeltaAggregatedResources: (call: AdsCall) => call.end(),
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  return { server, client: new Client(`127.0.0.1:${port}`, credentials.createInsecure()) }
}
