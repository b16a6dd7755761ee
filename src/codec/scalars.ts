/** protobuf's scalar types: which values they take, which one is the default, how they are written. */
import type { Sink } from './sink.js'

export interface Scalar {
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wireType: 0 | 1 | 2 | 5
  /** What is wrong with a value; undefined when it fits. */
  check(value: unknown): string | undefined
  /** For a checked value. */
  isDefault(value: unknown): boolean
  /** For a checked value. */
  write(value: unknown, sink: Sink): void
}

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }
const UINT64 = { min: 0n, max: 2n ** 64n - 1n }

/** By name in a .proto file. The zigzag and fixed integers do not occur in proto/. */
export const SCALARS: Readonly<Record<string, Scalar>> = {
  string: define<string>({
    wireType: 2,
    check: (value) => (typeof value === 'string' ? undefined : 'a string is expected'),
    isDefault: (value) => value === '',
    write: (value, sink) => sink.text(value),
  }),
  bool: define<boolean>({
    wireType: 0,
    check: (value) => (typeof value === 'boolean' ? undefined : 'true or false is expected'),
    isDefault: (value) => !value,
    write: (value, sink) => sink.varint(value ? 1 : 0),
  }),
  uint32: define<number>({
    wireType: 0,
    check: (value) => (isIntegerIn(value, 0, 4294967295) ? undefined : 'an integer from 0 to 4294967295 is expected'),
    isDefault: (value) => value === 0,
    write: (value, sink) => sink.varint(value),
  }),
  int32: define<number>({
    wireType: 0,
    check: checkInt32,
    isDefault: (value) => value === 0,
    write: writeInt32,
  }),
  int64: integer64(INT64.min, INT64.max),
  uint64: integer64(UINT64.min, UINT64.max),
  double: floating(1, (value, sink) => sink.double(value)),
  float: floating(5, (value, sink) => sink.float(value)),
  bytes: define<Uint8Array | string>({
    wireType: 2,
    check: (value) =>
      value instanceof Uint8Array || isBase64(value) ? undefined : 'bytes or a base64 string are expected',
    isDefault: (value) => value.length === 0,
    write: (value, sink) => {
      const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : value
      sink.varint(bytes.length)
      sink.raw(bytes)
    },
  }),
}

/** An enum takes the names and the numbers of its values; a number that has no name is refused as a peer would refuse it. */
export function enumScalar(values: Readonly<Record<string, number>>): Scalar {
  const numbers = new Map<unknown, number>(Object.entries(values))
  for (const number of Object.values(values)) numbers.set(number, number)
  return {
    wireType: 0,
    check: (value) => (numbers.has(value) ? undefined : `one of ${Object.keys(values).join(', ')} is expected`),
    isDefault: (value) => numbers.get(value) === 0,
    write: (value, sink) => writeInt32(numbers.get(value) ?? 0, sink),
  }
}

function integer64(min: bigint, max: bigint): Scalar {
  return define<number | string | bigint>({
    wireType: 0,
    check: (value) => {
      const number = toBigInt(value)
      return number !== undefined && number >= min && number <= max
        ? undefined
        : `an integer from ${String(min)} to ${String(max)} is expected`
    },
    isDefault: (value) => Number(value) === 0,
    write: (value, sink) => {
      if (isIntegerIn(value, 0, 4294967295)) sink.varint(value)
      else sink.varint64(toBigInt(value) ?? 0n)
    },
  })
}

function floating(wireType: 1 | 5, write: (value: number, sink: Sink) => void): Scalar {
  return define<number | string>({
    wireType,
    check: (value) =>
      typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity'
        ? undefined
        : 'a number is expected',
    isDefault: (value) => Object.is(Number(value), 0),
    write: (value, sink) => write(Number(value), sink),
  })
}

function checkInt32(value: unknown): string | undefined {
  return isIntegerIn(value, -2147483648, 2147483647)
    ? undefined
    : 'an integer from -2147483648 to 2147483647 is expected'
}

/** A negative one takes ten bytes: it is sign-extended to 64 bits (protobuf encoding guide, "Signed integers"). */
function writeInt32(value: number, sink: Sink): void {
  if (value >= 0) sink.varint(value)
  else sink.varint64(BigInt(value))
}

function isIntegerIn(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
}

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined
}

function isBase64(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)
}

/** `check` has narrowed the value to T when the others see it. */
function define<T>(scalar: {
  wireType: Scalar['wireType']
  check: Scalar['check']
  isDefault: (value: T) => boolean
  write: (value: T, sink: Sink) => void
}): Scalar {
  return scalar
}
