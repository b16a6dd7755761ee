/** What the commands of `meshkeeper certs` share: the directory, and how they speak. */
import type { Command } from 'commander'
import { DEFAULT_DIRECTORY } from '../certs/arn.js'
import { CertificateError } from '../certs/certificate-error.js'
import type { Imported } from '../certs/import.js'
import { CommandError } from './command-error.js'
import { printable } from './text.js'

/** What the commands take from their process. */
export interface CertsIo {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
}

/** Every command has it, and the server the same. */
export function directoryOption(command: Command): Command {
  return command.option(
    '--certs <DIR>',
    `the directory, as for serve (default: MESHKEEPER_CERTS, else ${DEFAULT_DIRECTORY})`,
  )
}

export function resolveDirectory({ environment }: CertsIo, { certs }: { readonly certs?: string }): string {
  return certs ?? (environment['MESHKEEPER_CERTS'] || DEFAULT_DIRECTORY)
}

/** Says where something was written, on standard output, and what to know of it, on standard error. */
export function report({ stdout, stderr }: CertsIo, arn: string, { path, warnings }: Imported): void {
  for (const warning of warnings) stderr(`warning: ${printable(warning)}\n`)
  stdout(`${arn}\n  is in ${path}\n`)
}

/** Runs a command whose complaints are about files. */
export async function explain(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (error instanceof CertificateError)
      throw new CommandError(`error: ${printable(error.message)}`, { cause: error })
    throw error
  }
}
