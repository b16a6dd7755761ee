/** The form of a route: a section of its own for targets, match and the rest, for each of the four types. */
import { CreateRouteInput, UpdateRouteInput } from '../../../model/route.js'
import { textIn, valueAt, type Draft } from '../draft.js'
import { nameField, TAGS } from './envelope.js'
import type { Field, KindForm, MemberOption, Section } from './field.js'
import { HTTP_TIMEOUTS, TCP_TIMEOUTS } from './listener-fields.js'
import { GRPC_SERVICE, HEADERS, METADATA, METHOD, PATH, QUERY_PARAMETERS } from './match-fields.js'

const TARGETS: Section = {
  title: 'Targets',
  description:
    'The virtual nodes that share the requests. Weights are relative to each other and add up to 100 at most.',
  base: '',
  fields: [
    {
      type: 'rows',
      path: 'action.weightedTargets',
      label: 'Targets',
      isAlone: true,
      add: 'Add target',
      item: 'Target',
      inline: true,
      initial: {},
      summary: sumWeights,
      fields: [
        { type: 'text', path: 'virtualNode', label: 'Virtual node', suggest: 'virtualNode' },
        { type: 'number', path: 'port', label: 'Target port', suggest: 'targetPort' },
        { type: 'number', path: 'weight', label: 'Weight', placeholder: '100' },
      ],
    },
  ],
}

/** What the weights add up to, and which share of the requests each target gets. */
export function sumWeights(targets: readonly Draft[]): string {
  const weights = targets.map((target) => Number(textIn(valueAt(target, 'weight')) || 'NaN'))
  const known = weights.filter((weight) => Number.isInteger(weight) && weight >= 0)
  const sum = known.reduce((total, weight) => total + weight, 0)
  if (known.length < targets.length || targets.length < 2 || sum === 0) return `Sum of the weights: ${sum}`
  const shares = weights.map((weight) => `${Math.round((weight / sum) * 1000) / 10}%`)
  return `Sum of the weights: ${sum}. Shares of the requests: ${shares.join(', ')}`
}

const PORT: Field = {
  type: 'number',
  path: 'match.port',
  label: 'Port',
  description: 'A listener port of the virtual router; needed when it has several.',
  suggest: 'routerPort',
}

const SCHEME: Field = {
  type: 'choice',
  path: 'match.scheme',
  label: 'Scheme',
  absent: 'Any scheme',
  labels: { http: 'http', https: 'https' },
}

const HTTP_EVENTS: Field = {
  type: 'choices',
  path: 'httpRetryEvents',
  label: 'HTTP retry events',
  labels: {
    'server-error': 'Server error (5xx)',
    'gateway-error': 'Gateway error (502, 503, 504)',
    'client-error': 'Client error (409)',
    'stream-error': 'Stream error (refused stream)',
  },
}

const TCP_EVENTS: Field = {
  type: 'choices',
  path: 'tcpRetryEvents',
  label: 'TCP retry events',
  labels: { 'connection-error': 'Connection error' },
}

const GRPC_EVENTS: Field = {
  type: 'choices',
  path: 'grpcRetryEvents',
  label: 'gRPC retry events',
  labels: {
    cancelled: 'Cancelled',
    'deadline-exceeded': 'Deadline exceeded',
    internal: 'Internal',
    'resource-exhausted': 'Resource exhausted',
    unavailable: 'Unavailable',
  },
}

function additional(timeouts: readonly Field[], events: readonly Field[]): Section {
  const retryPolicy: Field = {
    type: 'group',
    path: 'retryPolicy',
    label: 'Retry policy',
    toggle: 'Set retry policy',
    description: 'Without one App Mesh retries twice; the details page of the route shows what holds.',
    fields: [
      { type: 'duration', path: 'perRetryTimeout', label: 'Retry timeout', placeholder: '2' },
      { type: 'number', path: 'maxRetries', label: 'Maximum retries', placeholder: '3' },
      ...events,
    ],
  }
  return {
    title: 'Additional configuration',
    description: events.length > 0 ? 'Timeouts and retries.' : 'Timeouts.',
    base: '',
    optional: true,
    fields: [
      ...timeouts.map((field) => ({ ...field, path: `timeout.${field.path}` })),
      ...(events.length > 0 ? [retryPolicy] : []),
    ],
  }
}

function matchOf(...fields: readonly Field[]): Section {
  return { title: 'Match', description: 'The requests that this route takes.', base: '', fields }
}

const HTTP_SECTIONS: readonly Section[] = [
  TARGETS,
  matchOf(PORT, METHOD, SCHEME, PATH, QUERY_PARAMETERS, HEADERS),
  additional(HTTP_TIMEOUTS, [HTTP_EVENTS, TCP_EVENTS]),
]

const GRPC_METHOD: Field = { type: 'text', path: 'match.methodName', label: 'Method name', placeholder: 'Method' }

const SECTIONS: Readonly<Record<string, readonly Section[]>> = {
  httpRoute: HTTP_SECTIONS,
  http2Route: HTTP_SECTIONS,
  grpcRoute: [
    TARGETS,
    matchOf(PORT, GRPC_SERVICE, GRPC_METHOD, METADATA),
    additional(HTTP_TIMEOUTS, [GRPC_EVENTS, HTTP_EVENTS, TCP_EVENTS]),
  ],
  tcpRoute: [TARGETS, matchOf(PORT), additional(TCP_TIMEOUTS, [])],
}

/** The types of routes that stand beside each other in a spec. Their fields have sections of their own. */
export function typeOption(member: string, label: string, initial: Draft): MemberOption {
  return { member, label, initial, fields: [] }
}

const NEW_TARGETS = { weightedTargets: [{ weight: '100' }] }
const NEW_HTTP: Draft = { action: NEW_TARGETS, match: { prefix: '/' } }

export const ROUTE_FORM: KindForm<'route'> = {
  kind: 'route',
  noun: 'route',
  create: CreateRouteInput,
  update: UpdateRouteInput,
  initial: { spec: { httpRoute: NEW_HTTP } },
  sections: [
    { title: 'Route', base: '', fields: [nameField('routeName', 'Route name')] },
    {
      title: 'Route configuration',
      base: 'spec',
      fields: [
        {
          type: 'member',
          path: '',
          label: 'Route type',
          description: "The protocol of the virtual router's listener.",
          as: 'radio',
          options: [
            typeOption('httpRoute', 'http', NEW_HTTP),
            typeOption('http2Route', 'http2', NEW_HTTP),
            typeOption('grpcRoute', 'grpc', { action: NEW_TARGETS, match: {} }),
            typeOption('tcpRoute', 'tcp', { action: NEW_TARGETS }),
          ],
        },
        {
          type: 'number',
          path: 'priority',
          label: 'Route priority',
          description: 'Of several routes that match, the one with the lowest number takes a request. Last when empty.',
        },
      ],
    },
    ...Object.entries(SECTIONS).flatMap(([member, sections]) =>
      sections.map((section) => ({ ...section, base: `spec.${member}` })),
    ),
    TAGS,
  ],
}
