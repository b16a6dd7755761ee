/** Loaded into the server of a soak, beside it: tells over IPC what it holds once the garbage is gone. Needs --expose-gc. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** MiB, and milliseconds since the sample before. */
export interface MemorySample {
  readonly rss: number
  readonly heap: number
  /** Outside of the heap: buffers. */
  readonly external: number
  readonly loopP99: number
  readonly loopMax: number
}

const MIB = 2 ** 20
const delays = monitorEventLoopDelay({ resolution: 10 })
delays.enable()

process.on('message', () => {
  const loop = { loopP99: delays.percentile(99) / 1e6, loopMax: delays.max / 1e6 }
  for (let round = 0; round < 2; round++) globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ rss: rss / MIB, heap: heapUsed / MIB, external: external / MIB, ...loop } satisfies MemorySample)
  delays.reset()
})
// Asking must not keep the server from ending.
process.channel?.unref()
