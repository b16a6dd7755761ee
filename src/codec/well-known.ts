/** The google.protobuf types that have a JSON form of their own (protobuf guide, "ProtoJSON format"): message ↔ that form. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** Members of a decoded or hand-written message. */
export type Members = Readonly<Record<string, unknown>>

export interface JsonForm {
  toJson(message: Members): Json
  /** A value of another form is handed back as it is, for the strict encoder to report with its path. */
  fromJson(json: Json): unknown
}

const SECONDS = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/
const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/

const duration: JsonForm = {
  toJson: ({ seconds, nanos }) => {
    const [whole, fraction] = [Number(seconds ?? 0), Number(nanos ?? 0)]
    const sign = whole < 0 || fraction < 0 ? '-' : ''
    return `${sign}${Math.abs(whole)}${formatFraction(Math.abs(fraction))}s`
  },
  fromJson: (json) => {
    const [, sign, whole, fraction] = (typeof json === 'string' && SECONDS.exec(json)) || []
    if (whole === undefined) return json
    const factor = sign === '-' ? -1 : 1
    return { seconds: Number(whole) * factor, nanos: parseFraction(fraction) * factor }
  },
}

const timestamp: JsonForm = {
  toJson: ({ seconds, nanos }) => {
    const instant = new Date(Number(seconds ?? 0) * 1000).toISOString().slice(0, 19)
    return `${instant}${formatFraction(Number(nanos ?? 0))}Z`
  },
  fromJson: (json) => {
    const [, instant, fraction] = (typeof json === 'string' && INSTANT.exec(json)) || []
    return instant === undefined ? json : { seconds: Date.parse(`${instant}Z`) / 1000, nanos: parseFraction(fraction) }
  },
}

const value: JsonForm = {
  toJson: (message) => {
    for (const [member, read] of Object.entries(VALUE_MEMBERS)) {
      const present = message[member]
      if (Object.hasOwn(message, member) && present !== undefined) return read(present)
    }
    return null
  },
  fromJson: (json) => {
    if (json === null) return { nullValue: 'NULL_VALUE' }
    if (typeof json === 'string') return { stringValue: json }
    if (typeof json === 'number') return { numberValue: json }
    if (typeof json === 'boolean') return { boolValue: json }
    return Array.isArray(json) ? { listValue: list.fromJson(json) } : { structValue: struct.fromJson(json) }
  },
}

const struct: JsonForm = {
  toJson: ({ fields }) => {
    const entries = Object.entries((fields ?? {}) as Record<string, Members>)
    return Object.fromEntries(entries.sort(byKey).map(([key, member]) => [key, value.toJson(member)]))
  },
  fromJson: (json) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return json
    return { fields: Object.fromEntries(Object.entries(json).map(([key, member]) => [key, value.fromJson(member)])) }
  },
}

const list: JsonForm = {
  toJson: ({ values }) => ((values ?? []) as Members[]).map((member) => value.toJson(member)),
  fromJson: (json) => (Array.isArray(json) ? { values: json.map((member) => value.fromJson(member)) } : json),
}

/** The members of google.protobuf.Value: in proto/'s loader they keep protobufjs's camel case. */
const VALUE_MEMBERS: Readonly<Record<string, (member: unknown) => Json>> = {
  nullValue: () => null,
  numberValue: (member) => formatDouble(Number(member)),
  stringValue: String,
  boolValue: Boolean,
  structValue: (member) => struct.toJson(member as Members),
  listValue: (member) => list.toJson(member as Members),
}

/** By full name. google.protobuf.Any needs the Root and is in json.ts. */
export const JSON_FORMS: Readonly<Record<string, JsonForm>> = {
  'google.protobuf.Duration': duration,
  'google.protobuf.Timestamp': timestamp,
  'google.protobuf.Struct': struct,
  'google.protobuf.Value': value,
  'google.protobuf.ListValue': list,
  'google.protobuf.BoolValue': wrapper((member) => Boolean(member ?? false)),
  'google.protobuf.StringValue': wrapper((member) => (member as string | undefined) ?? ''),
  'google.protobuf.BytesValue': wrapper((member) =>
    formatBytes((member as Uint8Array | undefined) ?? new Uint8Array()),
  ),
  'google.protobuf.Int32Value': wrapper((member) => Number(member ?? 0)),
  'google.protobuf.UInt32Value': wrapper((member) => Number(member ?? 0)),
  'google.protobuf.Int64Value': wrapper((member) => String((member as number | undefined) ?? 0)),
  'google.protobuf.UInt64Value': wrapper((member) => String((member as number | undefined) ?? 0)),
  'google.protobuf.FloatValue': wrapper((member) => formatDouble(Number(member ?? 0))),
  'google.protobuf.DoubleValue': wrapper((member) => formatDouble(Number(member ?? 0))),
}

/** JSON has no number for NaN and the infinities. */
export function formatDouble(number: number): Json {
  return Number.isFinite(number) ? number : String(number)
}

/** protobufjs shows absent bytes as an empty list. */
export function formatBytes(bytes: Uint8Array | readonly number[]): string {
  return Buffer.from(bytes).toString('base64')
}

function wrapper(toJson: (member: unknown) => Json): JsonForm {
  return {
    toJson: (message) => toJson(message['value']),
    fromJson: (json) => (typeof json === 'object' ? json : { value: json }),
  }
}

/** Nothing, or 3, 6 or 9 digits after a point. */
function formatFraction(nanos: number): string {
  if (nanos === 0) return ''
  const digits = String(nanos).padStart(9, '0')
  if (digits.endsWith('000000')) return `.${digits.slice(0, 3)}`
  return digits.endsWith('000') ? `.${digits.slice(0, 6)}` : `.${digits}`
}

function parseFraction(digits: string | undefined): number {
  return Number((digits ?? '').padEnd(9, '0'))
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}
