/** `meshkeeper bootstrap`: App Mesh's environment variables in, an Envoy bootstrap out (docs/bootstrap.md). */
import { readFile } from 'node:fs/promises'
import { machine, networkInterfaces, release } from 'node:os'
import { Command, Option } from 'commander'
import { parse } from 'yaml'
import { buildBootstrap, type BootstrapResult } from '../bootstrap/bootstrap.js'
import { MERGE_FILES, type MergeContents, type MergeFile } from '../bootstrap/merge.js'
import type { Host } from '../bootstrap/node.js'
import { formatBootstrapYaml, formatStart } from '../bootstrap/print.js'
import { IMAGES, type Image } from '../bootstrap/variable.js'
import type { Environment } from '../bootstrap/variables.js'
import { CommandError } from './command-error.js'
import { writeFileAtomically } from './write-file.js'

/** What the command takes from its process. */
export interface BootstrapIo {
  readonly environment: Environment
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
}

const FORMATS = ['yaml', 'json'] as const

interface Options {
  readonly output?: string
  readonly format: (typeof FORMATS)[number]
  readonly image: Image
  readonly hostInfo: boolean
}

export function bootstrapCommand(io: BootstrapIo = processIo()): Command {
  return new Command('bootstrap')
    .description('print an Envoy bootstrap made from the App Mesh environment variables (APPMESH_RESOURCE_ARN, …)')
    .option('-o, --output <file>', 'write to a file, all or nothing, instead of standard output')
    .addOption(new Option('--format <format>', 'notation of the bootstrap').choices(FORMATS).default('yaml'))
    .addOption(new Option('--image <image>', 'Envoy that will read it').choices(IMAGES).default('stock'))
    .option('--no-host-info', 'leave out what this machine says about itself: for an Envoy that runs elsewhere')
    .action(async (options: Options) => printBootstrap(io, options))
}

function processIo(): BootstrapIo {
  return {
    environment: process.env,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
  }
}

async function printBootstrap(io: BootstrapIo, { output, format, image, hostInfo }: Options): Promise<void> {
  const files = await readMergeFiles(io.environment)
  const host = hostInfo ? readHost() : {}
  const result = buildBootstrap({ image, environment: io.environment, files, host })
  for (const { path, message } of result.warnings) io.stderr(`warning: ${path} ${message}\n`)
  if (!result.ok)
    throw new CommandError(result.problems.map(({ path, message }) => `error: ${path} ${message}`).join('\n'))
  const text = FORMATTERS[format](result)
  if (output !== undefined) await save(output, text)
  else io.stdout(text)
  if (output !== undefined || format === 'json') io.stderr(`start: ${formatStart(output ?? 'FILE', result)}\n`)
}

type Bootstrap = Extract<BootstrapResult, { ok: true }>

const FORMATTERS: Record<Options['format'], (result: Bootstrap) => string> = {
  yaml: formatBootstrapYaml,
  json: ({ bootstrap }) => `${JSON.stringify(bootstrap, undefined, 2)}\n`,
}

async function save(output: string, text: string): Promise<void> {
  try {
    await writeFileAtomically(output, text)
  } catch (error) {
    throw new CommandError(`error: cannot write ${output}: ${messageOf(error)}`, { cause: error })
  }
}

/** The files that the environment names, parsed; an empty file reads as null. */
async function readMergeFiles(environment: Environment): Promise<MergeContents> {
  const contents: Partial<Record<MergeFile, unknown>> = {}
  for (const name of MERGE_FILES) {
    const path = environment[name]?.trim()
    if (path) contents[name] = await readYaml(name, path)
  }
  return contents
}

async function readYaml(name: MergeFile, path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8'), { merge: true }) as unknown
  } catch (error) {
    throw new CommandError(`error: ${name}: cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
}

function readHost(): Host {
  return { interfaces: networkInterfaces(), system: { platform: machine(), kernelVersion: release() } }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
