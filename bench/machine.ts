/** The facts without which a figure means nothing. */
import { execFile } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { envoyBinary, NEWEST } from '../test/envoy/install.js'

export type Machine = Readonly<Record<string, string | number>>

export async function describeMachine(): Promise<Machine> {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${process.arch}`,
    /** Above the number of cores, others were at work too: figures of such a run are not worth much. */
    loadAtStart: Number(loadavg()[0]?.toFixed(2)),
    node: process.version,
    envoy: await envoyVersion(),
    commit: await run('git', ['describe', '--always', '--dirty']),
    time: new Date().toISOString(),
  }
}

async function envoyVersion(): Promise<string> {
  const binary = await envoyBinary(NEWEST).catch(() => undefined)
  return binary === undefined ? 'none' : run(binary, ['--version'])
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args).catch(() => ({ stdout: 'unknown' }))
  return stdout.trim().split('version: ').at(-1) ?? ''
}
