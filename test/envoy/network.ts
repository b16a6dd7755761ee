/**
 * A test network: a bridge of this run's own and one network namespace per pod. Needs root, iproute2 and iptables. Runs side by side with
 * others, and removes what killed runs left behind.
 */
import { link, mkdir, mkdtemp, chmod, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NameServer } from './name-server.js'
import { Pod } from './pod.js'
import { run } from './process.js'

/** One file per living network, named after its number and holding its owner: this is how numbers are taken. */
const CLAIMS = join(tmpdir(), 'meshkeeper-networks')
/** 10.<FIRST + n / 250>.<n % 250>.0/24 */
const FIRST_OCTET = 200
const NETWORKS = 5_000

export class Network {
  readonly #number: number
  readonly #pods: Pod[] = []
  /** Scratch files of this network: logs, bootstraps, databases. */
  readonly directory: string
  readonly dns = new NameServer()

  private constructor(number: number, directory: string) {
    this.#number = number
    this.directory = directory
  }

  /** Brings up the bridge and its name server. */
  static async open(): Promise<Network> {
    await removeLeftOvers()
    const number = await claimNumber()
    const directory = await mkdtemp(join(tmpdir(), scratchPrefix(number)))
    // Envoys run as their own user and write here.
    await chmod(directory, 0o777)
    const network = new Network(number, directory)
    await run('ip', ['link', 'add', network.bridge, 'type', 'bridge'])
    await run('ip', ['address', 'add', `${network.hostAddress}/24`, 'dev', network.bridge])
    await run('ip', ['link', 'set', network.bridge, 'up'])
    await network.dns.listen(network.hostAddress)
    return network
  }

  get bridge(): string {
    return bridgeName(this.#number)
  }

  /** The address of the root namespace on the bridge: name server and control plane. */
  get hostAddress(): string {
    return this.address(1)
  }

  /** An address on the bridge that no pod has: what a virtual service's name may resolve to. */
  get virtualAddress(): string {
    return this.address(254)
  }

  address(host: number): string {
    return `10.${FIRST_OCTET + Math.floor(this.#number / 250)}.${this.#number % 250}.${host}`
  }

  /** A new namespace on the bridge. Its name resolves as `<name>.pod`. */
  async pod(name: string): Promise<Pod> {
    const index = this.#pods.length + 2
    const pod = new Pod(this, name, `${this.bridge}-${name}`, this.address(index), `${this.bridge}v${index}`)
    this.#pods.push(pod)
    await pod.open()
    this.dns.set(`${name}.pod`, [pod.address])
    return pod
  }

  /** Ends every process and removes every trace. */
  async close(): Promise<void> {
    await Promise.all(this.#pods.map((pod) => pod.stop()))
    this.dns.close()
    await removeNetwork(this.#number)
  }
}

function bridgeName(number: number): string {
  return `mk${number}`
}

/** Takes a free number: the claim appears in one step with its owner inside, so that no other run can take it for a left-over. */
async function claimNumber(): Promise<number> {
  await mkdir(CLAIMS, { recursive: true })
  const draft = join(CLAIMS, `.${process.pid}.draft`)
  await writeFile(draft, await processIdentity(process.pid))
  try {
    for (;;) {
      const number = Math.floor(Math.random() * NETWORKS)
      if (await linkOnce(draft, join(CLAIMS, String(number)))) return number
    }
  } finally {
    await unlink(draft)
  }
}

async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function removeLeftOvers(): Promise<void> {
  const claims = await readdir(CLAIMS).catch(() => [])
  for (const claim of claims.filter((name) => /^\d+$/.test(name))) {
    const owner = await readFile(join(CLAIMS, claim), 'utf8').catch(() => undefined)
    if (owner === undefined || owner === (await processIdentity(Number.parseInt(owner)))) continue
    await removeNetwork(Number(claim))
  }
}

/** The process id and its start time, so that a reused id is not taken for the owner. */
async function processIdentity(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'gone'}`
}

async function removeNetwork(number: number): Promise<void> {
  const bridge = bridgeName(number)
  const { stdout } = await run('ip', ['netns', 'list'])
  const names = stdout.split('\n').map((line) => line.split(' ')[0] ?? '')
  for (const namespace of names.filter((name) => name.startsWith(`${bridge}-`))) await removeNamespace(namespace)
  await run('ip', ['link', 'delete', bridge]).catch(() => undefined)
  const scratch = (await readdir(tmpdir())).filter((name) => name.startsWith(scratchPrefix(number)))
  for (const name of scratch) await rm(join(tmpdir(), name), { recursive: true, force: true })
  await rm(join(CLAIMS, String(number)), { force: true })
}

function scratchPrefix(number: number): string {
  return `meshkeeper-net-${number}-`
}

async function removeNamespace(namespace: string): Promise<void> {
  const { stdout } = await run('ip', ['netns', 'pids', namespace])
  for (const pid of stdout.split('\n').filter(Boolean)) kill(Number(pid))
  await run('ip', ['netns', 'delete', namespace]).catch(() => undefined)
  await rm(join('/etc/netns', namespace), { recursive: true, force: true })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}
