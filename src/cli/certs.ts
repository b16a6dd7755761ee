/** `meshkeeper certs`: the key material that a server hands to Envoys by ARN, and a private authority (docs/operations.md). */
import { Command } from 'commander'
import { nameOf } from '../certs/chain.js'
import { describeEntries, importFiles, removeMaterial, type Described } from '../certs/import.js'
import { authorityCommands } from './certs-authority.js'
import { directoryOption, explain, report, resolveDirectory, type CertsIo } from './certs-io.js'
import { formatNotation, outputOption } from './output.js'
import { formatTable, printable } from './text.js'

interface ImportFlags {
  readonly certs?: string
  readonly arn: string
  readonly certificate: string
  readonly chain?: string
  readonly privateKey?: string
}

export function certsCommand(io: CertsIo): Command {
  const command = new Command('certs')
    .description('the certificates and authorities that meshes name by ARN; a private certificate authority')
    .addCommand(importCommand(io))
    .addCommand(listCommand(io))
    .addCommand(removeCommand(io))
  for (const each of authorityCommands(io)) command.addCommand(each)
  return command
}

function importCommand(io: CertsIo): Command {
  return directoryOption(new Command('import'))
    .description('check a certificate, or the certificate of an authority, and put it in the place of what the ARN had')
    .requiredOption('--arn <ARN>', 'of an ACM certificate or an ACM Private CA authority, as the mesh names it')
    .requiredOption('--certificate <FILE>', 'PEM; may hold the chain and the private key too')
    .option('--chain <FILE>', 'PEM: the certificates that issued it, each signed by the next')
    .option('--private-key <FILE>', 'PEM, not encrypted; of a certificate only')
    .action((flags: ImportFlags) =>
      explain(async () => {
        const { arn, certificate, chain, privateKey } = flags
        const directory = resolveDirectory(io, flags)
        const files = {
          certificate,
          ...(chain !== undefined && { chain }),
          ...(privateKey !== undefined && { privateKey }),
        }
        report(io, arn, await importFiles({ directory, arn, ...files }))
      }),
    )
}

function listCommand(io: CertsIo): Command {
  return directoryOption(new Command('list'))
    .description('show what is there for which ARN, until when, and what is wrong with it')
    .addOption(outputOption('table'))
    .action((flags: { certs?: string; output: string }) =>
      explain(async () => {
        const directory = resolveDirectory(io, flags)
        const entries = await describeEntries(directory)
        const list = entries.map(describe)
        io.stdout(formatNotation(list, flags.output) ?? printable(formatEntries(list, directory)))
      }),
    )
}

function removeCommand(io: CertsIo): Command {
  return directoryOption(new Command('remove'))
    .description('take away what is there for an ARN; Envoys that have it keep it until they restart')
    .requiredOption('--arn <ARN>', 'of a certificate or an authority')
    .action((flags: { certs?: string; arn: string }) =>
      explain(async () => {
        io.stdout(`removed ${await removeMaterial(resolveDirectory(io, flags), flags.arn)}\n`)
      }),
    )
}

/** As `-o json` has it. */
interface Line {
  readonly arn: string
  readonly file: string
  readonly state: 'ok' | 'broken'
  readonly subject?: string
  readonly names?: string
  readonly expires?: string
  readonly certificates?: number
  readonly warnings: readonly string[]
  readonly problem?: string
}

function describe({ arn, path, material, expires, warnings, problem }: Described): Line {
  const [first] = material?.certificates ?? []
  return {
    arn,
    file: path,
    state: problem === undefined ? 'ok' : 'broken',
    ...(first && {
      subject: nameOf(first),
      ...(first.subjectAltName !== undefined && { names: first.subjectAltName }),
    }),
    ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
    ...(material && { certificates: material.certificates.length }),
    warnings,
    ...(problem !== undefined && { problem }),
  }
}

function formatEntries(lines: readonly Line[], directory: string): string {
  if (lines.length === 0) return `There is nothing in ${directory}.\n`
  const rows = lines.map(({ arn, state, subject = '-', expires, certificates = 0 }) => [
    ...[arn, subject, expires?.slice(0, 10) ?? '-', String(certificates), state],
  ])
  const notes = lines.flatMap(({ file, warnings, problem }) => [
    ...warnings.map((warning) => `${file}: ${warning}\n`),
    ...(problem === undefined ? [] : [`${problem}\n`]),
  ])
  const table = formatTable([['ARN', 'SUBJECT', 'EXPIRES', 'CERTIFICATES', 'STATE'], ...rows])
  return [table, ...(notes.length > 0 ? [notes.join('')] : [])].join('\n')
}
