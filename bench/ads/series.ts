/** Changes one after the other against one control plane with one client, each timed from the request to the ACK. */
import { prefixOf } from '../mesh.js'
import { pause } from '../pause.js'
import { AckWatch } from './ack-watch.js'
import type { Client } from './clients.js'
import type { FloorScript } from './floor-server.js'
import type { Plane } from './planes.js'
import { Relay } from './relay.js'

/** Of one change, or of a burst: then from the first request or the last answer to the ACK of the last change. Milliseconds. */
export interface Times {
  /** Request sent → answered. */
  readonly answered: number
  /** Request sent → the ACK has passed the relay. */
  readonly acked: number
  /** Answered → ACK. Negative when the ACK overtakes the answer. */
  readonly ackedAfterAnswer: number
  /** How many pushes of routes there were meanwhile. */
  readonly pushes: number
}

export interface SeriesLength {
  readonly singles: number
  readonly bursts: number
  /** Changes of a burst, each sent when the one before is answered. */
  readonly burstSize: number
}

export interface Series {
  readonly singles: readonly Times[]
  readonly bursts: readonly Times[]
  /** What a floor needs to send the same. */
  readonly script: FloorScript
}

/** Changes before the counting starts, for the JIT of everybody. */
const WARM_UP = 30

/** Connects `client` to `plane` by a relay, and stops all three in the end. */
export async function timeSeries(
  plane: Plane,
  client: Client,
  directory: string,
  { singles, bursts, burstSize }: SeriesLength,
): Promise<Series> {
  const watch = new AckWatch()
  const relay = await Relay.start(plane.xds, (passage) => watch.observe(passage))
  const connected = watch.expect(prefixOf(0))
  const stopClient = await client.start(relay.address, directory)
  await connected
  const first = encodeAll(watch.lastResponses)
  const changer = new Changer(plane, watch)
  await changer.repeat(WARM_UP, 1)
  const times = { singles: await changer.repeat(singles, 1), bursts: await changer.repeat(bursts, burstSize) }
  await stopClient()
  await relay.stop()
  await plane.stop()
  return { ...times, script: { first, pushes: changer.recorded } }
}

class Changer {
  /** Two different pushes are enough to push for ever. */
  recorded: FloorScript['pushes'] = []
  readonly #plane: Plane
  readonly #watch: AckWatch
  #edition = 0

  constructor(plane: Plane, watch: AckWatch) {
    this.#plane = plane
    this.#watch = watch
  }

  async repeat(count: number, changes: number): Promise<Times[]> {
    const times: Times[] = []
    for (let round = 0; round < count; round++) {
      await pause()
      times.push(await this.#change(changes))
    }
    return times
  }

  async #change(changes: number): Promise<Times> {
    const watch = this.#watch
    const marker = this.#plane.markerOf(this.#edition + changes)
    const acknowledged = watch.expect(marker)
    const pushes = watch.pushes
    const sent = performance.now()
    for (let change = 0; change < changes; change++) await this.#plane.change(++this.#edition)
    const answered = performance.now()
    const { ackedAt, response } = await acknowledged
    this.recorded = [...this.recorded.slice(-1), { marker, response: response.toString('base64') }]
    return {
      answered: answered - sent,
      acked: ackedAt - sent,
      ackedAfterAnswer: ackedAt - answered,
      pushes: watch.pushes - pushes,
    }
  }
}

function encodeAll(responses: ReadonlyMap<string, Buffer>): FloorScript['first'] {
  return Object.fromEntries([...responses].map(([typeUrl, bytes]) => [typeUrl, bytes.toString('base64')]))
}
