/** Envoy resources at a glance: one table per type, one line per thing that people look for. */
import type { ResourceConfig } from './proxy-answers.js'
import { count, formatTable } from './text.js'

interface Summary {
  readonly columns: readonly string[]
  /** The cells of each line about a resource. */
  readonly lines: (config: unknown) => readonly (readonly string[])[]
}

/** By noun, as in proxy-answers.ts. */
const SUMMARIES: Readonly<Record<string, Summary>> = {
  clusters: {
    columns: ['TYPE', 'ADDRESSES'],
    lines: (cluster) => {
      // Envoy's default, left out in its JSON.
      const type = text(cluster, 'type') || 'STATIC'
      return [[type, formatSome(addressesOf(pick(cluster, 'load_assignment')), 2)]]
    },
  },
  listeners: {
    columns: ['ADDRESS', 'DIRECTION', 'FILTER CHAINS'],
    lines: (listener) => {
      const chains = list(listener, 'filter_chains').length + (pick(listener, 'default_filter_chain') ? 1 : 0)
      return [[formatAddress(pick(listener, 'address')), text(listener, 'traffic_direction') || '-', String(chains)]]
    },
  },
  endpoints: {
    columns: ['ADDRESS', 'HEALTH'],
    lines: (assignment) => {
      const lines = endpointsOf(assignment).map((each) => [
        formatAddress(pick(each, 'endpoint', 'address')),
        text(each, 'health_status') || 'UNKNOWN',
      ])
      return lines.length > 0 ? lines : [['none', '-']]
    },
  },
  routes: {
    columns: ['DOMAINS', 'MATCH', 'TO'],
    lines: (configuration) =>
      list(configuration, 'virtual_hosts').flatMap((host) => {
        const domains = formatSome(list(host, 'domains').map(String), 1)
        return list(host, 'routes').map((route) => [domains, formatMatch(pick(route, 'match')), formatAction(route)])
      }),
  },
  secrets: {
    columns: ['HOLDS'],
    lines: (secret) => [[pick(secret, 'tls_certificate') ? 'certificate' : 'validation context']],
  },
}

/** A table with every resource; those that were not sent have no more than name and state. */
export function formatResources(noun: string, resources: readonly ResourceConfig[]): string {
  const { columns, lines } = SUMMARIES[noun] ?? { columns: [], lines: () => [[]] }
  if (resources.length === 0) return `No ${noun}.\n`
  const rows = resources.flatMap(({ name, state, version = '-', config }) => {
    const cells = config === undefined ? [columns.map(() => '-')] : lines(config)
    return cells.map((each) => [name, ...each, state.replaceAll('_', ' '), version])
  })
  return formatTable([[noun.toUpperCase(), ...columns, 'STATE', 'VERSION'], ...rows])
}

function addressesOf(assignment: unknown): string[] {
  return endpointsOf(assignment).map((each) => formatAddress(pick(each, 'endpoint', 'address')))
}

function endpointsOf(assignment: unknown): unknown[] {
  return list(assignment, 'endpoints').flatMap((locality) => list(locality, 'lb_endpoints'))
}

function formatAddress(address: unknown): string {
  const path = text(address, 'pipe', 'path')
  if (path) return path
  const host = text(address, 'socket_address', 'address')
  return `${host.includes(':') ? `[${host}]` : host}:${text(address, 'socket_address', 'port_value') || '0'}`
}

const PATHS: readonly (readonly [label: string, path: readonly string[]])[] = [
  ['', ['prefix']],
  ['= ', ['path']],
  ['~ ', ['safe_regex', 'regex']],
  ['', ['path_separated_prefix']],
]

function formatMatch(match: unknown): string {
  const path = PATHS.map(([label, names]) => [label, text(match, ...names)] as const).find(([, value]) => value)
  const more = (['headers', 'query_parameters'] as const).flatMap((name) => {
    const number = list(match, name).length
    return number > 0 ? [count(number, name === 'headers' ? 'header' : 'parameter')] : []
  })
  return [path ? path.join('') : '*', ...more].join(' + ')
}

function formatAction(route: unknown): string {
  const status = text(route, 'direct_response', 'status')
  if (status) return `status ${status}`
  const cluster = text(route, 'route', 'cluster') || text(route, 'route', 'cluster_header')
  if (cluster) return [cluster, ...formatRewrites(route)].join(', ')
  const weighted = list(route, 'route', 'weighted_clusters', 'clusters')
  return weighted.map((each) => `${text(each, 'name')} ${text(each, 'weight') || '0'}`).join(', ') || '-'
}

const REWRITES: readonly (readonly [label: string, path: readonly string[]])[] = [
  ['as host', ['host_rewrite_literal']],
  ['as prefix', ['prefix_rewrite']],
  ['as path', ['regex_rewrite', 'substitution']],
]

function formatRewrites(route: unknown): string[] {
  return REWRITES.flatMap(([label, names]) => {
    const value = text(route, 'route', ...names)
    return value ? [`${label} ${value}`] : []
  })
}

/** The first `limit`, and how many more there are. */
function formatSome(items: readonly string[], limit: number): string {
  if (items.length === 0) return '-'
  const more = items.length - limit
  return `${items.slice(0, limit).join(', ')}${more > 0 ? ` +${more}` : ''}`
}

function pick(json: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], json)
}

/** '' when there is none. */
function text(json: unknown, ...path: readonly string[]): string {
  const value = pick(json, ...path)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function list(json: unknown, ...path: readonly string[]): unknown[] {
  const value = pick(json, ...path)
  return Array.isArray(value) ? value : []
}
