/** What routes and gateway routes match on. */
import type { Field, MemberField, MemberOption } from './field.js'
import { METHODS } from './scalar-labels.js'

function textOption(member: string, label: string, description?: string): MemberOption {
  const field: Field = { type: 'text', path: '', label: 'Value', keepsEmpty: true }
  return { member, label, initial: '', fields: [{ ...field, ...(description !== undefined && { description }) }] }
}

/** How the value of a header or of gRPC metadata is matched. */
const VALUE_MATCH: MemberField = {
  type: 'member',
  path: 'match',
  label: 'Match type',
  as: 'select',
  none: 'Present',
  inline: true,
  options: [
    textOption('exact', 'Exact'),
    textOption('prefix', 'Prefix'),
    {
      member: 'range',
      label: 'Range',
      initial: {},
      fields: [
        { type: 'number', path: 'start', label: 'From', description: 'Inclusive.' },
        { type: 'number', path: 'end', label: 'To', description: 'Exclusive.' },
      ],
    },
    textOption('regex', 'Regex'),
    textOption('suffix', 'Suffix'),
  ],
}

const INVERT: Field = { type: 'flag', path: 'invert', label: 'Invert', default: false }

function namedMatches(path: string, label: string, item: string): Field {
  return {
    type: 'rows',
    path,
    label,
    add: `Add ${item.toLowerCase()}`,
    item,
    inline: true,
    initial: {},
    fields: [{ type: 'text', path: 'name', label: `${item} name` }, VALUE_MATCH, INVERT],
  }
}

export const HEADERS = namedMatches('match.headers', 'Headers', 'Header')
export const METADATA = namedMatches('match.metadata', 'Metadata', 'Metadata')

export const QUERY_PARAMETERS: Field = {
  type: 'rows',
  path: 'match.queryParameters',
  label: 'Query parameters',
  add: 'Add query parameter',
  item: 'Query parameter',
  inline: true,
  initial: {},
  fields: [
    { type: 'text', path: 'name', label: 'Parameter name' },
    {
      type: 'member',
      path: 'match',
      label: 'Match type',
      as: 'select',
      none: 'Present',
      inline: true,
      options: [textOption('exact', 'Exact')],
    },
  ],
}

export const METHOD: Field = {
  type: 'choice',
  path: 'match.method',
  label: 'Method',
  labels: METHODS,
  absent: 'Any method',
}

/** A prefix and a path are members beside each other, of which at most one may be there. */
export const PATH: Field = {
  type: 'member',
  path: 'match',
  label: 'Path',
  description: 'Compared with the path of a request, without its query.',
  as: 'select',
  none: 'Any path',
  inline: true,
  options: [
    textOption('prefix', 'Prefix', 'Starts with /.'),
    textOption('path.exact', 'Exact'),
    textOption('path.regex', 'Regex', 'The whole path must match.'),
  ],
}

export const HOSTNAME: Field = {
  type: 'member',
  path: 'match.hostname',
  label: 'Hostname',
  description: 'The host that a request asks for.',
  as: 'select',
  none: 'Any hostname',
  inline: true,
  options: [textOption('exact', 'Exact'), textOption('suffix', 'Suffix')],
}

export const GRPC_SERVICE: Field = {
  type: 'text',
  path: 'match.serviceName',
  label: 'Service name',
  description: 'The fully qualified name of a gRPC service; any service when empty.',
  placeholder: 'package.Service',
}
