/** From the bytes of a DNS query to those of its answer (RFC 1035, RFC 6891, RFC 2308). */
import { decode, encode, type Answer, type DecodedPacket, type OptAnswer } from 'dns-packet'
import { canonicalName } from './names.js'
import type { Resolution, Zone, Zones } from './zones.js'

export type Transport = 'udp' | 'tcp'

export interface Answered {
  readonly bytes: Uint8Array
  readonly code: ResponseCode
}

const CODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const
export type ResponseCode = keyof typeof CODES

const AUTHORITATIVE = 1 << 10
const TRUNCATED = 1 << 9
const RECURSION_DESIRED = 1 << 8

/** Bytes of an answer over UDP to a client that does not say more, and the most that we send: it fits every path without fragments. */
const SMALL_ANSWER = 512
const LARGE_ANSWER = 1232
const LARGEST_TCP_ANSWER = 65_535

const OPERATION = 0x7800

const HEADER_BYTES = 12

/** Longer queries are nobody's. */
export const LONGEST_QUERY = 4096

/** Transfers of zones, which nobody needs here. */
const TRANSFERS: readonly string[] = ['AXFR', 'IXFR']

/** What an answer says beside the question. */
interface Content {
  readonly code: ResponseCode
  readonly answers?: readonly Answer[]
  readonly authorities?: readonly Answer[]
}

/** The answer to the query in `bytes`; undefined for what is to be left unanswered. Never throws for anything that comes from outside. */
export function answerQuery(zones: Zones, bytes: Buffer, transport: Transport): Answered | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > LONGEST_QUERY) return undefined
  // An answer to an answer would be one without end.
  if ((bytes.readUInt16BE(2) & 0x8000) !== 0) return undefined
  const query = read(bytes)
  if (!query) return bare(bytes, 'FORMERR')
  const content = answer(zones, query)
  try {
    return format(query, content, transport)
  } catch {
    return bare(bytes, 'SERVFAIL')
  }
}

interface Query {
  readonly packet: DecodedPacket
  /** No notification, update or the like. */
  readonly isStandard: boolean
  readonly name: string
  readonly type: string
  readonly edns: OptAnswer | undefined
}

function read(bytes: Buffer): Query | undefined {
  try {
    const packet = decode(bytes)
    const [question, ...others] = packet.questions ?? []
    if (!question || others.length > 0) return undefined
    // What cannot be written as it was asked cannot be answered: labels with dots in them, or that are no text.
    const written = encode({ questions: [question] }).subarray(HEADER_BYTES)
    if (!written.equals(bytes.subarray(HEADER_BYTES, HEADER_BYTES + written.length))) return undefined
    const extras = (packet.additionals ?? []).filter((each): each is OptAnswer => each.type === 'OPT')
    const isStandard = (bytes.readUInt16BE(2) & OPERATION) === 0
    return extras.length > 1 ? undefined : { packet, isStandard, ...question, edns: extras[0] }
  } catch {
    return undefined
  }
}

function answer(zones: Zones, { packet, isStandard, name, type, edns }: Query): Content {
  if (!isStandard) return { code: 'NOTIMP' }
  if (edns && edns.ednsVersion !== 0) return { code: 'BADVERS' }
  const inInternet = packet.questions?.[0]?.class === 'IN'
  const found = inInternet && !TRANSFERS.includes(type) ? zones.resolve(name, type) : undefined
  if (!found) return { code: 'REFUSED' }
  if (type === 'SOA' && canonicalName(name) === found.zone.name) {
    return { code: 'NOERROR', answers: [buildSoa(found.zone, zones.revision)] }
  }
  return found.records.length > 0 ? { code: 'NOERROR', answers: found.records.map(toAnswer) } : nothing(found, zones)
}

function toAnswer(record: Resolution['records'][number]): Answer {
  return { ...record, class: 'IN' }
}

/** The record of the zone tells how long the absence may be remembered (RFC 2308 section 3). */
function nothing({ zone, exists }: Resolution, { revision }: Zones): Content {
  return { code: exists ? 'NOERROR' : 'NXDOMAIN', authorities: [buildSoa(zone, revision)] }
}

function buildSoa({ name, negativeTtl }: Zone, revision: number): Answer {
  const times = { refresh: 7200, retry: 900, expire: 1_209_600, minimum: negativeTtl }
  const data = { mname: name, rname: name, serial: revision % 2 ** 32, ...times }
  return { name, type: 'SOA', class: 'IN', ttl: negativeTtl, data }
}

function format(query: Query, { code, answers = [], authorities = [] }: Content, transport: Transport): Answered {
  const { packet, edns } = query
  const most = transport === 'tcp' ? LARGEST_TCP_ANSWER : room(edns)
  const ours = code === 'NOERROR' || code === 'NXDOMAIN' ? AUTHORITATIVE : 0
  const flags = ours | ((packet.flags ?? 0) & RECURSION_DESIRED) | (CODES[code] & 15)
  const shell = { type: 'response', id: packet.id ?? 0, flags, questions: packet.questions ?? [] } as const
  const additionals = edns ? [buildEdns(code)] : []
  const full = encode({ ...shell, answers: [...answers], authorities: [...authorities], additionals })
  if (full.length <= most) return { bytes: full, code }
  return { bytes: encode({ ...shell, flags: flags | TRUNCATED, additionals }), code }
}

function room(edns: OptAnswer | undefined): number {
  return edns ? Math.min(Math.max(edns.udpPayloadSize, SMALL_ANSWER), LARGE_ANSWER) : SMALL_ANSWER
}

function buildEdns(code: ResponseCode): OptAnswer {
  const extendedRcode = CODES[code] >> 4
  return { name: '.', type: 'OPT', udpPayloadSize: LARGE_ANSWER, extendedRcode, ednsVersion: 0, flags: 0, flag_do: false, options: [] } // prettier-ignore
}

/** A header alone, with the id and the operation that were asked for. */
function bare(bytes: Buffer, code: ResponseCode): Answered {
  const header = Buffer.alloc(HEADER_BYTES)
  bytes.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8000 | (bytes.readUInt16BE(2) & (OPERATION | RECURSION_DESIRED)) | CODES[code], 2)
  return { bytes: header, code }
}
