/** google.protobuf.Struct as plain JSON. */
import type { Struct__Output as Struct } from '../envoy/generated/google/protobuf/Struct.js'
import type { Value__Output as Value } from '../envoy/generated/google/protobuf/Value.js'

/** Nothing deeper than this is read: the metadata of a node comes from outside. */
const MAX_DEPTH = 32

/** The JSON that a decoded Struct stands for. What is nested too deeply becomes null. */
export function structToJson({ fields }: Struct, depth = 0): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, valueToJson(value, depth + 1)]))
}

/** A map entry may come without its value. */
function valueToJson(value: Value | null, depth: number): unknown {
  if (!value || depth > MAX_DEPTH) return null
  if (value.structValue) return structToJson(value.structValue, depth)
  if (value.listValue) return value.listValue.values.map((item) => valueToJson(item, depth + 1))
  return value.stringValue ?? value.numberValue ?? value.boolValue ?? null
}
