/**
 * The aws CLI and boto3 for tests, from PyPI, in a virtual environment of their own under .cache/clients, and the client in Go, built from
 * modules. Run as a program it installs them: node --import tsx test/clients/install.ts
 */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { missing } from '../envoy/install.js'

const run = promisify(execFile)

/** botocore is what both speak through: the CLI's release fixes which. */
const PACKAGES = ['awscli==1.46.3', 'boto3==1.44.5']

const HOME = join(import.meta.dirname, '../../.cache/clients')
/** Holds what is installed, once it is. */
const STAMP = join(HOME, 'packages.txt')
const INSTALL_DEADLINE_MS = 300_000

/** Executables of the environment. */
export interface PythonClients {
  readonly python: string
  readonly aws: string
}

let installing: Promise<PythonClients> | undefined

/** The clients, installed on first use. Rejects when there is no Python, or no way to PyPI. */
export function pythonClients(): Promise<PythonClients> {
  installing ??= install()
  installing.catch(() => (installing = undefined))
  return installing
}

/**
 * The clients, for a `before` hook: `clients = await requireClients(this)`. Where they cannot be had the suite is skipped, loudly; with
 * REQUIRE_CLIENTS=1 it fails instead.
 */
export async function requireClients(context: Mocha.Context): Promise<PythonClients> {
  return requireInstalled(context, `${PACKAGES.join(' and ')} from PyPI`, pythonClients)
}

/** The program made of test/clients/go, for a `before` hook, like `requireClients`. Needs Go 1.24 and its module proxy. */
export function requireGoClient(context: Mocha.Context): Promise<string> {
  return requireInstalled(context, 'Go 1.24 and the AWS SDK for Go', buildGoClient)
}

async function buildGoClient(): Promise<string> {
  const program = join(HOME, '..', 'go-client')
  await run('go', ['build', '-o', program, '.'], { cwd: join(import.meta.dirname, 'go') })
  return program
}

/** h2spec, the conformance test of HTTP/2: the path of the program. */
export function requireH2spec(context: Mocha.Context): Promise<string> {
  return requireInstalled(context, 'Go 1.24 and h2spec', buildH2spec)
}

async function buildH2spec(): Promise<string> {
  const program = join(HOME, '..', 'h2spec')
  const cwd = join(import.meta.dirname, '..', 'http2', 'h2spec')
  await run('go', ['build', '-o', program, 'github.com/summerwind/h2spec/cmd/h2spec'], { cwd })
  return program
}

async function requireInstalled<T>(context: Mocha.Context, what: string, install: () => Promise<T>): Promise<T> {
  context.timeout(INSTALL_DEADLINE_MS)
  try {
    return await install()
  } catch (cause) {
    return missing(context, what, cause, 'REQUIRE_CLIENTS')
  }
}

async function install(): Promise<PythonClients> {
  const bin = join(HOME, 'bin')
  const clients = { python: join(bin, 'python3'), aws: join(bin, 'aws') }
  const wanted = PACKAGES.join('\n')
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === wanted) return clients
  await run('python3', ['-m', 'venv', '--clear', HOME])
  await run(clients.python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...PACKAGES])
  await writeFile(STAMP, wanted)
  return clients
}

if (process.argv[1] === import.meta.filename)
  console.log(await pythonClients(), await buildGoClient(), await buildH2spec())
