/** How calls end (gRPC over HTTP/2, "Responses"; gRPC status codes). */
import type { HeaderField } from '../http2/hpack.js'

export const STATUS = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
} as const

export interface CallStatus {
  readonly code: number
  readonly details: string
}

export const OK: CallStatus = { code: STATUS.OK, details: '' }

/** Ends the call in which it is thrown. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError'
  readonly code: number

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The status of what was thrown: INTERNAL unless it says otherwise. */
export function asStatus(error: unknown): CallStatus {
  const details = error instanceof Error ? error.message : String(error)
  return { code: error instanceof GrpcError ? error.code : STATUS.INTERNAL, details }
}

/** The headers that tell a client how its call ended. */
export function buildStatusFields({ code, details }: CallStatus): HeaderField[] {
  const status: HeaderField = ['grpc-status', String(code)]
  return details === '' ? [status] : [status, ['grpc-message', encodeDetails(details)]]
}

/** Clients bound the size of all headers together, some at 8 KiB. */
const MAX_DETAILS = 600

/** grpc-message is percent-encoded UTF-8: printable ASCII but for the percent sign stands for itself. A header has no space at its ends. */
export function encodeDetails(text: string): string {
  const short = text.length > MAX_DETAILS ? `${text.slice(0, MAX_DETAILS)}…` : text
  return short.replace(/[^\x20-\x24\x26-\x7e]+|^ | $/gu, (part) =>
    [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

const UNIT_MILLIS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 }

/** Milliseconds of a grpc-timeout header; undefined without one, NaN when it is none. */
export function parseTimeout(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const [, amount, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(header) ?? []
  return Number(amount) * (UNIT_MILLIS[unit] ?? Number.NaN)
}
