/**
 * The whole server under clients that live: random changes through the App Mesh API and in the certificate directory, and Envoys of nodes and gateways
 * over real connections that join, leave, stall, reject and come back. After each round every one of them holds exactly what the mesh says, with the
 * certificates and keys that it may have, and what the server keeps in memory does not grow.
 * SOAK_SEED repeats the choices of a run (not its timing), SOAK_CLIENTS and SOAK_SECONDS change its size; LONG_TESTS=1 is half an hour with 500.
 */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../envoy/eventually.js'
import { AppMesh } from './app-mesh.js'
import { Certificates } from './certificates.js'
import { Connections } from './connections.js'
import { SEPARATE_STREAMS, SoakEnvoy } from './envoy.js'
import { characterOf, form, OUTSIDE, seed } from './form.js'
import type { MemorySample } from './memory-probe.js'
import { Random } from './random.js'
import { ServerUnderTest } from './server.js'
import { listSteady } from './specs.js'
import { Tally } from './tally.js'
import { slopePerMinute } from './trend.js'
import { readTruth } from './truth.js'

/** The share of changes that are of certificates, not of the mesh. */
const CERTIFICATE_CHANGES = 0.12

/** Every wait of the server is over by then, one after the other: removals wait for 15 s. */
const SETTLE_MS = 60_000
/** What a server that everybody has left may have in use, over what it had before anybody came: MiB. */
const LEFT_OVER = 30

/** How clients connect that may have private keys, and those that may not. */
interface Ways {
  readonly home: Connections
  readonly abroad: Connections
}

interface Sample extends MemorySample {
  readonly minutes: number
  /** What is remembered of requests, which has a bound of its own: MiB. */
  readonly remembered: number
}

class Soak {
  readonly tally = new Tally()
  readonly samples: Sample[] = []
  readonly server: ServerUnderTest
  readonly mesh: AppMesh
  readonly certificates: Certificates
  readonly #ways: Ways
  readonly #envoys: SoakEnvoy[]
  readonly #random: Random
  readonly #started = performance.now()

  private constructor(
    { server, mesh, certificates }: Pick<Soak, 'server' | 'mesh' | 'certificates'>,
    { home, abroad }: Ways,
    random: Random,
  ) {
    this.server = server
    this.mesh = mesh
    this.certificates = certificates
    this.#ways = { home, abroad }
    this.#random = random
    this.#envoys = Array.from({ length: form.clients }, (_, index) => {
      const own = new Random(seed + 1 + index)
      const character = characterOf(index, own)
      return new SoakEnvoy(character, character.abroad ? abroad : home, own, form.temper, this.tally)
    })
  }

  static async start(server: ServerUnderTest, certificates: Certificates, random: Random): Promise<Soak> {
    const mesh = new AppMesh(server.apiPort, random, form.mesh)
    await mesh.build()
    const [home, abroad] = await Promise.all(
      ['127.0.0.1', OUTSIDE ?? '127.0.0.1'].map((host) => Connections.open({ host, port: server.xdsPort })),
    )
    return new Soak({ server, mesh, certificates }, { home: home!, abroad: abroad! }, random)
  }

  /** How many clients are on other machines, as it seems to the server. */
  get abroad(): number {
    return this.#envoys.filter(({ character }) => character.abroad).length
  }

  /** Changes the mesh for a while, with everything that happens to clients. */
  async live(seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1000
    for (const envoy of this.#envoys) {
      envoy.join()
      envoy.wake()
    }
    let sampleAt = performance.now() + form.sampleSeconds * 1000
    while (performance.now() < end) {
      // Scripts make many changes in a row.
      const changes = this.#random.chance(0.03) ? this.#random.integer(5, 30) : 1
      for (let change = 0; change < changes; change++) {
        this.tally.changes++
        await (this.#random.chance(CERTIFICATE_CHANGES) ? this.certificates : this.mesh).change()
      }
      await delay(this.#random.exponential(form.changeMillis * changes))
      if (performance.now() < sampleAt) continue
      await this.sample()
      sampleAt += form.sampleSeconds * 1000
    }
  }

  /** Everybody holds exactly what there is: at once who has rejected nothing, the others once they have connected anew. */
  async settle(): Promise<void> {
    for (const envoy of this.#envoys) envoy.calm()
    this.tally.changes++
    // A certificate that is missing keeps what needs it as it was: there is no truth but history then.
    await this.certificates.restore()
    // Those with a stream for each type keep for long what is to go: they have until the end.
    await this.#agree(({ hasRejected, character: { link } }) => !hasRejected && link !== 'separate')
    for (const envoy of this.#envoys.filter(({ hasRejected }) => hasRejected)) {
      envoy.leave()
      envoy.join()
    }
    // What is missed while much else happens comes with the next change that reaches the same proxy. Now nothing else happens.
    this.tally.changes++
    await this.mesh.changeMatches()
    await this.certificates.renew()
    await this.#agree(() => true)
    assert.deepEqual(this.tally.violations, [])
    await this.#checkStatus()
  }

  /** Waits until those of the clients have what there is now. */
  async #agree(concerns: (envoy: SoakEnvoy) => boolean): Promise<void> {
    const { certificates, mesh } = this
    const resources = await mesh.read()
    const truthAtHome = readTruth(resources, { certificates, keys: true })
    const truthAbroad = readTruth(resources, { certificates, keys: false })
    await this.#until(() =>
      this.#envoys.filter(concerns).flatMap((envoy) => {
        const { name, proxy, variant, link, abroad } = envoy.character
        const who = `${name} (${proxy}, ${variant}, ${link}${abroad ? ', abroad' : ''})`
        const should = (abroad ? truthAbroad : truthAtHome).get(proxy)
        if (!should) return envoy.refused === undefined ? [`${who}: is not refused, though there is no such proxy`] : []
        if (!envoy.isConnected) return [`${who}: is not connected: ${envoy.refused ?? ''}`]
        return envoy.differences(should).map((difference) => `${who}: ${difference}`)
      }),
    )
  }

  async #until(differences: () => readonly string[]): Promise<void> {
    let left: readonly string[] = []
    await eventually({ what: 'every client in step', timeoutMs: SETTLE_MS }, () => {
      left = differences()
      return left.length === 0
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${left.length} differences:\n${left.slice(0, 40).join('\n')}`)
    })
  }

  /** The server knows it. */
  async #checkStatus(): Promise<void> {
    const connected = this.#envoys.filter(({ isConnected, refused }) => isConnected && refused === undefined)
    const streams = connected.reduce(
      (sum, { character: { link } }) => sum + (link === 'separate' ? SEPARATE_STREAMS : 1),
      0,
    )
    await eventually({ what: 'everybody SYNCED at the newest revision', timeoutMs: SETTLE_MS }, async () => {
      const { appliedRevision, proxies } = (await this.server.json('/proxies')) as {
        appliedRevision: number
        proxies: StreamReport[]
      }
      // A stream for one type of which its client wants nothing, or only what there is not, has been sent nothing.
      const asking = proxies.filter(({ types }) => types.length > 0)
      const odd = asking.filter((report) => report.revision !== appliedRevision || !isInSync(report))
      if (odd.length === 0 && proxies.length <= streams) return true
      throw new Error(`${proxies.length} streams of ${streams}, of which ${JSON.stringify(odd.slice(0, 3))}`)
    })
  }

  async sample(): Promise<Sample> {
    const memory = await this.server.sample()
    const minutes = (performance.now() - this.#started) / 60_000
    const remembered = ((await this.server.metrics()).get('meshkeeper_xds_remembered_bytes') ?? NaN) / 2 ** 20
    const sample = { ...memory, minutes, remembered }
    this.samples.push(sample)
    const { loopP99, loopMax } = sample
    const connected = this.#envoys.filter(({ isConnected }) => isConnected).length
    console.log(
      `      ${minutes.toFixed(1)} min: ${format(sample)}, loop p99 ${loopP99.toFixed(0)} max ${loopMax.toFixed(0)} ms, ` +
        `${connected} clients, ${this.tally.responses} responses`,
    )
    return sample
  }

  /** What memory does once it is warm, which takes a third of the time. */
  trend(read: (sample: Sample) => number): number {
    const last = this.samples.at(-1)?.minutes ?? 0
    const warm = this.samples.filter(({ minutes }) => minutes >= last / 3)
    return slopePerMinute(warm.map((sample) => ({ minutes: sample.minutes, value: read(sample) })))
  }

  async leave(): Promise<void> {
    for (const envoy of this.#envoys) envoy.stop()
    await eventually({ what: 'no streams', timeoutMs: SETTLE_MS }, async () => {
      const { proxies } = (await this.server.json('/proxies')) as { proxies: unknown[] }
      return proxies.length === 0
    })
  }

  async close(): Promise<void> {
    for (const envoy of this.#envoys) envoy.stop()
    await Promise.all([this.#ways.home.close(), this.#ways.abroad.close()])
  }
}

describe('a soak', function () {
  this.timeout(form.seconds * 1000 + form.rounds * 2 * SETTLE_MS + 120_000)
  let server: ServerUnderTest | undefined
  let soak: Soak | undefined
  let certificates: Certificates | undefined

  before(async () => {
    const random = new Random(seed)
    certificates = await Certificates.create(random, listSteady(form.mesh))
    const everywhere = OUTSIDE === undefined ? [] : ['--xds', '0.0.0.0:0']
    const certs = ['--certs', certificates.directory]
    server = await ServerUnderTest.start('--stream-max-age', form.streamMaxAge, ...certs, ...everywhere)
    soak = await Soak.start(server, certificates, random)
  })
  after(async () => {
    await soak?.close()
    await server?.discard()
    await certificates?.discard()
  })

  it(`of ${form.clients} clients for ${form.seconds} s leaves each with what there is (SOAK_SEED=${seed})`, async () => {
    assert.ok(server && soak)
    const { tally, mesh, certificates } = soak
    console.log(`      SOAK_SEED=${seed}`)
    const idle = await soak.sample()
    for (let round = 1; round <= form.rounds; round++) {
      await soak.live(form.seconds / form.rounds)
      await soak.settle()
      console.log(`      round ${round} of ${form.rounds}: every client has what there is`)
    }
    const last = await soak.sample()
    const growth = {
      rss: soak.trend(({ rss }) => rss),
      inUse: soak.trend(inUse),
    }
    await soak.leave()
    const left = await soak.sample()
    const changes = sum(mesh.made)
    console.log(
      `      ${JSON.stringify({ made: changes, refused: mesh.refused, renewals: sum(certificates.made), abroad: soak.abroad, ...tally.counts() })}\n` +
        `      start ${format(idle)}; end ${format(last)}; all gone ${format(left)}; ` +
        `per minute rss ${growth.rss.toFixed(3)}, in use but for what is remembered ${growth.inUse.toFixed(3)} MiB`,
    )
    assert.ok(mesh.made.has('gatewayRoute'), 'no gateway route could be changed')
    assert.ok(tally.keys > 0 && tally.secrets > tally.keys, 'there were no secrets to speak of')
    assert.ok(tally.nacks > 0 && tally.resumptions > 0 && tally.stalls > 0 && tally.recycled > 0 && tally.breaks > 0)
    if (form.growth) {
      assert.ok(growth.inUse < form.growth.inUse, 'what is in use grows')
      assert.ok(growth.rss < form.growth.rss, 'the process grows')
    }
    const rest = inUse(left) - inUse(idle)
    assert.ok(rest < LEFT_OVER, `${rest} MiB are left of those who are gone`)
    const faults = [...(await server.metrics())].filter(([name, value]) => name.includes('fault') && value > 0)
    assert.deepEqual(faults, [])
    assert.deepEqual(server.errors, [])
    assert.equal(await server.stop(), 0)
  })
})

/** A stream as the admin listener tells of it. */
interface StreamReport {
  readonly state: string
  readonly revision?: number
  readonly types: readonly { readonly resourceCount: number }[]
}

function isInSync({ state, types }: StreamReport): boolean {
  return state === 'SYNCED' || (state === 'NOT_SENT' && types.every(({ resourceCount }) => resourceCount === 0))
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0)
}

/** But for what has a bound of its own: MiB. */
function inUse({ heap, external, remembered }: Sample): number {
  return heap + external - remembered
}

function format({ rss, heap, external, remembered }: Sample): string {
  const [process, used, buffers, kept] = [rss, heap, external, remembered].map((mib) => mib.toFixed(1))
  return `rss ${process} heap ${used} external ${buffers}, of these remembered ${kept} MiB`
}
