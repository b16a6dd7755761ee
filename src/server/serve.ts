/** `meshkeeper serve` and `meshkeeper config`. */
import { Command, Option } from 'commander'
import { formatStoreAddress } from '../store/address.js'
import { formatListenAddress } from './address.js'
import type { Running } from './compose.js'
import { loadConfig, type LoadedConfig } from './config.js'
import { formatSettings } from './config-text.js'
import { buildLogger, type Logger } from './logger.js'
import { formatFlag, formatVariable, OPTION_KEYS, optionOf, type Config } from './options.js'
import { waitForSignal } from './shutdown.js'
import { VERSION } from './version.js'

/** What the commands take from their process. */
export interface ServeIo {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: (text: string) => void
  /** Ends the process at once. */
  readonly exit: (code: number) => void
}

export function serveCommand(io: ServeIo): Command {
  const command = new Command('serve').description('run the control plane')
  return addOptions(command).action((flags: Record<string, string>) => serve(loadFrom(io, flags), io))
}

export function configCommand(io: ServeIo): Command {
  const command = new Command('config').description(
    'print the configuration that serve would run with, and where each value is from',
  )
  return addOptions(command).action((flags: Record<string, string>) => io.stdout(formatSettings(loadFrom(io, flags))))
}

function loadFrom({ environment }: ServeIo, flags: Record<string, string>): LoadedConfig {
  return loadConfig({ flags, environment })
}

function addOptions(command: Command): Command {
  command.option('--config <FILE>', `YAML file of these options, e.g. "logLevel: debug" [${formatVariable('config')}]`)
  for (const key of OPTION_KEYS) {
    const { value, help, default: fallback, isSwitch } = optionOf(key)
    const suffix = fallback === undefined ? '' : ` (default: ${fallback})`
    const flag = new Option(`${formatFlag(key)} ${isSwitch ? `[${value}]` : `<${value}>`}`, `${help}${suffix}`)
    command.addOption(isSwitch ? flag.preset('true') : flag)
  }
  return command.addHelpText(
    'after',
    `
Every option is also an environment variable and a key of the --config file: --log-level is MESHKEEPER_LOG_LEVEL and logLevel.
A flag wins over the environment, the environment over the file, the file over the default.`,
  )
}

/** Less than a library may take: the start should not take a second, with 5,000 resources stored (ADR 0017). */
const REHEARSAL_MILLIS = 250

/** Runs until SIGTERM or SIGINT and an orderly end; a second signal ends at once. */
async function serve({ config }: LoadedConfig, io: ServeIo): Promise<void> {
  const logger = buildLogger(config.logLevel)
  const onCrash = (error: unknown): void => {
    logger.fatal({ err: error }, 'an error that nobody expected; the process ends')
    io.exit(1)
  }
  process.on('uncaughtException', onCrash).on('unhandledRejection', onCrash)
  const signal = waitForSignal(() => {
    logger.warn({}, 'second signal: not waiting any longer')
    io.exit(1)
  })
  // Everything that serves is loaded only here, so that the other commands and complaints come at once.
  const { compose } = await import('./compose.js')
  const { rehearse } = await import('../xds/rehearsal.js')
  const starting = rehearse({ millis: REHEARSAL_MILLIS }).then(() => compose(config, logger))
  const stopped = signal.then((name) => giveUpStart(name, starting, config, logger))
  const running = await Promise.race([starting, stopped])
  // A start may wait for ever for the lock of a store, and an unfinished migration leaves no trace: nothing is lost by leaving.
  if (!running) return io.exit(0)
  io.stdout(`${formatReady(running, config)}\n`)
  await stopOn(signal, running, logger)
}

/** Undefined when the start does not end within the grace. */
async function giveUpStart(
  signal: string,
  starting: Promise<Running>,
  { shutdownGrace }: Config,
  logger: Logger,
): Promise<Running | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), shutdownGrace)))
  const running = await Promise.race([starting, late]).finally(() => clearTimeout(timer))
  if (!running) logger.warn({ signal }, 'stopping before the start has come to its end')
  return running
}

async function stopOn(signal: Promise<NodeJS.Signals>, running: Running, logger: Logger): Promise<void> {
  logger.info({ signal: await signal }, 'stopping')
  await running.close()
  logger.info({}, 'stopped')
}

/** The one line that says that everything listens, and where. */
function formatReady({ addresses }: Running, config: Config): string {
  const listeners = (['api', 'xds', 'admin'] as const).map((name) => {
    const secure = config[`${name}TlsCert`] === undefined ? '' : ' (TLS)'
    return `${name} ${formatListenAddress(addresses[name])}${secure}`
  })
  const dns = addresses.dns ? [`dns ${formatListenAddress(addresses.dns)}`] : []
  const store = `store ${formatStoreAddress(config.store)}`
  return `meshkeeper ${VERSION} is ready: ${[...listeners, ...dns, store].join(', ')}`
}
