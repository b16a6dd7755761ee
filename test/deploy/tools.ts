/** The tools that check deployment files: Debian's docker-compose and kubectl, systemd's own, and a validator of Kubernetes resources from PyPI. */
import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { missing } from '../envoy/install.js'

const VARIABLE = 'REQUIRE_DEPLOY'
const run = promisify(execFile)

const VALIDATOR = 'kubernetes-validate==1.37.0'
const HOME = join(import.meta.dirname, '../../.cache/kubernetes-validate')
const INSTALL_DEADLINE_MS = 300_000

/** Runs `command`, for a test: output on standard output. Rejects with what it printed when it fails. */
export async function runTool(command: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(command, args)
  return stdout + stderr
}

/** Where `command` cannot be had the test is skipped, loudly; with REQUIRE_DEPLOY=1 it fails instead. */
export async function requireTool(context: Mocha.Context, command: string, ...probe: readonly string[]): Promise<void> {
  await run(command, probe).catch((cause: unknown) => missing(context, command, cause, VARIABLE))
}

/** The validator's executable, installed on first use. */
export async function requireValidator(context: Mocha.Context): Promise<string> {
  context.timeout(INSTALL_DEADLINE_MS)
  const executable = join(HOME, 'bin/kubernetes-validate')
  try {
    await access(executable).catch(async () => {
      await run('python3', ['-m', 'venv', '--clear', HOME])
      await run(join(HOME, 'bin/python3'), ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', VALIDATOR])
    })
  } catch (cause) {
    missing(context, `${VALIDATOR} from PyPI`, cause, VARIABLE)
  }
  return executable
}
