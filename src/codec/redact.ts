/** Resources for people to see: as they are, but for private keys. Envoy's own config_dump does the same. */
import { TYPE_URL } from '../envoy/type-url.js'
import { encodeMessage } from './encode.js'
import { fromJson, toJson, type Json } from './json.js'
import type { EncodedResource } from './resource.js'

const REDACTED = '[redacted]'
const REDACTED_SOURCE = { inline_string: REDACTED }

/** Fields whose content is secret wherever they stand, by their names in the .proto files: data sources. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['private_key', 'password', 'pkcs12'])

/** Where a data source only says where its content is. */
const PLACES: ReadonlySet<string> = new Set(['filename', 'environment_variable'])

const PEM_KEY = 'PRIVATE KEY-----'

type Source = Pick<EncodedResource, 'typeUrl' | 'bytes'>

/** A resource as JSON, without private keys. Throws when proto/ has no such type or the bytes are not of it. */
export function toRedactedJson(resource: Source): Json {
  const json = toJson(resource)
  return mayHoldSecrets(resource) ? redact(json) : json
}

/** The bytes of a resource without private keys: its own, as a rule. Throws as `toRedactedJson`. */
export function redactedBytes(resource: Source): Uint8Array {
  const { typeUrl, bytes } = resource
  return mayHoldSecrets(resource) ? encodeMessage(typeUrl, fromJson(typeUrl, toRedactedJson(resource))) : bytes
}

/** Keys travel in secrets; a key that stands in another resource is found by its PEM frame. */
function mayHoldSecrets({ typeUrl, bytes }: Source): boolean {
  return typeUrl === TYPE_URL.secret || Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(PEM_KEY)
}

function redact(json: Json): Json {
  if (typeof json === 'string') return isKey(json) ? REDACTED : json
  if (Array.isArray(json)) return json.map(redact)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, redactMember(name, value)]))
}

function redactMember(name: string, value: Json): Json {
  if (SECRET_FIELDS.has(name)) return namesPlace(value) ? value : REDACTED_SOURCE
  // Bytes must stay base64 to be read again.
  if (name === 'inline_bytes' && isKey(value)) return Buffer.from(REDACTED).toString('base64')
  return redact(value)
}

function isKey(value: Json): boolean {
  if (typeof value !== 'string') return false
  return value.includes(PEM_KEY) || Buffer.from(value, 'base64').includes(PEM_KEY)
}

function namesPlace(value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.keys(value).every((name) => PLACES.has(name))
}
