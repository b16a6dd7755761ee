/**
 * Plain object → protobuf, in one pass that checks as it writes: whatever protobufjs's fromObject would drop or bend silently is a finding.
 * Deterministic: fields in the order of their numbers, map entries in the order of their keys, no default values where presence does not count.
 */
import { messageTable, type FieldTable, type MessageTable } from './message-table.js'
import { findType } from './root.js'
import type { Scalar } from './scalars.js'
import type { Sink } from './sink.js'

/** Something in an object that does not fit its message type. */
export interface Finding {
  path: string
  readonly message: string
}

/** Where the bytes and the findings of one encoding go. */
export interface Output {
  readonly sink: Sink
  readonly findings: Finding[]
}

type Fields = Readonly<Record<string, unknown>>

const ANY_TYPE_URL = 0x0a
const ANY_VALUE = 0x12
const ENTRY_KEY = 0x0a

/** Writes `message` without a length. After findings the bytes are worthless. */
export function writeMessage(table: MessageTable, message: unknown, output: Output): void {
  if (!isFields(message)) return report(output, '', 'an object is expected')
  if (table.isAny && '@type' in message) return writePacked(message, output)
  if (!table.encodings) return writeFields(table, message, output)
  const known = table.encodings.get(message)
  if (known) return output.sink.raw(known)
  const start = output.sink.length
  const findings = output.findings.length
  writeFields(table, message, output)
  if (output.findings.length === findings) table.encodings.set(message, output.sink.slice(start))
}

function writeFields(table: MessageTable, message: Fields, output: Output, isPacked = false): void {
  let present = isPacked ? 1 : 0
  let oneofs = 0
  for (const field of table.fields) {
    const value = message[field.name]
    if (value === undefined || value === null) continue
    present++
    if ((oneofs & field.oneof) !== 0) report(output, field.name, 'another member of its oneof is set')
    oneofs |= field.oneof
    writeField(field, value, output)
  }
  if (present < Object.keys(message).length) reportUnknown(table, message, isPacked, output)
}

function writeField(field: FieldTable, value: unknown, output: Output): void {
  const before = output.findings.length
  if (field.shape === 'single') writeSingle(field, value, output)
  else if (field.shape === 'map') writeMap(field, value, output)
  else if (!Array.isArray(value)) report(output, '', 'a list is expected')
  else if (field.shape === 'list') writeList(field, value, output)
  else writePackedList(field, value, output)
  if (output.findings.length > before) prefix(output, before, field.name)
}

function writeSingle(field: FieldTable, value: unknown, output: Output): void {
  if (!field.scalar) return writeValue(field, field.tag, value, output)
  const wrong = field.scalar.check(value)
  if (wrong !== undefined) return report(output, '', wrong)
  if (field.skipsDefault && field.scalar.isDefault(value)) return
  output.sink.varint(field.tag)
  field.scalar.write(value, output.sink)
}

function writeList(field: FieldTable, values: readonly unknown[], output: Output): void {
  for (let index = 0; index < values.length; index++) {
    const before = output.findings.length
    writeValue(field, field.tag, values[index], output)
    if (output.findings.length > before) prefix(output, before, `[${index}]`)
  }
}

function writePackedList(field: FieldTable, values: readonly unknown[], output: Output): void {
  if (values.length === 0) return
  output.sink.varint(field.tag)
  const start = output.sink.open()
  for (let index = 0; index < values.length; index++) {
    const before = output.findings.length
    writeScalar(field.scalar as Scalar, values[index], output)
    if (output.findings.length > before) prefix(output, before, `[${index}]`)
  }
  output.sink.close(start)
}

function writeMap(field: FieldTable, value: unknown, output: Output): void {
  if (!isFields(value)) return report(output, '', 'an object is expected')
  for (const key of Object.keys(value).sort()) {
    const before = output.findings.length
    output.sink.varint(field.tag)
    const start = output.sink.open()
    output.sink.varint(ENTRY_KEY)
    output.sink.text(key)
    writeValue(field, field.valueTag, value[key], output)
    output.sink.close(start)
    if (output.findings.length > before) prefix(output, before, `[${JSON.stringify(key)}]`)
  }
}

function writeValue(field: FieldTable, tag: number, value: unknown, output: Output): void {
  output.sink.varint(tag)
  if (!field.message) return writeScalar(field.scalar as Scalar, value, output)
  const start = output.sink.open()
  writeMessage(messageTable(field.message), value, output)
  output.sink.close(start)
}

function writeScalar(scalar: Scalar, value: unknown, output: Output): void {
  const wrong = scalar.check(value)
  if (wrong !== undefined) report(output, '', wrong)
  else scalar.write(value, output.sink)
}

/** An Any given as the members of its message beside `@type`. */
function writePacked(message: Fields, output: Output): void {
  const typeUrl = message['@type']
  const type = typeof typeUrl === 'string' && typeUrl.includes('/') ? findType(typeUrl) : undefined
  if (typeof typeUrl !== 'string' || !type)
    return report(output, '@type', 'no message type in proto/ has this type URL')
  output.sink.varint(ANY_TYPE_URL)
  output.sink.text(typeUrl)
  output.sink.varint(ANY_VALUE)
  const start = output.sink.open()
  writeFields(messageTable(type), message, output, true)
  output.sink.close(start)
}

function reportUnknown(table: MessageTable, message: Fields, isPacked: boolean, output: Output): void {
  for (const [key, value] of Object.entries(message)) {
    if (table.names.has(key) || value === undefined || value === null || (isPacked && key === '@type')) continue
    report(output, key, `no such field in ${table.name}`)
  }
}

function report(output: Output, path: string, message: string): void {
  output.findings.push({ path, message })
}

/** Puts `segment` before the paths of the findings from `from` on: paths are made on the way up, so that they cost nothing when all is well. */
function prefix(output: Output, from: number, segment: string): void {
  for (const finding of output.findings.slice(from)) {
    const joint = finding.path === '' || finding.path.startsWith('[') ? '' : '.'
    finding.path = `${segment}${joint}${finding.path}`
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}
