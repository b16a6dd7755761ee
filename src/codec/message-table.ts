/** What the encoder has to know of a message type, worked out once per type from the Root. */
import protobuf from 'protobufjs'
import { enumScalar, SCALARS, type Scalar } from './scalars.js'

export type FieldShape = 'single' | 'list' | 'packed' | 'map'

export interface FieldTable {
  readonly name: string
  readonly shape: FieldShape
  /** (number << 3) | wire type, as it stands before the value. */
  readonly tag: number
  /** How values are written, unless they are messages. */
  readonly scalar: Scalar | undefined
  /** The type of values that are messages. */
  readonly message: protobuf.Type | undefined
  /** The tag of the value inside a map entry; the key is always a string. */
  readonly valueTag: number
  /** A value equal to the default is not written: a member of a oneof is, since its presence counts. */
  readonly skipsDefault: boolean
  /** A bit that the members of one oneof share; 0 outside of a oneof. */
  readonly oneof: number
}

export interface MessageTable {
  readonly name: string
  /** In the order of field numbers: the order on the wire. */
  readonly fields: readonly FieldTable[]
  readonly names: ReadonlySet<string>
  readonly isAny: boolean
  /** Encodings of messages of this type by identity, where one message is part of many others: it is encoded for the first of them. */
  readonly encodings: WeakMap<object, Uint8Array> | undefined
}

/** What many proxies share (house rule: shared parts are built and encoded once). */
const SHARED_PARTS: readonly string[] = ['envoy.config.route.v3.VirtualHost', 'envoy.config.listener.v3.FilterChain']

const tables = new WeakMap<protobuf.Type, MessageTable>()

export function messageTable(type: protobuf.Type): MessageTable {
  let table = tables.get(type)
  if (!table) {
    table = build(type)
    tables.set(type, table)
  }
  return table
}

function build(type: protobuf.Type): MessageTable {
  const name = type.fullName.slice(1)
  const fields = [...type.fieldsArray].sort((a, b) => a.id - b.id)
  return {
    name,
    fields: fields.map((field) => buildField(type, field.resolve())),
    names: new Set(fields.map((field) => field.name)),
    isAny: name === 'google.protobuf.Any',
    encodings: SHARED_PARTS.includes(name) ? new WeakMap() : undefined,
  }
}

function buildField(type: protobuf.Type, field: protobuf.Field): FieldTable {
  const message = field.resolvedType instanceof protobuf.Type ? field.resolvedType : undefined
  const scalar = message ? undefined : scalarOf(field)
  const shape = shapeOf(field, scalar)
  const wireType = scalar?.wireType ?? 2
  return {
    name: field.name,
    shape,
    tag: (field.id << 3) | (shape === 'map' || shape === 'packed' ? 2 : wireType),
    scalar,
    message,
    valueTag: (2 << 3) | wireType,
    skipsDefault: shape === 'single' && !field.partOf,
    oneof: field.partOf ? 1 << (type.oneofsArray.indexOf(field.partOf) + 1) : 0,
  }
}

function shapeOf(field: protobuf.Field, scalar: Scalar | undefined): FieldShape {
  if (field instanceof protobuf.MapField) {
    if (field.keyType !== 'string') throw new Error(`${field.fullName}: only string keys are encoded`)
    return 'map'
  }
  if (!field.repeated) return 'single'
  return field.packed && scalar !== undefined && scalar.wireType !== 2 ? 'packed' : 'list'
}

function scalarOf(field: protobuf.Field): Scalar {
  const scalar =
    field.resolvedType instanceof protobuf.Enum ? enumScalar(field.resolvedType.values) : SCALARS[field.type]
  if (!scalar) throw new Error(`${field.fullName}: ${field.type} is not encoded`)
  return scalar
}
