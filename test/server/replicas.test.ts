/** Whole servers on one PostgreSQL: what is written on one reaches the Envoys of the other, and an Envoy that moves is sent nothing that it has. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Client, credentials, status as grpcStatus, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js'
import { plainService } from '../../src/codec/services.js'
import { CLUSTER_TYPE, LISTENER_TYPE } from '../../src/xds/types.js'
import { requirePostgres, type PostgresCluster } from '../store/postgres-cluster.js'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const TYPES = [CLUSTER_TYPE, LISTENER_TYPE]
const NODE_ID = 'mesh/shop/virtualNode/front'

interface Replica {
  readonly child: ChildProcess
  readonly api: string
  readonly xds: string
  readonly admin: string
}

interface Answer {
  readonly status: number
  readonly code: string | null
}

async function startReplica(store: string): Promise<Replica> {
  const free = ['--api', '127.0.0.1:0', '--xds', '127.0.0.1:0', '--admin', '127.0.0.1:0']
  const args = ['--import', 'tsx', MAIN, 'serve', ...free, '--store', store]
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MESHKEEPER_')))
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk) => (log += String(chunk)))
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [''])])) as [unknown]
  const [, api, xds, admin] = /api (\S+), xds (\S+), admin (\S+), store/.exec(String(line)) ?? assert.fail(log)
  return { child, api: api!, xds: xds!, admin: admin! }
}

async function endHard({ child }: Replica): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function call({ api }: Replica, path: string, body: object): Promise<Answer> {
  const response = await fetch(`http://${api}/v20190125/meshes${path}`, { method: 'PUT', body: JSON.stringify(body) })
  await response.arrayBuffer()
  return { status: response.status, code: response.headers.get('x-amzn-errortype') }
}

/** Lets the node of the Envoy listen on `port`, which changes both a cluster and a listener. */
const specOf = (port: number) => ({
  spec: {
    listeners: [{ portMapping: { port, protocol: 'http' } }],
    serviceDiscovery: { dns: { hostname: 'front.local' } },
  },
})

async function listenOn(replica: Replica, port: number): Promise<void> {
  const { status } = await call(replica, '/shop/virtualNodes/front', specOf(port))
  assert.equal(status, 200)
}

interface Response {
  readonly type_url: string
  readonly version_info: string
  readonly nonce: string
  /** With state of the world packed messages, with delta such messages with their names. */
  readonly resources: readonly {
    readonly name: string
    readonly version: string
    readonly value?: Uint8Array
    readonly resource?: { readonly value: Uint8Array }
  }[]
}

/** Names stand in the bytes as they are. */
const readText = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString('latin1')

type Seen = Response & { readonly ports: readonly number[] }

/** The least that an Envoy can be: it accepts everything, and remembers what it has. */
class RawEnvoy {
  readonly #variant: 'sotw' | 'delta'
  readonly seen: Seen[] = []
  /** Type → version of the whole (state of the world). */
  readonly versions = new Map<string, string>()
  /** Type → name → version (delta). */
  readonly held = new Map<string, Map<string, string>>(TYPES.map((type) => [type, new Map()]))
  #client: Client | undefined
  #stream: ClientDuplexStream<object, object> | undefined
  #onSeen: () => void = () => undefined

  constructor(variant: 'sotw' | 'delta') {
    this.#variant = variant
  }

  /** Opens a stream, after another one that has ended or not, and says what it has. Comes again while the replica has not heard of its node. */
  connect(replica: Replica): void {
    this.close()
    this.seen.length = 0
    this.#open(replica)
  }

  #open(replica: Replica): void {
    const method = this.#variant === 'sotw' ? 'StreamAggregatedResources' : 'DeltaAggregatedResources'
    const service = plainService('envoy.service.discovery.v3.AggregatedDiscoveryService')[method]!
    const { path, requestSerialize, responseDeserialize } = service
    this.#client = new Client(replica.xds, credentials.createInsecure())
    const stream = this.#client.makeBidiStreamRequest<object, object>(path, requestSerialize, responseDeserialize)
    this.#stream = stream
    stream.on('error', ({ code }: ServiceError) => {
      if (code !== grpcStatus.INVALID_ARGUMENT || stream !== this.#stream) return
      this.#client?.close()
      this.#open(replica)
    })
    stream.on('data', (message: object) => this.#take(stream, message as Response))
    for (const type_url of TYPES)
      stream.write({ node: { id: NODE_ID, cluster: 'test' }, type_url, ...this.#has(type_url) })
  }

  #has(type: string): object {
    if (this.#variant === 'sotw') return { version_info: this.versions.get(type) ?? '' }
    return { initial_resource_versions: Object.fromEntries(this.held.get(type) ?? []) }
  }

  #take(stream: ClientDuplexStream<object, object>, response: Response): void {
    const { type_url, version_info, nonce, resources } = response
    if (this.#variant === 'sotw') this.versions.set(type_url, version_info)
    else for (const { name, version } of resources) this.held.get(type_url)?.set(name, version)
    const text = resources.map(({ name, value, resource }) => `${name} ${readText(value)} ${readText(resource?.value)}`)
    const ports = [...text.join(' ').matchAll(/cds_ingress_shop_front_http_(\d+)/g)].map(([, port]) => Number(port))
    this.seen.push({ ...response, ports })
    stream.write({ type_url, ...(this.#variant === 'sotw' && { version_info }), response_nonce: nonce })
    this.#onSeen()
  }

  /** Resolves when `holds`, looked at after each response. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#onSeen = resolve))
  }

  /** Resolves when a cluster for `port` has come, and a listener after the last change. */
  async reaches(port: number): Promise<void> {
    await this.until(() => this.seen.some(({ ports }) => ports.includes(port)))
  }

  of(type: string): Seen[] {
    return this.seen.filter(({ type_url }) => type_url === type)
  }

  close(): void {
    const stream = this.#stream
    this.#stream = undefined
    stream?.cancel()
    this.#client?.close()
  }
}

describe('two servers on one PostgreSQL', function () {
  this.timeout(120_000)
  let cluster: PostgresCluster | undefined
  let address: string
  let a: Replica
  let b: Replica
  const replicas: Replica[] = []
  let port = 8000
  const envoys: RawEnvoy[] = []
  const envoy = (variant: 'sotw' | 'delta' = 'sotw'): RawEnvoy => {
    const made = new RawEnvoy(variant)
    envoys.push(made)
    return made
  }

  const start = async (): Promise<Replica> => {
    const replica = await startReplica(address)
    replicas.push(replica)
    return replica
  }
  const postgres = (): PostgresCluster => cluster ?? assert.fail('no cluster')

  before(async function () {
    cluster = await requirePostgres(this)
    address = await cluster.newAddress()
    ;[a, b] = await Promise.all([start(), start()])
    assert.equal((await call(a, '', { meshName: 'shop' })).status, 200)
    const made = await call(a, '/shop/virtualNodes', { virtualNodeName: 'front', ...specOf(port) })
    assert.equal(made.status, 200)
  })
  after(async () => {
    for (const replica of replicas) await endHard(replica)
    await cluster?.stop()
  })
  afterEach(() => {
    for (const one of envoys.splice(0)) one.close()
  })

  /** Connects as soon as the replica has heard of the node. */
  async function connect(one: RawEnvoy, replica: Replica): Promise<void> {
    await ready(replica, 200)
    one.connect(replica)
    await one.until(() => TYPES.every((type) => one.of(type).length > 0))
  }

  async function ready({ admin }: Replica, expected: number): Promise<string> {
    for (;;) {
      const response = await fetch(`http://${admin}/readyz`)
      const text = await response.text()
      if (response.status === expected) return text
    }
  }

  it('bring what is written on one to the Envoys of the other, in order and to the last', async () => {
    const [first, second] = [envoy(), envoy('delta')]
    await Promise.all([connect(first, a), connect(second, b)])
    for (let change = 0; change < 20; change += 1) {
      // One in seven with the wake-up connections cut.
      if (change % 7 === 3)
        await postgres().query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'meshkeeper (follows)'`,
        )
      await listenOn(change % 2 === 0 ? a : b, (port += 1))
    }
    for (const one of [first, second]) {
      await one.reaches(port)
      const ports = one.of(CLUSTER_TYPE).flatMap(({ ports }) => [...new Set(ports)])
      assert.deepEqual(
        ports,
        [...ports].sort((x, y) => x - y),
      )
    }
  })

  for (const variant of ['sotw', 'delta'] as const)
    it(`send an Envoy that comes from the other nothing that it has (${variant})`, async () => {
      const c = await start()
      const one = envoy(variant)
      await connect(one, c)
      const versions = new Map(one.versions)
      const held = new Map(TYPES.map((type) => [type, new Map(one.held.get(type))]))
      await endHard(c)
      one.connect(b)
      // What comes first is the next change, and not what it has.
      await listenOn(a, (port += 1))
      await one.reaches(port)
      await one.until(() => TYPES.every((type) => one.of(type).length > 0))
      for (const response of one.seen) {
        const { type_url, version_info, resources } = response
        const isAgain =
          variant === 'sotw'
            ? version_info === versions.get(type_url)
            : resources.some(({ name, version }) => held.get(type_url)?.get(name) === version)
        assert.ok(!isAgain, `sent again: ${type_url} ${version_info} ${resources.map(({ name }) => name).join()}`)
      }
      // An empty answer says that there is nothing.
      const [first] = one.of(CLUSTER_TYPE).filter(({ resources }) => resources.length > 0)
      assert.ok(first?.ports.includes(port), JSON.stringify(one.seen))
    })

  it('serve their Envoys while the database is away, say so, and catch up', async () => {
    const one = envoy()
    await connect(one, b)
    await postgres().kill()
    assert.match(await ready(b, 503), /"store":"[^"]*not available/)
    const refused = await call(a, '/shop/virtualNodes/front', specOf(port + 1))
    assert.deepEqual(refused, { status: 503, code: 'ServiceUnavailableException' })
    const late = envoy()
    late.connect(b)
    await late.until(() => TYPES.every((type) => late.of(type).length > 0))
    assert.deepEqual(late.versions, one.versions)
    const before = one.seen.length
    await postgres().start()
    await ready(a, 200)
    assert.equal(one.seen.length, before)
    await listenOn(a, (port += 1))
    await one.reaches(port)
    await late.reaches(port)
    await ready(b, 200)
  })
})
