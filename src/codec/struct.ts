/** google.protobuf.Struct as plain JSON. */
import { delimited, double, integer, type FieldTable, type Scanner } from './scanner.js'

/** Nothing deeper than this is read: the metadata of a node comes from outside. */
const MAX_DEPTH = 32

interface Entry {
  readonly depth: number
  key: string
  value: unknown
}

interface Value {
  readonly depth: number
  value: unknown
}

interface List {
  readonly depth: number
  readonly items: unknown[]
}

interface Fields {
  readonly depth: number
  readonly entries: [string, unknown][]
}

const STRUCT_FIELDS: FieldTable<Fields> = {
  [delimited(1)]: ({ depth, entries }, scanner) => {
    const { key, value } = scanner.message().readInto<Entry>({ depth, key: '', value: null }, ENTRY_FIELDS)
    entries.push([key, value])
  },
}

/** A map entry may come without its value. */
const ENTRY_FIELDS: FieldTable<Entry> = {
  [delimited(1)]: (entry, scanner) => (entry.key = scanner.text()),
  [delimited(2)]: (entry, scanner) => (entry.value = readValue(scanner.message(), entry.depth + 1)),
}

const VALUE_FIELDS: FieldTable<Value> = {
  [integer(1)]: (draft) => (draft.value = null),
  [double(2)]: (draft, scanner) => (draft.value = scanner.double()),
  [delimited(3)]: (draft, scanner) => (draft.value = scanner.text()),
  [integer(4)]: (draft, scanner) => (draft.value = scanner.number() !== 0),
  [delimited(5)]: (draft, scanner) => (draft.value = readStruct(scanner.message(), draft.depth)),
  [delimited(6)]: (draft, scanner) => {
    const { depth } = draft
    draft.value = scanner.message().readInto<List>({ depth, items: [] }, LIST_FIELDS).items
  },
}

const LIST_FIELDS: FieldTable<List> = {
  [delimited(1)]: ({ depth, items }, scanner) => items.push(readValue(scanner.message(), depth + 1)),
}

/** The JSON that a Struct stands for. What is nested too deeply becomes null. Throws when the bytes are none. */
export function readStruct(scanner: Scanner, depth = 0): Record<string, unknown> {
  return Object.fromEntries(scanner.readInto<Fields>({ depth, entries: [] }, STRUCT_FIELDS).entries)
}

function readValue(scanner: Scanner, depth: number): unknown {
  return depth > MAX_DEPTH ? null : scanner.readInto<Value>({ depth, value: null }, VALUE_FIELDS).value
}
