/** meshkeeper itself, as a child process from the sources, on addresses that pods reach. */
import { join } from 'node:path'
import type { ProxyStatus } from '../../src/control/proxy-registry.js'
import type { ProxiesAnswer } from '../../src/management/proxies.js'
import { eventually } from './eventually.js'
import { Child, ROOT, run } from './process.js'

const MAIN = join(ROOT, 'src/main.ts')
const START_DEADLINE_MS = 30_000

export interface ControlPlaneOptions {
  /** Address to listen on. */
  readonly host: string
  /** Keeps the database and the log. */
  readonly directory: string
  /** Further flags of serve. */
  readonly flags?: readonly string[]
}

export class ControlPlane {
  readonly #options: ControlPlaneOptions
  #child: Child | undefined

  constructor(options: ControlPlaneOptions) {
    this.#options = options
  }

  get api(): string {
    return `http://${this.xdsHost}:4080`
  }

  get xdsHost(): string {
    return this.#options.host
  }

  get xdsPort(): number {
    return 18000
  }

  /** The certificate directory. */
  get certs(): string {
    return join(this.#options.directory, 'certs')
  }

  get logFile(): string {
    return join(this.#options.directory, 'meshkeeper.log')
  }

  /** Starts it and waits for /readyz. */
  async start(): Promise<void> {
    const { host, directory, flags = [] } = this.#options
    const child = new Child({
      command: [
        ...[process.execPath, '--import', 'tsx', MAIN, 'serve'],
        ...['--api', `${host}:4080`, '--xds', `${host}:${this.xdsPort}`, '--admin', `${host}:4081`],
        ...['--store', `sqlite:${join(directory, 'mesh.db')}`, '--certs', this.certs, ...flags],
      ],
      logFile: this.logFile,
    })
    this.#child = child
    await eventually({ what: 'meshkeeper /readyz', timeoutMs: START_DEADLINE_MS }, async () => {
      await child.assertRunning('meshkeeper')
      return (await fetch(`http://${host}:4081/readyz`)).ok
    })
  }

  /** Ends it: SIGTERM drains, SIGKILL is the crash. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const exit = await this.#child?.stop(signal)
    if (signal === 'SIGTERM' && exit && exit.code !== 0) {
      throw new Error(`meshkeeper ended with ${exit.signal ?? exit.code} after SIGTERM`)
    }
  }

  /** Every connected Envoy as the admin listener shows it. */
  async proxies(): Promise<ProxiesAnswer> {
    const response = await fetch(`http://${this.xdsHost}:4081/proxies`)
    return (await response.json()) as ProxiesAnswer
  }

  /** The Envoy of one virtual node, which must be the only one. */
  async proxy(virtualNode: string): Promise<ProxyStatus> {
    const found = (await this.proxies()).proxies.filter(({ nodeId }) => nodeId.endsWith(`/virtualNode/${virtualNode}`))
    if (found.length !== 1) throw new Error(`${found.length} Envoys of ${virtualNode} are connected`)
    return found[0]!
  }

  async log(): Promise<string> {
    return (await this.#child?.log()) ?? ''
  }

  /** Runs a meshkeeper command line to its end and answers what it printed. */
  async command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const command = ['--import', 'tsx', MAIN, ...args]
    const { stdout } = await run(process.execPath, command, { cwd: ROOT, env: { ...process.env, ...env } })
    return stdout
  }
}
