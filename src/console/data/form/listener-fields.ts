/** The listeners of nodes and gateways: port, pools, health checks and timeouts. */
import { isRecord } from '../../../model/prune.js'
import { valueAt, type Draft, type DraftRecord } from '../draft.js'
import type { ByProtocolField, ChoiceField, Field, GroupField } from './field.js'
import { GATEWAY_PROTOCOLS, PROTOCOLS } from './scalar-labels.js'
import { LISTENER_TLS } from './tls-fields.js'

const PORT: Field = { type: 'number', path: 'port', label: 'Port', placeholder: '8080' }

/** A port and its protocol, without anything that depends on them. */
export const PORT_MAPPING: readonly Field[] = [
  { ...PORT, path: 'portMapping.port' },
  { type: 'choice', path: 'portMapping.protocol', label: 'Protocol', labels: PROTOCOLS },
]

/** A new listener. */
export const NEW_LISTENER: DraftRecord = { portMapping: { protocol: 'http' } }

/** The members of a listener that are named by its protocol, and which members each protocol has there. */
const BY_PROTOCOL: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  connectionPool: {
    http: ['maxConnections', 'maxPendingRequests'],
    http2: ['maxRequests'],
    grpc: ['maxRequests'],
    tcp: ['maxConnections'],
  },
  timeout: {
    http: ['perRequest', 'idle'],
    http2: ['perRequest', 'idle'],
    grpc: ['perRequest', 'idle'],
    tcp: ['idle'],
  },
}

/** A listener whose protocol has changed: pool and timeouts go over to it, as far as it has them. */
export function followProtocol(listener: Draft): Draft {
  const protocol = valueAt(listener, 'portMapping.protocol')
  if (!isRecord(listener) || typeof protocol !== 'string') return listener
  const moved = Object.entries(BY_PROTOCOL).flatMap(([name, members]) => {
    const [value] = Object.values(listener[name] ?? {}) as readonly (Draft | undefined)[]
    return isRecord(value) ? [[name, { [protocol]: pick(value, members[protocol] ?? []) }]] : []
  })
  return { ...listener, ...(Object.fromEntries(moved) as DraftRecord) }
}

function pick(record: DraftRecord, names: readonly string[]): DraftRecord {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)))
}

/** A health check whose protocol has changed: only http and http2 have a path. */
export function followCheckProtocol(check: Draft): Draft {
  const protocol = valueAt(check, 'protocol')
  if (!isRecord(check) || protocol === 'http' || protocol === 'http2') return check
  return Object.fromEntries(Object.entries(check).filter(([name]) => name !== 'path'))
}

const HTTP = ['http', 'http2']

function protocolField(labels: Readonly<Record<string, string>>): ChoiceField {
  return { type: 'choice', path: 'portMapping.protocol', label: 'Protocol', labels, then: followProtocol }
}

function healthCheck(labels: Readonly<Record<string, string>>): GroupField {
  const threshold = (path: string, label: string, description: string): Field => ({
    type: 'number',
    path,
    label,
    description,
    placeholder: '2',
  })
  return {
    type: 'group',
    path: 'healthCheck',
    label: 'Health check',
    toggle: 'Enable health check',
    inline: true,
    fields: [
      { type: 'choice', path: 'protocol', label: 'Health check protocol', labels, then: followCheckProtocol },
      {
        type: 'number',
        path: 'port',
        label: 'Health check port',
        description: "The listener's port when empty; no other port is possible.",
      },
      {
        type: 'text',
        path: 'path',
        label: 'Path',
        placeholder: '/ping',
        enabledBy: { path: 'protocol', values: HTTP, otherwise: 'Only for the protocols http and http2.' },
      },
      threshold('healthyThreshold', 'Healthy threshold', 'Checks in a row that make an endpoint healthy.'),
      threshold('unhealthyThreshold', 'Unhealthy threshold', 'Failed checks in a row that make it unhealthy.'),
      { type: 'number', path: 'intervalMillis', label: 'Interval', placeholder: '5000', unit: 'milliseconds' },
      { type: 'number', path: 'timeoutMillis', label: 'Timeout', placeholder: '2000', unit: 'milliseconds' },
    ],
  }
}

const CONNECTIONS: Field = { type: 'number', path: 'maxConnections', label: 'Maximum connections' }
const REQUESTS: Field = { type: 'number', path: 'maxRequests', label: 'Maximum requests' }
const PENDING: Field = {
  type: 'number',
  path: 'maxPendingRequests',
  label: 'Maximum pending requests',
  description: '2147483647 when empty.',
}

const POOLS = { http: [CONNECTIONS, PENDING], http2: [REQUESTS], grpc: [REQUESTS], tcp: [CONNECTIONS] }

function connectionPool(options: ByProtocolField['options']): ByProtocolField {
  return {
    type: 'byProtocol',
    path: 'connectionPool',
    label: 'Connection pool',
    toggle: 'Enable connection pool',
    protocol: 'portMapping.protocol',
    options,
  }
}

const OUTLIER_DETECTION: Field = {
  type: 'group',
  path: 'outlierDetection',
  label: 'Outlier detection',
  toggle: 'Enable outlier detection',
  inline: true,
  fields: [
    {
      type: 'number',
      path: 'maxServerErrors',
      label: 'Server errors',
      description: 'Server errors in a row that eject an endpoint.',
      placeholder: '5',
    },
    { type: 'duration', path: 'interval', label: 'Outlier detection interval', placeholder: '10' },
    { type: 'duration', path: 'baseEjectionDuration', label: 'Base ejection duration', placeholder: '30' },
    { type: 'number', path: 'maxEjectionPercent', label: 'Ejection percentage', placeholder: '50', unit: 'percent' },
  ],
}

const IDLE: Field = {
  type: 'duration',
  path: 'idle',
  label: 'Idle timeout',
  description: '300 seconds when empty; 0 switches it off.',
}
const PER_REQUEST: Field = {
  type: 'duration',
  path: 'perRequest',
  label: 'Request timeout',
  description: '15 seconds when empty; 0 switches it off.',
}
export const HTTP_TIMEOUTS: readonly Field[] = [PER_REQUEST, IDLE]
export const TCP_TIMEOUTS: readonly Field[] = [IDLE]

export const NODE_LISTENER: readonly Field[] = [
  {
    type: 'group',
    path: '',
    label: 'Port and protocol',
    inline: true,
    fields: [{ ...PORT, path: 'portMapping.port' }, protocolField(PROTOCOLS)],
  },
  connectionPool(POOLS),
  OUTLIER_DETECTION,
  healthCheck(PROTOCOLS),
  LISTENER_TLS,
  {
    type: 'byProtocol',
    path: 'timeout',
    label: 'Timeouts',
    toggle: 'Set timeouts',
    protocol: 'portMapping.protocol',
    options: { http: HTTP_TIMEOUTS, http2: HTTP_TIMEOUTS, grpc: HTTP_TIMEOUTS, tcp: TCP_TIMEOUTS },
  },
]

export const GATEWAY_LISTENER: readonly Field[] = [
  {
    type: 'group',
    path: '',
    label: 'Port and protocol',
    inline: true,
    fields: [{ ...PORT, path: 'portMapping.port' }, protocolField(GATEWAY_PROTOCOLS)],
  },
  connectionPool({ http: POOLS.http, http2: POOLS.http2, grpc: POOLS.grpc }),
  healthCheck(GATEWAY_PROTOCOLS),
  LISTENER_TLS,
]
