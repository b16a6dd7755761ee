/** Access logs. */
import { pack } from '../envoy/pack.js'
import { TYPE_URL } from '../envoy/type-url.js'
import type { AccessLog, SubstitutionFormatString } from '../envoy/types.js'
import { struct } from '../envoy/wrappers.js'
import type { FileAccessLog as FileAccessLogSpec, LoggingFormat } from '../model/access-log.js'
import { EXTENSION } from './names.js'
import { compareText } from './request-match.js'

/** The access log of a node: the same on every HTTP connection manager and TCP proxy. None means that nothing is logged. */
export function buildAccessLogs(file: FileAccessLogSpec | undefined): AccessLog[] {
  if (!file) return []
  const log_format = buildFormat(file.format)
  return [
    {
      name: EXTENSION.fileAccessLog,
      typed_config: pack(TYPE_URL.fileAccessLog, {
        path: file.path,
        ...(log_format && { log_format }),
      }),
    },
  ]
}

/** No format means Envoy's own. A text goes through as it is: Envoy adds no line feed to it. */
function buildFormat(format: LoggingFormat | undefined): SubstitutionFormatString | undefined {
  if (format?.text !== undefined) {
    return { text_format_source: { inline_string: format.text }, ...formatters([format.text]) }
  }
  if (!format?.json) return undefined
  const fields = [...format.json].sort((left, right) => compareText(left.key, right.key))
  return {
    json_format: struct(Object.fromEntries(fields.map(({ key, value }) => [key, value]))),
    ...formatters(fields.map(({ value }) => value)),
  }
}

/** App Mesh offers %REQ_WITHOUT_QUERY% beside Envoy's own operators; in Envoy it is an extension that has to be named. */
function formatters(texts: readonly string[]): Pick<SubstitutionFormatString, 'formatters'> {
  if (!texts.some((text) => text.includes('%REQ_WITHOUT_QUERY('))) return {}
  return {
    formatters: [
      {
        name: EXTENSION.reqWithoutQuery,
        typed_config: pack(TYPE_URL.reqWithoutQuery, {}),
      },
    ],
  }
}
