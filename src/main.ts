#!/usr/bin/env node
/** The entry: arguments and environment go to one command, its end becomes the exit code. */
import { buffer } from 'node:stream/consumers'
import { CommandError } from './cli/command-error.js'
import { runProgram, type ProgramOptions } from './cli/program.js'
import { buildCommands, buildHiddenCommands } from './commands.js'
import { ConfigError } from './server/config.js'
import { ListenError } from './server/listener.js'
import { TlsError } from './server/tls.js'
import { VERSION } from './server/version.js'
import { BackupError } from './store/backup-error.js'
import { StoreUnavailableError } from './store/store.js'

const stdout = (text: string): void => void process.stdout.write(text)
const stderr = (text: string): void => void process.stderr.write(text)
const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const io = {
  environment: process.env,
  stdout,
  stderr,
  exit: (code: number): void => process.exit(code),
  readStdin: () => buffer(process.stdin),
  onInterrupt: (listener: () => void) => {
    for (const signal of INTERRUPTS) process.on(signal, listener)
    return () => {
      for (const signal of INTERRUPTS) process.off(signal, listener)
    }
  },
  isTerminal: { stdout: process.stdout.isTTY, stderr: process.stderr.isTTY },
}

const explain: ProgramOptions['explain'] = (error) => {
  if (error instanceof CommandError) return { text: error.message, code: error.code }
  if (error instanceof ConfigError) return { text: error.message.replaceAll(/^/gm, 'error: '), code: 2 }
  if (error instanceof ListenError || error instanceof TlsError) return { text: `error: ${error.message}`, code: 1 }
  if (error instanceof StoreUnavailableError || error instanceof BackupError)
    return { text: `error: ${error.message}`, code: 1 }
  return undefined
}

const commands = buildCommands(io)
const hidden = buildHiddenCommands(io)
const argv = process.argv.slice(2)
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A server serves whether its ready line can be written or not.
  if (argv[0] === 'serve') return
  // `meshkeeper … | head`: whoever reads no more has what it wanted.
  if (error.code === 'EPIPE') process.exit(0)
  stderr(`error: cannot write to standard output: ${error.message}\n`)
  process.exit(1)
})
const code = await runProgram(argv, { version: VERSION, commands, hidden, stdout, stderr, explain })
// What the last write came to is told only after it.
setImmediate(() => process.exit(code))
