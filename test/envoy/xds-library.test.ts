/** The example of docs/xds-library.md, as it stands, with a real Envoy of the bootstrap beside it. It imports what was built: npm run build. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { parse } from 'yaml'
import { DEFAULT_ENGINE_LIMITS } from '../../src/xds/index.js'
import { eventually } from './eventually.js'
import { requireEnvoy } from './install.js'
import { startBareEnvoy } from './local-envoy.js'
import { ROOT } from './process.js'

const EXAMPLES = join(ROOT, 'docs/examples')

/** The members of docs/examples/envoy.yaml that a test changes. */
interface Bootstrap {
  readonly node: { cluster: string }
  readonly admin: { readonly address: SocketAddress }
  readonly dynamic_resources: { readonly ads_config: { api_type: string } }
  readonly static_resources: { readonly clusters: readonly [XdsCluster] }
}
interface SocketAddress {
  readonly socket_address: { address: string; port_value: number }
}
interface XdsCluster {
  readonly load_assignment: {
    readonly endpoints: readonly [
      { readonly lb_endpoints: readonly [{ readonly endpoint: { readonly address: SocketAddress } }] },
    ]
  }
}

/** The control plane of the example, in a process of its own. */
class Example {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterator<string>

  constructor(upstreamPort: number) {
    const env = { ...process.env, XDS_PORT: '0', LISTENER_PORT: '0', UPSTREAM_PORT: String(upstreamPort) }
    const script = join(EXAMPLES, 'xds-server.mjs')
    this.#process = spawn(process.execPath, [script], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  async xdsPort(): Promise<number> {
    const { value } = (await this.#lines.next()) as IteratorResult<string, undefined>
    return Number(/^xDS on 127\.0\.0\.1:(\d+)$/.exec(value ?? '')?.[1] ?? assert.fail(value))
  }

  type(line: string): void {
    this.#process.stdin.write(`${line}\n`)
  }

  /** Ends its input, as Ctrl-D does. Resolves with its exit code. */
  async end(): Promise<number | null> {
    if (this.#process.exitCode !== null) return this.#process.exitCode
    const exit = once(this.#process, 'exit') as Promise<[number | null]>
    this.#process.stdin.end()
    return (await exit)[0]
  }
}

async function bootstrap(xdsPort: number, apiType: string, cluster = 'shop'): Promise<Bootstrap> {
  const config = parse(await readFile(join(EXAMPLES, 'envoy.yaml'), 'utf8')) as Bootstrap
  const [xds] = config.static_resources.clusters
  const { socket_address } = xds.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address
  assert.deepEqual(socket_address, { address: '127.0.0.1', port_value: 18000 })
  socket_address.port_value = xdsPort
  config.admin.address.socket_address.port_value = 0
  config.dynamic_resources.ads_config.api_type = apiType
  config.node.cluster = cluster
  return config
}

describe('the example of the xDS library', function () {
  this.timeout(60_000)
  let binary: string
  let directory: string
  let upstreams: Server[]
  let example: Example
  const portOf = (server: Server) => (server.address() as AddressInfo).port

  before(async function () {
    binary = await requireEnvoy(this)
    directory = await mkdtemp(join(tmpdir(), 'meshkeeper-xds-library-'))
    upstreams = ['one', 'two'].map((name) => createServer((_request, response) => response.end(name)))
    for (const upstream of upstreams) await once(upstream.listen(0, '127.0.0.1'), 'listening')
  })
  after(async () => {
    for (const upstream of upstreams) upstream.close()
    await rm(directory, { recursive: true })
  })
  beforeEach(() => {
    example = new Example(portOf(upstreams[0]!))
  })
  afterEach(() => example.end())

  for (const apiType of ['GRPC', 'DELTA_GRPC']) {
    it(`configures an Envoy over ${apiType}, which answers through it and follows its change`, async () => {
      const config = await bootstrap(await example.xdsPort(), apiType)
      const envoy = await startBareEnvoy({ binary, bootstrap: config, directory, args: ['--disable-hot-restart'] })
      try {
        await envoy.ready()
        const { body } = await envoy.admin('/listeners?format=json')
        const { listener_statuses } = JSON.parse(body) as { listener_statuses: [{ local_address: SocketAddress }] }
        const { address, port_value } = listener_statuses[0].local_address.socket_address
        const answer = async () => (await fetch(`http://${address}:${port_value}/`)).text()
        assert.equal(await answer(), 'one')
        example.type(String(portOf(upstreams[1]!)))
        await eventually({ what: 'an answer of the other upstream' }, async () => (await answer()) === 'two')
        assert.equal(await envoy.stat('cluster.shop.init_fetch_timeout'), 0)
        assert.equal(await example.end(), 0)
        assert.equal(await answer(), 'two')
      } finally {
        await envoy.child.stop('SIGKILL')
      }
    })
  }

  it('refuses an Envoy that it does not know, and says why', async () => {
    const config = await bootstrap(await example.xdsPort(), 'DELTA_GRPC', 'elsewhere')
    const envoy = await startBareEnvoy({ binary, bootstrap: config, directory, args: ['--disable-hot-restart'] })
    try {
      // Envoy prints the message as it is on the wire, where a space stands for itself.
      await eventually({ what: 'the refusal in the log of Envoy' }, async () =>
        (await envoy.log()).includes('closed: 3, shop-1 is not of the shop'),
      )
    } finally {
      await envoy.child.stop('SIGKILL')
    }
  })
})

describe('docs/xds-library.md', () => {
  const read = (path: string) => readFile(join(ROOT, 'docs', path), 'utf8')

  it('shows the example as it is, and that has at most 60 lines', async () => {
    const guide = await read('xds-library.md')
    for (const [file, language] of [
      ['xds-server.mjs', 'js'],
      ['envoy.yaml', 'yaml'],
    ] as const) {
      const code = await read(`examples/${file}`)
      assert.ok(guide.includes(`\`\`\`${language}\n${code}\`\`\`\n`), `${file} is not in the guide as it stands`)
    }
    assert.ok((await read('examples/xds-server.mjs')).trimEnd().split('\n').length <= 60)
  })

  it('lists every event', async () => {
    const events = await readFile(join(ROOT, 'src/xds/stream-events.ts'), 'utf8')
    const names = [...events.matchAll(/^ {2}(on\w+)\?\(/gm)].map(([, name]) => name!)
    const listed = /^\| `events` \| (.*): called/m.exec(await read('xds-library.md'))?.[1]
    assert.deepEqual([...(listed ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name).sort(), names.sort())
  })

  it('lists every limit with its default', async () => {
    const rows = [...(await read('xds-library.md')).matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)]
    const listed = Object.fromEntries(
      rows.map(([, name = '', value = '']) => [name, Number(value.replaceAll(',', ''))]),
    )
    assert.deepEqual(listed, DEFAULT_ENGINE_LIMITS)
  })
})
