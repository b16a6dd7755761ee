/** The certificates of the listeners: read at the start, renewed under the running servers. */
import { constants } from 'node:crypto'
import type { Server } from 'node:net'
import { Server as TlsServer, type TlsOptions } from 'node:tls'
import type { Logger } from './logger.js'
import type { Config } from './options.js'
import { TlsWatcher, type TlsFiles, type TlsPair } from './tls.js'
import type { ListenerName } from './warnings.js'

export interface ListenerTls {
  /** Undefined when the listener serves without TLS. */
  readonly pair: TlsPair | undefined
  /** The pair with what else node:tls is to be told. */
  readonly options: TlsOptions | undefined
  /** Hands `server` every renewed pair from now on. */
  renew(server: Server): void
  /** Looks for a renewed pair now. */
  check(): Promise<void>
  stop(): void
}

/** Reads the pair of a listener, if it is configured with one. Throws TlsError. */
export async function openTls(name: ListenerName, config: Config, logger: Logger): Promise<ListenerTls> {
  const files = tlsFiles(name, config)
  if (!files) return WITHOUT_TLS
  let server: TlsServer | undefined
  const watcher = new TlsWatcher({
    files,
    onPair: (pair) => {
      server?.setSecureContext(buildContext(pair))
      logger.info({ listener: name, ...files }, 'certificate renewed')
    },
    onBroken: (error) =>
      logger.error({ listener: name, reason: error.message }, 'the new certificate cannot be used; the old one stays'),
  })
  const pair = await watcher.start()
  return {
    pair,
    options: {
      ...buildContext(pair),
      ...(pair.ca && { requestCert: true, rejectUnauthorized: config.xdsRequireClientCert }),
    },
    renew(started) {
      if (started instanceof TlsServer) server = started
    },
    check: () => watcher.check(),
    stop: () => watcher.stop(),
  }
}

const WITHOUT_TLS: ListenerTls = {
  pair: undefined,
  options: undefined,
  renew: () => undefined,
  check: () => Promise.resolve(),
  stop: () => undefined,
}

/** A resumed session would stand for a certificate that was verified long ago, perhaps against another authority. */
function buildContext(pair: TlsPair): TlsOptions {
  return { ...pair, ...(pair.ca && { secureOptions: constants.SSL_OP_NO_TICKET }) }
}

const KEYS = {
  api: ['apiTlsCert', 'apiTlsKey'],
  xds: ['xdsTlsCert', 'xdsTlsKey'],
  admin: ['adminTlsCert', 'adminTlsKey'],
} as const

function tlsFiles(name: ListenerName, config: Config): TlsFiles | undefined {
  const [cert, key] = [config[KEYS[name][0]], config[KEYS[name][1]]]
  const clientCa = name === 'xds' && config.xdsClientCa !== undefined ? { clientCa: config.xdsClientCa } : {}
  return cert === undefined || key === undefined ? undefined : { cert, key, ...clientCa }
}
