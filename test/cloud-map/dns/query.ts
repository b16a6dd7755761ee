/** A client of DNS for tests: queries as bytes, and what an answer says. */
import {
  decode,
  encode,
  RECURSION_DESIRED,
  type Answer,
  type DecodedPacket,
  type Packet,
  type RecordType,
} from 'dns-packet'

export const CODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

export interface Told {
  readonly code: string
  readonly isTruncated: boolean
  readonly isAuthoritative: boolean
  /** `TYPE DATA`, sorted. */
  readonly answers: readonly string[]
  readonly authorities: readonly string[]
  readonly packet: DecodedPacket
}

export function buildQuery(name: string, type: string, more: Partial<Packet> = {}): Buffer {
  const questions = [{ name, type: type as RecordType }]
  return encode({ type: 'query', id: 7, flags: RECURSION_DESIRED, questions, ...more })
}

export function readAnswer(bytes: Uint8Array): Told {
  const packet = decode(Buffer.from(bytes))
  const flags = packet.flags ?? 0
  return {
    code: CODES[flags & 15] ?? String(flags & 15),
    isTruncated: (flags & 0x200) !== 0,
    isAuthoritative: (flags & 0x400) !== 0,
    answers: (packet.answers ?? []).map(formatRecord).sort(),
    authorities: (packet.authorities ?? []).map(formatRecord),
    packet,
  }
}

export function formatRecord(record: Answer): string {
  if (record.type === 'SRV') {
    const { priority, weight, port, target } = record.data
    return `SRV ${priority} ${weight} ${port} ${target}`
  }
  if (record.type === 'SOA') return `SOA ${record.data.mname} ${record.data.minimum}`
  return `${record.type} ${'data' in record && typeof record.data === 'string' ? record.data : ''}`
}
