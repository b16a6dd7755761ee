/** meshkeeper as it is shipped: `node dist/bin/meshkeeper.js serve` as a child process on free ports. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const ROOT = join(import.meta.dirname, '..')
const MAIN = join(ROOT, 'dist/bin/meshkeeper.js')
const READY = /is ready: api (\S+), xds (\S+), admin (\S+), store/
const FREE = '127.0.0.1:0'

export class ServerProcess {
  readonly api: string
  readonly xds: string
  readonly admin: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, [api = '', xds = '', admin = '']: readonly string[]) {
    this.#child = child
    this.api = api
    this.xds = xds
    this.admin = admin
  }

  /** Over a SQLite file. Resolves with the ready line. */
  static start(storeFile: string): Promise<ServerProcess> {
    return ServerProcess.startOn(`sqlite:${storeFile}`)
  }

  /** Over the store at an address. */
  static async startOn(store: string): Promise<ServerProcess> {
    const listeners = ['--api', FREE, '--xds', FREE, '--admin', FREE]
    const child = spawn(process.execPath, [MAIN, 'serve', ...listeners, '--store', store], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...withoutOptions(process.env), MESHKEEPER_LOG_LEVEL: 'warn' },
    })
    for await (const line of createInterface({ input: child.stdout })) {
      const match = READY.exec(line)
      if (match) return new ServerProcess(child, match.slice(1))
    }
    throw new Error('the server ended before it was ready')
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await ended
  }
}

/** Options of somebody's shell are not what is measured. */
function withoutOptions(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('MESHKEEPER_')))
}
