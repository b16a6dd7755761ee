/** A PostgreSQL of the tests' own, in a temporary directory: it can be killed, paused and started again. */
import assert from 'node:assert/strict'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, chownSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { missing } from '../envoy/install.js'

const run = promisify(execFile)

/** PostgreSQL refuses to run as root; nobody is there on every machine. */
const NOBODY = 65534
const USER = 'keeper'
const DEADLINE_MILLIS = 60_000

/**
 * A running cluster, for a `before` hook. Where PostgreSQL is not installed the suite is skipped, loudly; with REQUIRE_POSTGRES=1 it fails instead.
 */
export async function requirePostgres(context: Mocha.Context): Promise<PostgresCluster> {
  context.timeout(DEADLINE_MILLIS)
  const directory = findPrograms()
  if (directory !== undefined) return PostgresCluster.make(directory)
  return missing(context, 'PostgreSQL (Debian package "postgresql")', 'no initdb', 'REQUIRE_POSTGRES')
}

/** Where initdb and postgres are, or undefined: Debian keeps them out of the path. */
export function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = list(debian).sort((a, b) => Number(b) - Number(a))
  const places = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env['PATH'] ?? '').split(':')]
  return places.find((place) => ['initdb', 'postgres'].every((program) => isThere(join(place, program))))
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function isThere(path: string): boolean {
  try {
    accessSync(path)
    return true
  } catch {
    return false
  }
}

export class PostgresCluster {
  readonly #programs: string
  /** Of the data, the socket and the log. */
  readonly directory: string
  readonly port: number
  #server: ChildProcess | undefined
  #schemas = 0

  private constructor(programs: string, directory: string, port: number) {
    this.#programs = programs
    this.directory = directory
    this.port = port
  }

  /** Makes one whose locale sorts otherwise than by bytes, and starts it. */
  static async make(programs: string): Promise<PostgresCluster> {
    const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-postgres-'))
    const cluster = new PostgresCluster(programs, directory, await freePort())
    if (isRoot()) chownSync(directory, NOBODY, NOBODY)
    const locale = ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--locale=C.UTF-8']
    const data = join(directory, 'data')
    await run(join(programs, 'initdb'), ['-D', data, '-U', USER, '--auth=trust', '--no-sync', ...locale], identity())
    await cluster.start()
    return cluster
  }

  /** Starts the server, after a `kill` once its last process has gone. */
  async start(): Promise<void> {
    const deadline = performance.now() + DEADLINE_MILLIS
    for (;;) {
      const server = this.#spawn()
      const ended = once(server, 'exit')
      for (;;) {
        if (server.exitCode !== null || server.signalCode !== null) break
        if (await this.#answers()) return void (this.#server = server)
        await Promise.race([sleep(20), ended])
      }
      assert.ok(performance.now() < deadline, `PostgreSQL does not start:\n${this.log()}`)
      await sleep(50)
    }
  }

  #spawn(): ChildProcess {
    const log = openSync(join(this.directory, 'log'), 'a')
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(this.port),
      unix_socket_directories: this.directory,
      max_connections: '100',
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const command = [join(this.#programs, 'postgres'), '-D', join(this.directory, 'data'), ...args]
    // The parent-death signal is set after the change of user, which would clear it.
    const user = isRoot() ? ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'] : []
    const options = ['--pdeathsig', 'QUIT', ...user]
    return spawn('setpriv', [...options, ...command], { stdio: ['ignore', log, log], cwd: this.directory })
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query('select 1')
      return true
    } catch {
      return false
    }
  }

  log(): string {
    return readFileSync(join(this.directory, 'log'), 'utf8').slice(-4000)
  }

  /** The address of the whole database, over TCP unless told otherwise. */
  address(options: Readonly<Record<string, string>> = {}): string {
    const query = new URLSearchParams(options).toString().replaceAll('+', '%20')
    return `postgres://${USER}@127.0.0.1:${this.port}/postgres${query && `?${query}`}`
  }

  /** The address of an empty schema. */
  async newAddress(options: Readonly<Record<string, string>> = {}): Promise<string> {
    const schema = `s${(this.#schemas += 1)}`
    await this.query(`create schema ${schema}`)
    return this.address({ options: `-c search_path=${schema}`, ...options })
  }

  /** Offers TLS with this pair (PEM) from now on, and asks `user` for its password. */
  async secure(cert: Buffer, key: Buffer, user: string): Promise<void> {
    const data = join(this.directory, 'data')
    const own = (name: string, content: Buffer | string): void => {
      writeFileSync(join(data, name), content, { mode: 0o600 })
      if (isRoot()) chownSync(join(data, name), NOBODY, NOBODY)
    }
    own('server.crt', cert)
    own('server.key', key)
    own('pg_hba.conf', `host all ${user} all scram-sha-256\n${readFileSync(join(data, 'pg_hba.conf'), 'utf8')}`)
    await this.query('alter system set ssl = on')
    await this.query('select pg_reload_conf()')
  }

  /** Runs statements past the store. */
  async query<R extends pg.QueryResultRow>(text: string, schema?: string): Promise<R[]> {
    const client = new pg.Client({
      host: this.directory,
      port: this.port,
      user: USER,
      database: 'postgres',
      connectionTimeoutMillis: 5000,
      ...(schema !== undefined && { options: `-c search_path=${schema}` }),
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return (await client.query<R>(text)).rows
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  /** As a power cut ends it: every process at once, without a word. */
  async kill(): Promise<void> {
    const server = this.#server
    if (!server?.pid || server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    this.#signal('SIGKILL')
    await ended
  }

  /** All of its processes stop where they are. */
  pause(): void {
    this.#signal('SIGSTOP')
  }

  resume(): void {
    this.#signal('SIGCONT')
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#server?.pid
    assert.ok(pid !== undefined)
    // The first one makes the others: it goes first, so that none is made meanwhile.
    process.kill(pid, signal)
    for (const child of childrenOf(pid)) {
      try {
        process.kill(child, signal)
      } catch {
        // It has ended by itself.
      }
    }
  }

  async stop(): Promise<void> {
    if (this.#server && this.#server.exitCode === null && this.#server.signalCode === null) {
      this.resume()
      await this.kill()
    }
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

function childrenOf(parent: number): number[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // PID (NAME) STATE PARENT …; the name may hold anything.
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent
      } catch {
        return false
      }
    })
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function identity(): { uid?: number; gid?: number; cwd: string } {
  return { cwd: tmpdir(), ...(isRoot() && { uid: NOBODY, gid: NOBODY }) }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
