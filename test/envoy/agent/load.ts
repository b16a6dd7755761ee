/** Many calls from a pod, counted by who answered and by what went wrong. */
import { Caller } from './calls.js'
import type { Load, LoadCall, LoadReport } from './protocol.js'

export class LoadRun {
  readonly #load: Load
  readonly #caller = new Caller()
  readonly #from: Record<string, number> = {}
  readonly #failures: Record<string, number> = {}
  #started = 0
  #total = 0
  #stopping = false
  #finished = false
  readonly done: Promise<LoadReport>

  constructor(load: Load) {
    this.#load = load
    this.done = this.#run()
  }

  get report(): LoadReport {
    return {
      running: !this.#finished,
      total: this.#total,
      failed: Object.values(this.#failures).reduce((sum, count) => sum + count, 0),
      from: this.#from,
      failures: this.#failures,
    }
  }

  /** Lets the calls under way end and begins no other. */
  stop(): Promise<LoadReport> {
    this.#stopping = true
    return this.done
  }

  async #run(): Promise<LoadReport> {
    await Promise.all(Array.from({ length: this.#load.concurrency }, () => this.#work()))
    this.#finished = true
    this.#caller.close()
    return this.report
  }

  async #work(): Promise<void> {
    while (!this.#stopping && this.#started < (this.#load.requests ?? Infinity)) {
      this.#started += 1
      const { from, failure } = await CALL[this.#load.call.kind](this.#caller, this.#load.call as never)
      this.#total += 1
      if (failure) this.#failures[failure] = (this.#failures[failure] ?? 0) + 1
      else this.#from[from] = (this.#from[from] ?? 0) + 1
    }
  }
}

interface Outcome {
  readonly from: string
  /** Empty when all is well. */
  readonly failure: string
}

type CallOf<K extends LoadCall['kind']> = Extract<LoadCall, { kind: K }>

const CALL: { readonly [K in LoadCall['kind']]: (caller: Caller, call: CallOf<K>) => Promise<Outcome> } = {
  http: async (caller, call) => {
    const { status, from, error } = await caller.http(call)
    return { from, failure: error || (status >= 400 ? String(status) : '') }
  },
  grpc: async (caller, call) => {
    const { code, from } = await caller.grpc(call)
    return { from, failure: code === 0 ? '' : String(code) }
  },
  tcp: async (caller, call) => {
    const { reply, error } = await caller.tcp(call)
    return { from: reply.split(':')[0] ?? '', failure: error }
  },
}
