/** Plain values as protobuf's well-known types. */
import type { BoolValue, Duration, Struct, UInt32Value, Value } from './types.js'

/** A duration of `milliseconds` >= 0, to the nanosecond. */
export function millis(milliseconds: number): Duration {
  const nanos = Math.round((milliseconds % 1000) * 1e6)
  return { seconds: Math.floor(milliseconds / 1000) + Math.floor(nanos / 1e9), nanos: nanos % 1e9 }
}

/** A duration of whole seconds. */
export function seconds(count: number): Duration {
  return { seconds: count, nanos: 0 }
}

export function uint32(value: number): UInt32Value {
  return { value }
}

/** A count that may be wider than 32 bits, such as App Mesh's longs: the greatest value stands for all above it. */
export function cappedUint32(value: number): UInt32Value {
  return { value: Math.min(value, 0xffffffff) }
}

export function bool(value: boolean): BoolValue {
  return { value }
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export function struct(object: Readonly<Record<string, Json>>): Struct {
  return { fields: Object.fromEntries(Object.entries(object).map(([key, value]) => [key, toValue(value)])) }
}

function toValue(json: Json): Value {
  if (json === null) return { nullValue: 'NULL_VALUE' }
  if (typeof json === 'string') return { stringValue: json }
  if (typeof json === 'number') return { numberValue: json }
  if (typeof json === 'boolean') return { boolValue: json }
  if (isList(json)) return { listValue: { values: json.map(toValue) } }
  return { structValue: struct(json) }
}

function isList(json: readonly Json[] | { readonly [key: string]: Json }): json is readonly Json[] {
  return Array.isArray(json)
}
