/** `meshkeeper store`: copies, backups and restores of whole stores. */
import { Command } from 'commander'
import { formatStoreAddress, parseStoreAddress, type StoreAddress } from '../store/address.js'
import type { Moved } from '../store/move-store.js'
import { ConfigError, loadConfig } from './config.js'
import { formatFlag, formatVariable, optionOf } from './options.js'
import type { ServeIo } from './serve.js'

type Io = Pick<ServeIo, 'environment' | 'stdout'>

export function storeCommand(io: Io): Command {
  return new Command('store')
    .description('copy, back up and restore everything that a store holds')
    .addCommand(copyCommand(io))
    .addCommand(backupCommand(io))
    .addCommand(restoreCommand(io))
}

function copyCommand({ environment, stdout }: Io): Command {
  return new Command('copy')
    .description('copy a store into an empty one: resources, tags, client tokens, and the log with its revisions')
    .argument('<FROM>', 'such as sqlite:./meshkeeper.db; may be in use')
    .argument('<TO>', 'such as postgres://USER:PASSWORD@HOST/DATABASE')
    .action(async (fromText: string, toText: string) => {
      const from = parseArgument('FROM', fromText, environment)
      const to = parseArgument('TO', toText, environment)
      const { copyStore } = await loadMove()
      stdout(`${formatMoved(await copyStore(from, to), to)}\n`)
    })
}

function backupCommand(io: Io): Command {
  return withStore(
    new Command('backup').description('write everything to a file; the store may be in use').argument('<FILE>'),
  ).action(async (file: string, flags: Record<string, string>) => {
    const from = storeOf(io, flags)
    const { backUp } = await loadMove()
    const { revision, rows } = await backUp(from, file)
    io.stdout(`wrote ${formatStoreAddress(from)} at revision ${revision} (${rows} rows) to ${file}\n`)
  })
}

function restoreCommand(io: Io): Command {
  return withStore(
    new Command('restore').description('read a backup into an empty store, all of it or nothing').argument('<FILE>'),
  ).action(async (file: string, flags: Record<string, string>) => {
    const to = storeOf(io, flags)
    const { restore } = await loadMove()
    io.stdout(`${formatMoved(await restore(file, to), to)}\n`)
  })
}

/** The drivers are loaded only by those who use them. */
const loadMove = () => import('../store/move-store.js')

function withStore(command: Command): Command {
  const { value, help, default: fallback } = optionOf('store')
  return command
    .option(`${formatFlag('store')} <${value}>`, `${help} (default: ${fallback ?? ''}) [${formatVariable('store')}]`)
    .option('--config <FILE>', `YAML file of the options of serve [${formatVariable('config')}]`)
}

function storeOf({ environment }: Io, flags: Record<string, string>): StoreAddress {
  return loadConfig({ flags, environment }).config.store
}

function parseArgument(name: string, text: string, environment: Io['environment']): StoreAddress {
  try {
    return parseStoreAddress(text, environment)
  } catch (error) {
    throw new ConfigError(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function formatMoved({ revision, outcome }: Moved, to: StoreAddress): string {
  const store = formatStoreAddress(to)
  return outcome === 'filled'
    ? `${store} is filled: it is at revision ${revision}`
    : `${store} had everything already: it is at revision ${revision}`
}
