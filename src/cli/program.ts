/** The command line as a whole: which commands there are, and what the process ends with. */
import { Command, CommanderError } from 'commander'
import { CommandEnd } from './command-error.js'

/** 0 done, 1 it failed, 2 it was asked wrongly. */
export type ExitCode = 0 | 1 | 2

export interface ProgramOptions {
  readonly version: string
  readonly commands: readonly Command[]
  /** Those that no help tells of. */
  readonly hidden?: readonly Command[]
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** What to say of an error and how to end; undefined for one that nobody foresaw, whose stack is printed. */
  readonly explain: (error: unknown) => { readonly text: string; readonly code: ExitCode } | undefined
}

/** Runs one command. Never throws: what goes wrong is printed, and told by the exit code. */
export async function runProgram(argv: readonly string[], options: ProgramOptions): Promise<ExitCode> {
  const program = buildProgram(options)
  try {
    if (argv.length === 0) {
      options.stderr(program.helpInformation())
      return 2
    }
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has printed its own complaints and help by now.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof CommandEnd) return error.code
    const { text, code } = options.explain(error) ?? { text: `error: ${stackOf(error)}`, code: 1 }
    options.stderr(`${text}\n`)
    return code
  }
}

/** The tree of all commands: what runs, and what the reference is written from. */
export function buildProgram({
  version,
  commands,
  hidden = [],
  stdout,
  stderr,
}: Omit<ProgramOptions, 'explain'>): Command {
  const program = new Command('meshkeeper')
    .description('Self-hosted replacement for the AWS App Mesh control plane')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', '\nmeshkeeper help COMMAND explains a command.')
  const versionCommand = new Command('version')
    .description('print the version')
    .action(() => stdout(`meshkeeper ${version}\n`))
  for (const command of [...commands, versionCommand]) program.addCommand(command)
  for (const command of hidden) program.addCommand(command, { hidden: true })
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
    command
      .exitOverride()
      .showHelpAfterError(`Run "${nameOf(command)} --help" for what there is.`)
      .configureOutput({ writeOut: stdout, writeErr: stderr })
      .allowExcessArguments(false)
  return program
}

function nameOf(command: Command): string {
  return command.parent ? `${command.parent.name()} ${command.name()}` : command.name()
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
