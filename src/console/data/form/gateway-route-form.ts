/** The form of a gateway route: sections of its own for target, match and rewrite, for each of the three types. */
import { CreateGatewayRouteInput, UpdateGatewayRouteInput } from '../../../model/gateway-route.js'
import type { Draft } from '../draft.js'
import { nameField, TAGS } from './envelope.js'
import type { Field, KindForm, Section } from './field.js'
import { GRPC_SERVICE, HEADERS, HOSTNAME, METADATA, METHOD, PATH, QUERY_PARAMETERS } from './match-fields.js'
import { typeOption } from './route-form.js'

const TARGET: Section = {
  title: 'Target',
  description: 'The virtual service that gets the requests.',
  base: '',
  fields: [
    {
      type: 'text',
      path: 'action.target.virtualService.virtualServiceName',
      label: 'Virtual service name',
      suggest: 'virtualService',
    },
    {
      type: 'number',
      path: 'action.target.port',
      label: 'Virtual service provider port',
      description: "A listener port of the service's provider; needed when it has several.",
      suggest: 'servicePort',
    },
  ],
}

const PORT: Field = {
  type: 'number',
  path: 'match.port',
  label: 'Port',
  description: 'A listener port of the virtual gateway; needed when it has several.',
  suggest: 'gatewayPort',
}

function matchOf(...fields: readonly Field[]): Section {
  return { title: 'Match', description: 'The requests that this route takes.', base: '', fields }
}

const ON_OFF = { ENABLED: 'Enabled', DISABLED: 'Disabled' }

const HOSTNAME_REWRITE: Field = {
  type: 'choice',
  path: 'action.rewrite.hostname.defaultTargetHostname',
  label: 'Rewrite of the hostname',
  description: "Whether the host becomes the virtual service's name.",
  absent: 'Default (enabled)',
  labels: ON_OFF,
}

/** Of prefix and path at most one is there; the prefix is either App Mesh's default or a text. */
const PATH_REWRITE: Field = {
  type: 'member',
  path: 'action.rewrite',
  label: 'Rewrite of the path',
  description: 'A rewritten prefix goes with a match by prefix, a rewritten path with a match by path.',
  as: 'select',
  none: 'Default',
  inline: true,
  options: [
    {
      member: 'prefix.value',
      label: 'Prefix: other prefix',
      initial: '',
      fields: [
        {
          type: 'text',
          path: '',
          label: 'New prefix',
          description: 'Starts and ends with /.',
          keepsEmpty: true,
        },
      ],
    },
    {
      member: 'prefix.defaultPrefix',
      label: 'Prefix: default rewrite',
      initial: 'DISABLED',
      fields: [
        {
          type: 'choice',
          path: '',
          label: 'Default rewrite to /',
          labels: ON_OFF,
        },
      ],
    },
    {
      member: 'path.exact',
      label: 'Path: other path',
      initial: '',
      fields: [{ type: 'text', path: '', label: 'New path', description: 'Starts with /.', keepsEmpty: true }],
    },
  ],
}

function rewrite(...fields: readonly Field[]): Section {
  return {
    title: 'Rewrite',
    description: 'What becomes of the host and the path of a request. By default the prefix that matched becomes /.',
    base: '',
    optional: true,
    fields,
  }
}

const HTTP_SECTIONS: readonly Section[] = [
  TARGET,
  matchOf(PORT, METHOD, PATH, HOSTNAME, QUERY_PARAMETERS, HEADERS),
  rewrite(HOSTNAME_REWRITE, PATH_REWRITE),
]

const SECTIONS: Readonly<Record<string, readonly Section[]>> = {
  httpRoute: HTTP_SECTIONS,
  http2Route: HTTP_SECTIONS,
  grpcRoute: [TARGET, matchOf(PORT, GRPC_SERVICE, HOSTNAME, METADATA), rewrite(HOSTNAME_REWRITE)],
}

const NEW_TARGET = { target: { virtualService: {} } }
const NEW_HTTP: Draft = { action: NEW_TARGET, match: { prefix: '/' } }

export const GATEWAY_ROUTE_FORM: KindForm<'gatewayRoute'> = {
  kind: 'gatewayRoute',
  noun: 'gateway route',
  create: CreateGatewayRouteInput,
  update: UpdateGatewayRouteInput,
  initial: { spec: { httpRoute: NEW_HTTP } },
  sections: [
    { title: 'Gateway route', base: '', fields: [nameField('gatewayRouteName', 'Gateway route name')] },
    {
      title: 'Gateway route configuration',
      base: 'spec',
      fields: [
        {
          type: 'member',
          path: '',
          label: 'Gateway route type',
          description: "The protocol of the virtual gateway's listener.",
          as: 'radio',
          options: [
            typeOption('httpRoute', 'http', NEW_HTTP),
            typeOption('http2Route', 'http2', NEW_HTTP),
            typeOption('grpcRoute', 'grpc', { action: NEW_TARGET, match: {} }),
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
