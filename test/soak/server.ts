/** `meshkeeper serve` as a process of its own, whose memory is its own alone. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { MemorySample } from './memory-probe.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PROBE = new URL('memory-probe.ts', import.meta.url).href
const READY = /is ready: api 127\.0\.0\.1:(\d+), xds [\d.]+:(\d+), admin 127\.0\.0\.1:(\d+), store/
const FREE = ['--api', '127.0.0.1:0', '--xds', '127.0.0.1:0', '--admin', '127.0.0.1:0']
const ERRORS: readonly unknown[] = ['error', 'fatal']

export class ServerUnderTest {
  readonly apiPort: number
  readonly xdsPort: number
  readonly adminPort: number
  /** What it logged as an error. */
  readonly errors: string[] = []
  readonly #child: ChildProcess
  readonly #directory: string

  private constructor(child: ChildProcess, directory: string, [, api, xds, admin]: RegExpExecArray) {
    this.#child = child
    this.#directory = directory
    this.apiPort = Number(api)
    this.xdsPort = Number(xds)
    this.adminPort = Number(admin)
  }

  static async start(...flags: readonly string[]): Promise<ServerUnderTest> {
    const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-soak-'))
    const store = ['--store', `sqlite:${join(directory, 'mesh.db')}`]
    const node = ['--expose-gc', '--import', 'tsx', '--import', PROBE]
    const child = spawn(
      process.execPath,
      [...node, 'src/main.ts', 'serve', ...FREE, ...store, '--log-level', 'warn', ...flags],
      {
        cwd: ROOT,
        env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MESHKEEPER_'))),
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    )
    const errors: string[] = []
    createInterface({ input: child.stderr! }).on('line', (line) => {
      if (isError(line)) errors.push(line)
    })
    for await (const line of createInterface({ input: child.stdout! })) {
      const match = READY.exec(line)
      if (!match) continue
      const server = new ServerUnderTest(child, directory, match)
      Object.assign(server, { errors })
      return server
    }
    throw new Error(`the server ended before it was ready: ${errors.join('\n')}`)
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  async sample(): Promise<MemorySample> {
    const answer = once(this.#child, 'message') as Promise<[MemorySample]>
    this.#child.send('sample')
    return (await answer)[0]
  }

  /** Every time series of /metrics by its name with labels. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`http://127.0.0.1:${this.adminPort}/metrics`)
    const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(
      lines.map((line) => {
        const space = line.lastIndexOf(' ')
        return [line.slice(0, space), Number(line.slice(space + 1))] as const
      }),
    )
  }

  async json(path: string): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.adminPort}${path}`)
    assert.equal(response.status, 200)
    return response.json()
  }

  /** Asks it to end; gives its exit code. */
  async stop(): Promise<number | null> {
    if (!this.isRunning) return this.#child.exitCode
    const ended = once(this.#child, 'exit') as Promise<[number | null]>
    this.#child.kill('SIGTERM')
    const [code] = await ended
    return code
  }

  /** Leaves nothing behind, whatever happened. */
  async discard(): Promise<void> {
    this.#child.kill('SIGKILL')
    await rm(this.#directory, { recursive: true, force: true })
  }
}

function isError(line: string): boolean {
  try {
    return ERRORS.includes((JSON.parse(line) as { level?: unknown }).level)
  } catch {
    return !/Warning|--trace-warnings/.test(line)
  }
}
