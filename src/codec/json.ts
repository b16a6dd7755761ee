/**
 * Messages ↔ ProtoJSON with the names of the .proto files, for golden files, dumps and the console: fields in the order of their numbers, map keys
 * sorted, an Any opened as {"@type": …} when proto/ has its type, default values left out where presence does not count.
 */
import protobuf from 'protobufjs'
import type { EncodedResource } from './resource.js'
import { findType, lookupType } from './root.js'
import { formatBytes, formatDouble, JSON_FORMS, type Json, type JsonForm, type Members } from './well-known.js'

export type { Json } from './well-known.js'

/** An encoded message as JSON. Throws when proto/ has no such type or the bytes are not of it. */
export function toJson(resource: Pick<EncodedResource, 'typeUrl' | 'bytes'>): Json
export function toJson(typeNameOrUrl: string, bytes: Uint8Array): Json
export function toJson(source: string | Pick<EncodedResource, 'typeUrl' | 'bytes'>, bytes?: Uint8Array): Json {
  if (typeof source !== 'string') return toJson(source.typeUrl, source.bytes)
  const type = lookupType(source)
  return messageToJson(type, decode(type, bytes ?? new Uint8Array()))
}

/**
 * The object that encodes to the message which `json` describes, in the form that the encoder and `checkStrict` take; members may also be named in
 * lowerCamelCase. What does not fit the type is left as it is for them to report. Throws when proto/ has no such type.
 */
export function fromJson(typeNameOrUrl: string, json: Json): object {
  return messageFromJson(lookupType(typeNameOrUrl), json) as object
}

const ANY: JsonForm = {
  toJson: (message) => {
    const typeUrl = Object.hasOwn(message, 'type_url') ? (message['type_url'] as string) : ''
    const bytes = Object.hasOwn(message, 'value') ? (message['value'] as Uint8Array) : new Uint8Array()
    if (typeUrl === '' && bytes.length === 0) return {}
    const type = findType(typeUrl)
    if (!type) return { '@type': typeUrl, value: formatBytes(bytes) }
    const content = messageToJson(type, decode(type, bytes))
    return formOf(type) ? { '@type': typeUrl, value: content } : { '@type': typeUrl, ...(content as object) }
  },
  fromJson: (json) => {
    if (!isObject(json) || typeof json['@type'] !== 'string') return json
    const { '@type': typeUrl, ...members } = json
    const type = findType(typeUrl)
    if (!type) return isRaw(members) ? { type_url: typeUrl, value: members['value'] } : json
    const content = messageFromJson(type, formOf(type) ? (members['value'] ?? null) : members)
    return { '@type': typeUrl, ...(content as object) }
  },
}

function messageToJson(type: protobuf.Type, message: Members): Json {
  const form = formOf(type)
  if (form) return form.toJson(message)
  const json: Record<string, Json> = {}
  for (const field of fieldsInOrder(type)) {
    const value = message[field.name]
    if (!Object.hasOwn(message, field.name) || isAbsent(field, value)) continue
    json[field.name] = fieldToJson(field, value)
  }
  return json
}

function fieldToJson(field: protobuf.Field, value: unknown): Json {
  if (field.repeated) return (value as unknown[]).map((item) => valueToJson(field, item))
  if (!field.map) return valueToJson(field, value)
  const members = value as Record<string, unknown>
  const keys = Object.keys(members).sort()
  return Object.fromEntries(keys.map((key) => [key, valueToJson(field, members[key])]))
}

function valueToJson(field: protobuf.Field, value: unknown): Json {
  const type = field.resolvedType
  if (type instanceof protobuf.Type) return messageToJson(type, value as Members)
  if (type instanceof protobuf.Enum) return type.valuesById[value as number] ?? (value as number)
  if (field.type === 'bytes') return formatBytes(value as Uint8Array)
  if (field.type === 'double' || field.type === 'float') return formatDouble(value as number)
  return field.type.endsWith('64') ? String(value) : (value as Json)
}

function messageFromJson(type: protobuf.Type, json: Json): unknown {
  const form = formOf(type)
  if (form) return form.fromJson(json)
  if (!isObject(json)) return json
  const names = fieldNames(type)
  const members = Object.entries(json).map(([key, value]): [string, unknown] => {
    const name = names.get(key) ?? key
    return [name, fieldFromJson(type.fields[name], value)]
  })
  return Object.fromEntries(members)
}

function fieldFromJson(field: protobuf.Field | undefined, json: Json): unknown {
  const type = field?.resolvedType
  if (!field || !(type instanceof protobuf.Type)) return json
  if (field.repeated) return Array.isArray(json) ? json.map((item) => messageFromJson(type, item)) : json
  if (!field.map) return json === null && !isValue(type) ? json : messageFromJson(type, json)
  if (!isObject(json)) return json
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, messageFromJson(type, value)]))
}

const namesByType = new WeakMap<protobuf.Type, ReadonlyMap<string, string>>()

/** By either spelling: as in the .proto file, and in lowerCamelCase. */
function fieldNames(type: protobuf.Type): ReadonlyMap<string, string> {
  let names = namesByType.get(type)
  if (!names) {
    const spellings = type.fieldsArray.flatMap(({ name }): [string, string][] => [
      [name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()), name],
      [name, name],
    ])
    namesByType.set(type, (names = new Map(spellings)))
  }
  return names
}

/** A scalar of its default value outside of a oneof is as good as not there, though some encoders write it. */
function isAbsent(field: protobuf.Field, value: unknown): boolean {
  if (field.repeated) return (value as unknown[]).length === 0
  if (field.map) return Object.keys(value as object).length === 0
  if (field.partOf || field.resolvedType instanceof protobuf.Type) return false
  if (field.type === 'bytes') return (value as Uint8Array).length === 0
  return field.type === 'string' ? value === '' : Object.is(Number(value), 0)
}

function formOf(type: protobuf.Type): JsonForm | undefined {
  const name = type.fullName.slice(1)
  return name === 'google.protobuf.Any' ? ANY : JSON_FORMS[name]
}

function fieldsInOrder(type: protobuf.Type): protobuf.Field[] {
  return [...type.fieldsArray].sort((a, b) => a.id - b.id)
}

function decode(type: protobuf.Type, bytes: Uint8Array): Members {
  return type.decode(bytes) as unknown as Members
}

function isValue(type: protobuf.Type): boolean {
  return type.fullName === '.google.protobuf.Value'
}

function isObject(json: Json): json is { [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** How `ANY.toJson` shows content of a type that proto/ lacks. */
function isRaw(members: Readonly<Record<string, Json>>): boolean {
  return typeof members['value'] === 'string' && Object.keys(members).length === 1
}
