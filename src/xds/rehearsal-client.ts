/**
 * An Envoy as an actor: asks for everything, and takes everything, over a connection of a few hand-made HTTP/2 frames (RFC 9113). It stands in for
 * clients in a rehearsal, and costs next to nothing beside the server that it plays to.
 */
import { connect, type Socket } from 'node:net'
import { encodeMessage } from '../codec/encode.js'
import { Scanner, delimited } from '../codec/scanner.js'
import { frameMessage, MessageReader } from './grpc-message.js'
import type { TypeSnapshot } from './snapshot.js'
import type { Variant } from './stream-view.js'
import { hasFullState } from './types.js'

export interface ActorOptions {
  readonly port: number
  readonly variant: Variant
  readonly node: string
  /** What there is for it, in the order in which it asks. */
  readonly script: readonly TypeSnapshot[]
  /** Comes with the versions of an earlier stream. */
  readonly returning: boolean
  /** Called for each response, once that is accepted. */
  readonly onResponse: () => void
}

const NOTHING = Buffer.alloc(0)
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const FRAME = { data: 0, headers: 1, settings: 4, windowUpdate: 8 }
const END_HEADERS = 4
const ACK = 1
const HEAD_BYTES = 9
const STREAM = 1
/** SETTINGS_INITIAL_WINDOW_SIZE, 1 GiB: nothing has to be said about windows any more. */
const SETTINGS = Buffer.from([0, 4, 0x40, 0, 0, 0])
const WINDOW = Buffer.from([0x40, 0, 0, 0])
const REQUEST = {
  sotw: 'envoy.service.discovery.v3.DiscoveryRequest',
  delta: 'envoy.service.discovery.v3.DeltaDiscoveryRequest',
} as const
const METHOD = { sotw: 'StreamAggregatedResources', delta: 'DeltaAggregatedResources' } as const

export class Actor {
  readonly #options: ActorOptions
  readonly #socket: Socket
  readonly #reader = new MessageReader('identity', 1 << 24)
  #bytes: Buffer = NOTHING

  constructor(options: ActorOptions) {
    this.#options = options
    this.#socket = connect(options.port, '127.0.0.1')
    this.#socket.on('error', () => undefined).on('data', (chunk) => this.#take(chunk))
    const requests = options.script.map((type, index) => this.#first(type, index === 0))
    const hello = [frame(FRAME.settings, 0, 0, SETTINGS), frame(FRAME.windowUpdate, 0, 0, WINDOW)]
    this.#socket.write(Buffer.concat([PREFACE, ...hello, headersFrame(METHOD[options.variant]), ...requests]))
  }

  /** Breaks off, as a client does that is killed. */
  leave(): void {
    this.#socket.destroy()
  }

  #first(type: TypeSnapshot, withNode: boolean): Buffer {
    const { variant, node, returning } = this.#options
    const head = {
      type_url: type.typeUrl,
      ...(withNode && { node: { id: node, cluster: node, user_agent_name: 'envoy' } }),
    }
    const names = namesOf(type)
    if (variant === 'sotw')
      return this.#request({ ...head, resource_names: names, ...(returning && { version_info: type.version }) })
    const held = [...type.resources.values()].map(({ name, version }) => [name, version] as const)
    const initial_resource_versions = returning ? Object.fromEntries(held) : {}
    return this.#request({ ...head, resource_names_subscribe: names, initial_resource_versions })
  }

  #request(message: object): Buffer {
    return frame(FRAME.data, 0, STREAM, frameMessage(encodeMessage(REQUEST[this.#options.variant], message)))
  }

  #take(chunk: Buffer): void {
    this.#bytes = this.#bytes.length > 0 ? Buffer.concat([this.#bytes, chunk]) : chunk
    for (;;) {
      const end = HEAD_BYTES + (this.#bytes.length < HEAD_BYTES ? 0 : this.#bytes.readUIntBE(0, 3))
      if (this.#bytes.length < end) return
      const [type, flags] = [this.#bytes[3], this.#bytes[4] ?? 0]
      if (type === FRAME.settings && !(flags & ACK)) this.#socket.write(frame(FRAME.settings, ACK, 0, NOTHING))
      if (type === FRAME.data) this.#read(this.#bytes.subarray(HEAD_BYTES, end))
      this.#bytes = this.#bytes.subarray(end)
    }
  }

  #read(data: Buffer): void {
    this.#reader.push(data)
    for (let message = this.#reader.next(); message; message = this.#reader.next()) {
      this.#socket.write(this.#request(this.#accept(new Scanner(message))))
      this.#options.onResponse()
    }
  }

  /** Type URL and nonce have the same field numbers in both variants. */
  #accept(response: Scanner): object {
    const { variant, script } = this.#options
    const found = { typeUrl: '', nonce: '', version: '' }
    response.readInto(found, {
      [delimited(1)]: (draft, scanner) => (draft.version = scanner.text()),
      [delimited(4)]: (draft, scanner) => (draft.typeUrl = scanner.text()),
      [delimited(5)]: (draft, scanner) => (draft.nonce = scanner.text()),
    })
    const answer = { type_url: found.typeUrl, response_nonce: found.nonce }
    if (variant === 'delta') return answer
    const type = script.find(({ typeUrl }) => typeUrl === found.typeUrl)
    return { ...answer, version_info: found.version, resource_names: type ? namesOf(type) : [] }
  }
}

/** Clusters and listeners are asked for without names. */
function namesOf({ typeUrl, resources }: TypeSnapshot): string[] {
  return hasFullState(typeUrl) ? [] : [...resources.keys()]
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** HPACK (RFC 7541) without its tables for what is not in the static one. */
function headersFrame(method: string): Buffer {
  const path = `/envoy.service.discovery.v3.AggregatedDiscoveryService/${method}`
  const [post, http] = [0x83, 0x86]
  const block = Buffer.concat([
    Buffer.from([post, http]),
    literal([0x04], path),
    literal([0x01], 'rehearsal'),
    literal([0x0f, 0x10], 'application/grpc'),
    literal([0x00, 2, ...Buffer.from('te')], 'trailers'),
  ])
  return frame(FRAME.headers, END_HEADERS, STREAM, block)
}

/** A field whose name `name` says. Texts of less than 127 bytes. */
function literal(name: readonly number[], value: string): Buffer {
  return Buffer.concat([Buffer.from([...name, value.length]), Buffer.from(value)])
}
