/**
 * A large Cloud Map service whose instances come, go and change their health without end, with Envoys of both variants connected: what they are sent is
 * bounded by the push window and by their ACKs, what the server keeps does not grow, and at the end each has exactly what there is.
 * LONG_TESTS=1: 5,000 instances and 200 changes a second for a minute.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Agent, request } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { eventually } from '../envoy/eventually.js'
import type { Envoy } from '../envoy/envoy.js'
import { requireEnvoy, NEWEST } from '../envoy/install.js'
import { startBareEnvoy } from '../envoy/local-envoy.js'
import { requirePostgres } from '../store/postgres-cluster.js'
import { EndpointClient } from './endpoint-client.js'
import type { MemorySample } from './memory-probe.js'
import { Random } from './random.js'
import { ServerUnderTest } from './server.js'
import { slopePerMinute } from './trend.js'

const long = process.env['LONG_TESTS'] === '1'
const FORM = long
  ? { instances: 5000, seconds: 60, perSecond: 200, growthMib: 3 }
  : { instances: 1000, seconds: 5, perSecond: 100, growthMib: Infinity }
/** The default of --push-window. A change after a quiet time (--push-quiet) does not wait for it: at this pace few do. */
const WINDOW_MS = 100
const QUIET_SHARE = 2
const CLIENTS = [
  ...Array.from({ length: 6 }, () => ({ variant: 'sotw' as const, ackMillis: 0 })),
  ...Array.from({ length: 6 }, () => ({ variant: 'delta' as const, ackMillis: 0 })),
  { variant: 'sotw' as const, ackMillis: 700 },
  { variant: 'delta' as const, ackMillis: 700 },
]
const CLUSTER = 'cds_egress_shop_cart_http_8080'
const NODE_ID = 'mesh/shop/virtualNode/front'
/** Sockets to the API. */
const AT_ONCE = 16

const addressOf = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`

/** The API of both services, and what it was told that there is. */
class Writer {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  readonly #port: number
  readonly #random = new Random(1)
  readonly #busy = new Set<number>()
  /** By number: whether it is healthy; absent when it is not registered. */
  readonly instances = new Map<number, boolean>()
  #service = ''

  constructor(port: number) {
    this.#port = port
  }

  async #call(method: string, path: string, body: object, target?: string): Promise<Record<string, unknown>> {
    const headers = target === undefined ? {} : { 'x-amz-target': `Route53AutoNaming_v20170314.${target}` }
    const call = request({ host: '127.0.0.1', port: this.#port, method, path, headers, agent: this.#agent })
    call.end(JSON.stringify(body))
    const [response] = (await once(call, 'response')) as [Parameters<typeof text>[0] & { statusCode: number }]
    const answer = await text(response)
    assert.equal(response.statusCode, 200, answer)
    return JSON.parse(answer) as Record<string, unknown>
  }

  #cloudMap(operation: string, input: object): Promise<Record<string, unknown>> {
    return this.#call('POST', '/', input, operation)
  }

  /** A mesh whose `front` calls `cart`, which is in Cloud Map. */
  async prepare(): Promise<void> {
    const put = (path: string, body: object) => this.#call('PUT', `/v20190125/meshes${path}`, body)
    await put('', { meshName: 'shop' })
    const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }]
    const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'cart', attributes: [{ key: 'v', value: '1' }] }
    const cart = { listeners, serviceDiscovery: { awsCloudMap } }
    await put('/shop/virtualNodes', { virtualNodeName: 'cart', spec: cart })
    const provider = { virtualNode: { virtualNodeName: 'cart' } }
    await put('/shop/virtualServices', { virtualServiceName: 'cart.local', spec: { provider } })
    const backends = [{ virtualService: { virtualServiceName: 'cart.local' } }]
    await put('/shop/virtualNodes', { virtualNodeName: 'front', spec: { backends } })
    await this.#cloudMap('CreateHttpNamespace', { Name: 'shop.local' })
    const { Namespaces } = await this.#cloudMap('ListNamespaces', {})
    const [namespace] = Namespaces as { Id: string }[]
    const made = await this.#cloudMap('CreateService', {
      ...{ Name: 'cart', NamespaceId: namespace?.Id, HealthCheckCustomConfig: {} },
    })
    this.#service = (made['Service'] as { Id: string }).Id
  }

  async fill(count: number): Promise<void> {
    let next = 0
    const work = async (): Promise<void> => {
      while (next < count) await this.#register(next++)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }

  async #register(index: number): Promise<void> {
    const zone = `us-west-2${'abc'.charAt(index % 3)}`
    const Attributes = { AWS_INSTANCE_IPV4: addressOf(index), AVAILABILITY_ZONE: zone, v: '1', family: 'cart' }
    await this.#cloudMap('RegisterInstance', { ...this.#place(index), Attributes })
    this.instances.set(index, true)
  }

  #place(index: number): object {
    return { ServiceId: this.#service, InstanceId: `i-${index}` }
  }

  /** One change of one of `count` instances: it comes, goes or changes its health. Changes of one instance do not overlap. */
  async change(count: number): Promise<void> {
    let index = this.#random.integer(0, count - 1)
    while (this.#busy.has(index)) index = (index + 1) % count
    this.#busy.add(index)
    try {
      const healthy = this.instances.get(index)
      if (healthy === undefined) await this.#register(index)
      else if (this.#random.chance(0.5)) {
        await this.#cloudMap('DeregisterInstance', this.#place(index))
        this.instances.delete(index)
      } else {
        const Status = healthy ? 'UNHEALTHY' : 'HEALTHY'
        await this.#cloudMap('UpdateInstanceCustomHealthStatus', { ...this.#place(index), Status })
        this.instances.set(index, !healthy)
      }
    } finally {
      this.#busy.delete(index)
    }
  }

  /** What every Envoy must end with, in order. */
  truth(): string[] {
    return [...this.instances].flatMap(([index, healthy]) => (healthy ? [addressOf(index)] : [])).sort()
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** A real Envoy that follows clusters and their endpoints, and listens on nothing. */
function buildBootstrap(port: number): object {
  const address = { socket_address: { address: '127.0.0.1', port_value: port } }
  const type = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  return {
    node: { id: NODE_ID, cluster: 'test' },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
    dynamic_resources: {
      ads_config: {
        ...{ api_type: 'GRPC', transport_api_version: 'V3', set_node_on_first_message_only: true },
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds' } }],
      },
      cds_config: { ads: {}, resource_api_version: 'V3' },
    },
    static_resources: {
      clusters: [
        {
          ...{ name: 'xds', type: 'STATIC' },
          load_assignment: { cluster_name: 'xds', endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
          typed_extension_protocol_options: {
            [type]: {
              '@type': `type.googleapis.com/${type}`,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
        },
      ],
    },
  }
}

interface HostStatus {
  readonly address: { readonly socket_address: { readonly address: string } }
}

/** The addresses to which it sends, in order. */
async function hostsOf(envoy: Envoy): Promise<string[]> {
  const { body } = await envoy.admin('/clusters?format=json')
  const { cluster_statuses } = JSON.parse(body) as {
    cluster_statuses: { name: string; host_statuses?: HostStatus[] }[]
  }
  const hosts = cluster_statuses.find(({ name }) => name === CLUSTER)?.host_statuses ?? []
  return hosts.map(({ address }) => address.socket_address.address).sort()
}

const STORES = {
  SQLite: () => Promise.resolve({ flags: [] as string[], stop: () => Promise.resolve() }),
  PostgreSQL: async (context: Mocha.Context) => {
    const cluster = await requirePostgres(context)
    // It is the server that is under load here, not the disk.
    await cluster.query('alter system set fsync = off')
    await cluster.query('select pg_reload_conf()')
    return { flags: ['--store', await cluster.newAddress()], stop: () => cluster.stop() }
  },
}

for (const [name, openPlace] of Object.entries(STORES))
  describe(`instances that come and go: ${FORM.instances} of them, ${FORM.perSecond} changes a second, on ${name}`, function () {
    this.timeout(120_000 + FORM.seconds * 2000 + FORM.instances * 20)
    const ends: (() => unknown)[] = []
    after(async () => {
      for (const end of ends.reverse()) await end()
    })
    let server: ServerUnderTest
    let writer: Writer
    let envoy: Envoy
    let clients: EndpointClient[]

    before(async function () {
      const binary = await requireEnvoy(this, process.env['ENVOY_VERSION'] ?? NEWEST)
      const { flags, stop } = await openPlace(this)
      ends.push(stop)
      this.timeout(120_000 + FORM.instances * 20)
      server = await ServerUnderTest.start(...flags)
      ends.push(() => server.discard())
      writer = new Writer(server.apiPort)
      ends.push(() => writer.close())
      await writer.prepare()
      const started = performance.now()
      await writer.fill(FORM.instances)
      console.log(`      ${FORM.instances} registered in ${Math.round(performance.now() - started)} ms`)
      clients = CLIENTS.map((own) => {
        return new EndpointClient({ port: server.xdsPort, nodeId: NODE_ID, cluster: CLUSTER, ...own })
      })
      ends.push(() => clients.forEach((client) => client.close()))
      const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-instances-'))
      ends.push(() => rm(directory, { recursive: true }))
      const args = ['--concurrency', '1', '--disable-hot-restart', '-l', 'warning']
      envoy = await startBareEnvoy({ binary, bootstrap: buildBootstrap(server.xdsPort), directory, args })
      ends.push(() => envoy.child.stop('SIGKILL'))
      await agree()
    })

    /** Every client and the Envoy have exactly what there is. */
    const agree = () =>
      eventually({ what: 'what there is at every Envoy', timeoutMs: 20_000 }, async () => {
        const truth = writer.truth()
        assert.deepEqual(await hostsOf(envoy), truth)
        for (const client of clients) assert.deepEqual(client.addresses(), truth)
        return true
      })

    /** Changes at that pace, as far as the server answers in time. */
    async function changeFor(seconds: number): Promise<number> {
      const started = performance.now()
      const running = new Set<Promise<void>>()
      let failure: unknown
      let made = 0
      while (performance.now() - started < seconds * 1000) {
        const due = ((performance.now() - started) / 1000) * FORM.perSecond
        while (made < due && running.size < AT_ONCE) {
          made += 1
          const change: Promise<void> = writer
            .change(FORM.instances)
            .catch((error: unknown) => void (failure ??= error))
            .finally(() => running.delete(change))
          running.add(change)
        }
        await delay(2)
      }
      await Promise.all(running)
      assert.ifError(failure)
      return made
    }

    it('sends no more than windows and ACKs allow, keeps nothing, and ends with the truth', async () => {
      const samples: { minutes: number; sample: MemorySample }[] = []
      const before = clients.map(({ endpoints }) => endpoints)
      const clusters = clients.map(({ clusters }) => clusters)
      const updates = () => envoy.stat(`cluster.${CLUSTER}.update_success`)
      const updatesBefore = await updates()
      const started = performance.now()
      const sampleEvery = FORM.seconds / 12
      let made = 0
      while (performance.now() - started < FORM.seconds * 1000) {
        made += await changeFor(sampleEvery)
        const minutes = (performance.now() - started) / 60_000
        samples.push({ minutes, sample: await server.sample() })
      }
      const elapsed = performance.now() - started
      await agree()
      const windows = Math.ceil((elapsed / WINDOW_MS) * QUIET_SHARE) + 5
      console.log(`      ${made} changes in ${Math.round(elapsed)} ms; at most ${windows} pushes`)
      for (const [index, client] of clients.entries()) {
        const { ackMillis, variant } = CLIENTS[index]!
        const sent = client.endpoints - before[index]!
        const most = ackMillis === 0 ? windows : Math.ceil(elapsed / ackMillis) + 2
        if (index % 6 === 0) console.log(`      ${variant}, ACK after ${ackMillis} ms: ${sent} responses`)
        assert.ok(sent <= most && sent > 0, `${variant}: ${sent} responses, at most ${most}`)
        assert.equal(client.clusters, clusters[index])
        assert.deepEqual(client.faults, [])
      }
      assert.ok((await updates()) - updatesBefore <= windows)
      assert.equal(await envoy.stat(`cluster.${CLUSTER}.update_rejected`), 0)
      if (long) assert.ok(made > FORM.seconds * FORM.perSecond * 0.6, `${made} changes`)
      const heaps = samples.map(({ minutes, sample }) => ({ minutes, value: sample.heap + sample.external }))
      const text = samples.map(({ sample }) => `${Math.round(sample.heap)}+${Math.round(sample.external)}`).join(' ')
      console.log(`      heap + buffers, MiB: ${text}; loop p99 ${Math.round(samples.at(-1)!.sample.loopP99)} ms`)
      const slope = slopePerMinute(heaps.slice(Math.floor(heaps.length / 3)))
      assert.ok(slope < FORM.growthMib, `grows by ${slope.toFixed(2)} MiB a minute`)
      assert.deepEqual(server.errors, [])
    })
  })
