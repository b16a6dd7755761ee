/** The optional listener of DNS: opened, named in the log and counted. */
import { Counter, type Registry as MetricsRegistry } from 'prom-client'
import { DnsListener, type DnsListenerOptions } from '../cloud-map/dns/listener.js'
import { Zones } from '../cloud-map/dns/zones.js'
import type { Registry } from '../cloud-map/registry.js'
import { formatListenAddress, type TcpAddress } from './address.js'
import { explainListen } from './listener.js'
import type { Logger } from './logger.js'

export interface OpenDns {
  readonly address: TcpAddress
  readonly stop: () => Promise<void>
}

export interface DnsParts {
  readonly address: TcpAddress
  readonly registry: Registry
  readonly logger: Logger
  readonly onAnswer: NonNullable<DnsListenerOptions['onAnswer']>
}

/** Serves the DNS namespaces of `registry`, which somebody else keeps in step. Throws ListenError. */
export async function openDns({ address, registry, logger, onAnswer }: DnsParts): Promise<OpenDns> {
  const zones = new Zones(registry)
  const listen = async (host: string): Promise<OpenDns> => {
    const listener = new DnsListener({ zones, host, port: address.port, onAnswer })
    const bound = { kind: 'tcp', ...(await listener.start()) } as const
    logger.info({ address: formatListenAddress(bound) }, 'answering DNS for the DNS namespaces of Cloud Map')
    return { address: bound, stop: () => listener.close() }
  }
  try {
    if (address.host !== '') return await listen(address.host === 'localhost' ? '127.0.0.1' : address.host)
    return await listen('::').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EAFNOSUPPORT') return listen('0.0.0.0')
      throw error
    })
  } catch (error) {
    throw explainListen(error, '--dns', address)
  }
}

/** The counter of answers. */
export function buildDnsMetrics(registry: MetricsRegistry): { readonly onDnsAnswer: DnsParts['onAnswer'] } {
  const answers = new Counter({
    name: 'meshkeeper_dns_answers_total',
    help: 'Answers of DNS, by transport and response code.',
    labelNames: ['transport', 'code'],
    registers: [registry],
  })
  return { onDnsAnswer: (transport, code) => answers.inc({ transport, code }) }
}
