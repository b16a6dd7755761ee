/**
 * An Envoy as an actor: asks for everything, and takes everything, over a connection of a few HTTP/2 frames. It stands in for
 * clients in a rehearsal, and costs next to nothing beside the server that it plays to.
 */
import { connect, type Socket } from 'node:net'
import { encodeMessage } from '../codec/encode.js'
import { Scanner, delimited } from '../codec/scanner.js'
import { FLAG, FRAME, frame, numberFrame, PREFACE, SETTING, settingsFrame } from '../http2/frame.js'
import { FrameReader } from '../http2/frame-reader.js'
import { encodeHeaders } from '../http2/hpack.js'
import { FIRST_STREAM } from '../http2/shared-data.js'
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

/** 1 GiB: nothing has to be said about windows any more. */
const WINDOW = 2 ** 30
const HELLO = Buffer.concat([
  PREFACE,
  settingsFrame([[SETTING.INITIAL_WINDOW_SIZE, WINDOW]]),
  numberFrame(FRAME.WINDOW_UPDATE, 0, WINDOW),
])
const SETTINGS_ACK = frame(FRAME.SETTINGS, FLAG.ACK, 0)
const REQUEST = {
  sotw: 'envoy.service.discovery.v3.DiscoveryRequest',
  delta: 'envoy.service.discovery.v3.DeltaDiscoveryRequest',
} as const
const METHOD = { sotw: 'StreamAggregatedResources', delta: 'DeltaAggregatedResources' } as const

export class Actor {
  readonly #options: ActorOptions
  readonly #socket: Socket
  readonly #reader = new MessageReader('identity', 1 << 24)
  readonly #frames = new FrameReader()

  constructor(options: ActorOptions) {
    this.#options = options
    this.#socket = connect(options.port, '127.0.0.1')
    this.#socket.on('error', () => undefined).on('data', (chunk) => this.#frames.push(chunk, this.#take))
    const requests = options.script.map((type, index) => this.#first(type, index === 0))
    this.#socket.write(Buffer.concat([HELLO, headersFrame(METHOD[options.variant]), ...requests]))
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
    return frame(FRAME.DATA, 0, FIRST_STREAM, frameMessage(encodeMessage(REQUEST[this.#options.variant], message)))
  }

  readonly #take = (type: number, flags: number, _streamId: number, payload: Buffer): void => {
    if (type === FRAME.SETTINGS && !(flags & FLAG.ACK)) this.#socket.write(SETTINGS_ACK)
    if (type === FRAME.DATA) this.#read(payload)
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

function headersFrame(method: string): Buffer {
  const block = encodeHeaders([
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', `/envoy.service.discovery.v3.AggregatedDiscoveryService/${method}`],
    [':authority', 'rehearsal'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
  ])
  return frame(FRAME.HEADERS, FLAG.END_HEADERS, FIRST_STREAM, block)
}
