/** Child processes of the harness: in a network namespace, as another user, with their output in a file, dead when this process dies. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { closeSync, fchmodSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Runs a short command to its end; rejects when it fails. */
export const run = promisify(execFile)

/** The repository: where children run, so that `--import tsx` finds its package. */
export const ROOT = join(import.meta.dirname, '../..')

export interface Launch {
  readonly command: readonly string[]
  /** Network namespace; absent means this process's own. */
  readonly namespace?: string
  /** User and group id; absent means this process's own. */
  readonly uid?: number
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Takes standard output and standard error. */
  readonly logFile: string
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const STOP_DEADLINE_MS = 10_000
const LOG_TAIL = 4_000

export class Child {
  readonly #process: ChildProcess
  readonly #logFile: string
  readonly exited: Promise<Exit>

  constructor(launch: Launch) {
    this.#logFile = launch.logFile
    const log = openSync(launch.logFile, 'a')
    // Envoy reopens /dev/stdout for its access log, as its own user.
    fchmodSync(log, 0o666)
    const [file, ...args] = commandLine(launch)
    // Its own process group: Ctrl-C in a terminal ends this process, which then ends the others in order.
    const env = { ...process.env, ...launch.env }
    this.#process = spawn(file!, args, { stdio: ['ignore', log, log], cwd: ROOT, env, detached: true })
    closeSync(log)
    this.exited = new Promise((resolve, reject) => {
      this.#process.once('exit', (code, signal) => resolve({ code, signal }))
      this.#process.once('error', reject)
    })
    this.exited.catch(() => undefined)
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** Sends `signal` and resolves when the process is gone. SIGTERM turns into SIGKILL after 10 s. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    if (this.running) this.#process.kill(signal)
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_DEADLINE_MS)
    try {
      return await this.exited
    } finally {
      clearTimeout(timer)
    }
  }

  /** Everything that the process has written so far. */
  async log(): Promise<string> {
    return readFile(this.#logFile, 'utf8')
  }

  /** Throws, with the end of the log, when the process has ended. */
  async assertRunning(what: string): Promise<void> {
    if (!this.running) throw new Error(`${what} has ended:\n${(await this.log()).slice(-LOG_TAIL)}`)
  }
}

/** The parent-death signal is set after the change of user, which would clear it. */
function commandLine({ command, namespace, uid }: Launch): string[] {
  const user = uid === undefined ? [] : ['--reuid', String(uid), '--regid', String(uid), '--clear-groups']
  const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]
  return [...inside, 'setpriv', ...user, '--pdeathsig', 'KILL', ...command]
}
