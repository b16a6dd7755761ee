/** The metrics of xDS streams, driven by real streams over an in-memory transport. */
import assert from 'node:assert/strict'
import { Registry } from 'prom-client'
import { decodeDiscoveryRequest, rememberedBytes } from '../../src/codec/discovery-requests.js'
import { encodeMessage } from '../../src/codec/encode.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import { buildXdsMetrics } from '../../src/server/xds-metrics.js'
import type { Snapshot } from '../../src/xds/snapshot.js'
import type { Incoming } from '../../src/xds/stream.js'
import { CDS, cluster, LDS, listener, NODE, resource, TestServer } from '../xds/harness.js'

const REQUEST = 'envoy.service.discovery.v3.DiscoveryRequest'

describe('metrics of xDS', () => {
  let registry: Registry
  let server: TestServer
  const changes = new Map<Snapshot, number>()

  beforeEach(() => {
    registry = new Registry()
    changes.clear()
    const metrics = buildXdsMetrics(registry)
    const now = (): number => server.clock.now()
    server = new TestServer({
      events: metrics.streamEvents({ changeTime: (snapshot) => changes.get(snapshot), now }),
    })
    metrics.followStreams({ streams: server.engine.streams, now })
  })

  const publish = (...resources: EncodedResource[]): Snapshot => server.publish(...resources)

  /** The lines of these metrics that are not zero, without the common prefix. */
  async function values(...names: string[]): Promise<string[]> {
    const lines = (await registry.metrics()).split('\n')
    return lines
      .filter((line) => names.some((name) => new RegExp(`^meshkeeper_${name}(\\{|\\s)`).test(line)))
      .filter((line) => !line.endsWith(' 0'))
      .map((line) => line.slice('meshkeeper_'.length))
  }

  const firstRequest = (version: string): Incoming => ({
    variant: 'sotw',
    typeUrl: CDS,
    node: { ...NODE, userAgentVersion: version },
    request: { names: [], versionInfo: '', nonce: '' },
  })

  it('tell what is remembered of requests', async () => {
    decodeDiscoveryRequest(Buffer.from(encodeMessage(REQUEST, { resource_names: ['of a metrics test'] })))
    assert.deepEqual(await values('xds_remembered_bytes'), [`xds_remembered_bytes ${rememberedBytes()}`])
  })

  it('count pushes by what became of them', async () => {
    publish(cluster('a'), listener('l'))
    const client = server.connect('sotw')
    for (const typeUrl of [CDS, LDS]) client.request(typeUrl)
    assert.deepEqual(await values('xds_pushes_total'), [])
    client.ack(CDS)
    client.nack(LDS)
    publish(cluster('b'), listener('l'))
    client.stream.end()
    assert.deepEqual(await values('xds_pushes_total', 'xds_nack_total'), [
      'xds_pushes_total{type="Cluster",result="acked"} 1',
      'xds_pushes_total{type="Cluster",result="unanswered"} 1',
      'xds_pushes_total{type="Listener",result="nacked"} 1',
      'xds_nack_total{type="Listener"} 1',
    ])
  })

  it('have every type of NACK from the start, and none of the client’s making', async () => {
    const names = (await registry.metrics()).match(/^meshkeeper_xds_nack_total\{type="\w+"\} 0$/gm)
    assert.equal(names?.length, 5)
    publish(resource('evil{label="x"}', 'a'))
    const client = server.connect('delta')
    client.delta('evil{label="x"}', { subscribe: ['a'] })
    client.deltaAck('evil{label="x"}')
    assert.deepEqual(await values('xds_pushes_total'), ['xds_pushes_total{type="other",result="acked"} 1'])
  })

  it('measure how soon pushes are answered', async () => {
    publish(cluster('a'))
    const client = server.connect('sotw')
    client.request(CDS)
    server.clock.advance(40)
    client.ack(CDS)
    assert.deepEqual(await values('xds_answer_seconds_sum'), ['xds_answer_seconds_sum{type="Cluster"} 0.04'])
  })

  it('measure the size of pushes', async () => {
    publish(resource(CDS, 'a', '1', new Uint8Array(150)), resource(CDS, 'b', '1', new Uint8Array(250)))
    server.connect('sotw').request(CDS)
    server.connect('sotw').request(CDS)
    assert.deepEqual(await values('xds_config_size_bytes_sum', 'xds_config_size_bytes_count'), [
      'xds_config_size_bytes_sum{type="Cluster"} 800',
      'xds_config_size_bytes_count{type="Cluster"} 2',
    ])
  })

  it('measure from the commit of a change to its acceptance, connections left out', async () => {
    publish(cluster('a'))
    const client = server.connect('sotw')
    client.request(CDS)
    client.ack(CDS)
    assert.deepEqual(await values('proxy_convergence_seconds_count'), [])
    const next = publish(cluster('b'))
    changes.set(next, Date.now() - 200)
    client.ack(CDS)
    assert.deepEqual(await values('proxy_convergence_seconds_count'), ['proxy_convergence_seconds_count 1'])
    const [sum = ''] = await values('proxy_convergence_seconds_sum')
    assert.ok(Number(sum.split(' ')[1]) >= 0.2, sum)
    const late = server.connect('sotw')
    late.request(CDS)
    late.ack(CDS)
    assert.deepEqual(await values('proxy_convergence_seconds_count'), ['proxy_convergence_seconds_count 1'])
  })

  it('count the Envoys by state', async () => {
    publish(cluster('a'))
    assert.match(await registry.metrics(), /^meshkeeper_proxies\{state="nacked"\} 0$/m)
    const clients = Array.from({ length: 4 }, () => server.connect('sotw'))
    for (const client of clients.slice(0, 3)) client.request(CDS)
    clients[0]!.ack(CDS)
    clients[1]!.nack(CDS)
    assert.deepEqual(await values('proxies'), [
      'proxies{state="synced"} 1',
      'proxies{state="stale"} 1',
      'proxies{state="nacked"} 1',
    ])
  })

  it('count streams by variant and version, a bounded number of versions', async () => {
    const versions = ['1.40.0', '1.40.1', '1.36.2', 'grpc-node-js/1.14', '', '1.2.3"}', '99999.1']
    for (const version of versions) server.connect('sotw').stream.receive(firstRequest(version))
    const open = server.connect('delta')
    assert.deepEqual(await values('xds_clients'), [
      'xds_clients{variant="sotw",version="1.40"} 2',
      'xds_clients{variant="sotw",version="1.36"} 1',
      'xds_clients{variant="sotw",version="other"} 3',
      'xds_clients{variant="sotw",version="1.2"} 1',
      'xds_clients{variant="delta",version="other"} 1',
    ])
    open.stream.end()
    for (let i = 0; i < 50; i += 1) server.connect('sotw').stream.receive(firstRequest(`2.${i}.0`))
    const labels = await values('xds_clients')
    assert.equal(labels.length, 21)
    assert.ok(labels.includes('xds_clients{variant="sotw",version="other"} 36'), labels.join('\n'))
  })

  it('tell the ages of streams', async () => {
    const old = server.connect('sotw')
    server.clock.advance(90_000)
    server.connect('delta')
    assert.deepEqual(await values('xds_oldest_stream_seconds'), ['xds_oldest_stream_seconds 90'])
    old.stream.end()
    assert.deepEqual(await values('xds_oldest_stream_seconds'), [])
    assert.deepEqual(await values('xds_stream_duration_seconds_sum'), [
      'xds_stream_duration_seconds_sum{variant="sotw"} 90',
    ])
  })

  it('count refusals by code, goodbyes left out, and faults', async () => {
    server.connect('sotw').stream.close({ code: 3, message: 'unknown node' })
    const last = server.connect('sotw').stream
    last.close({ code: 0, message: 'going away' })
    server.engine.onFault(last, new Error('oh'))
    assert.deepEqual(await values('xds_refusals_total', 'xds_faults_total'), [
      'xds_refusals_total{code="3"} 1',
      'xds_faults_total 1',
    ])
  })
})
