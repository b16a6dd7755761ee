/** How large a soak is, how long it takes, and who takes part. */
import { findOutside } from './connections.js'
import { LINKS, type Character, type Temper } from './envoy.js'
import type { Random } from './random.js'
import { gatewayName, guestGatewayName, guestName, isSteady, nodeName, type MeshSize } from './specs.js'

export interface Form {
  readonly clients: number
  readonly seconds: number
  /** Each ends with a look at every client. */
  readonly rounds: number
  readonly sampleSeconds: number
  readonly mesh: MeshSize
  /** Between changes, on average. */
  readonly changeMillis: number
  readonly temper: Temper
  readonly streamMaxAge: string
  /** Most that memory may grow in a minute, once it is warm: MiB in use but for what has a bound of its own, and of the process. */
  readonly growth?: { readonly inUse: number; readonly rss: number }
}

const LONG: Form = {
  clients: 500,
  seconds: 1800,
  rounds: 6,
  sampleSeconds: 60,
  mesh: { nodes: 100, guests: 6, services: 60, gateways: 12, guestGateways: 4 },
  changeMillis: 250,
  temper: { eventMillis: 30_000, longestStallMillis: 15_000, longestDelayMillis: 8000, rejects: 0.02 },
  streamMaxAge: '2m',
  growth: { inUse: 0.5, rss: 2 },
}
const SHORT: Form = {
  clients: 60,
  seconds: 14,
  rounds: 1,
  sampleSeconds: 4,
  mesh: { nodes: 20, guests: 4, services: 15, gateways: 3, guestGateways: 2 },
  changeMillis: 60,
  temper: { eventMillis: 3000, longestStallMillis: 2000, longestDelayMillis: 1000, rejects: 0.03 },
  streamMaxAge: '18s',
}

const long = process.env['LONG_TESTS'] === '1'
export const form: Form = {
  ...(long ? LONG : SHORT),
  ...readNumber('SOAK_CLIENTS', 'clients'),
  ...readNumber('SOAK_SECONDS', 'seconds'),
}
export const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31)

function readNumber(name: string, key: 'clients' | 'seconds'): Partial<Form> {
  const text = process.env[name]
  return text === undefined ? {} : { [key]: Number(text) }
}

/** Undefined where the machine has none: then nobody is abroad. */
export const OUTSIDE = findOutside()

/** Everything about a client that is decided once. */
export function characterOf(index: number, random: Random): Character {
  const proxy = proxyOf(index, random)
  const steady = isSteady(proxy.replace(/^.*\//, ''))
  return {
    name: `envoy-${index}`,
    proxy,
    abroad: OUTSIDE !== undefined && steady && random.chance(0.5),
    variant: random.pick(['sotw', 'delta']),
    link: random.pick(LINKS),
    explicitWildcard: random.chance(0.3),
    agent: random.chance(0.5),
    curious: random.chance(0.2),
  }
}

/** Of twenty clients one is a guest's and one a guest gateway's, three are gateways'. */
function proxyOf(index: number, random: Random): string {
  const { nodes, guests, gateways, guestGateways } = form.mesh
  if (index % 20 === 19) return `virtualNode/${guestName(random.integer(0, guests - 1))}`
  if (index % 20 === 18) return `virtualGateway/${guestGatewayName(random.integer(0, guestGateways - 1))}`
  if (index % 5 === 3) return `virtualGateway/${gatewayName(Math.floor(index / 5) % gateways)}`
  return `virtualNode/${nodeName(index % nodes)}`
}
