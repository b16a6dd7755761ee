/** The harness's end of the agent in a pod. */
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { eventually } from './eventually.js'
import type { Child } from './process.js'
import {
  CONTROL_PORT,
  type Behaviour,
  type Counts,
  type Echo,
  type GrpcAnswer,
  type GrpcCall,
  type HttpAnswer,
  type HttpCall,
  type Load,
  type LoadReport,
  type TcpAnswer,
  type TcpCall,
  type UpgradeAnswer,
  type UpgradeCall,
} from './agent/protocol.js'

export class Agent {
  readonly #address: string
  readonly child: Child

  constructor(address: string, child: Child) {
    this.#address = address
    this.child = child
  }

  async ready(): Promise<void> {
    await eventually({ what: `agent at ${this.#address}`, timeoutMs: 30_000 }, async () => {
      await this.child.assertRunning('the agent')
      return this.#call<object>('/ready', {})
    })
  }

  behave(behaviour: Behaviour): Promise<unknown> {
    return this.#call('/behave', behaviour)
  }

  counts(): Promise<Counts> {
    return this.#call('/counts', {})
  }

  reset(): Promise<unknown> {
    return this.#call('/reset', {})
  }

  /** One HTTP call from inside the pod, on a connection of its own. */
  http(call: HttpCall | string): Promise<HttpAnswer> {
    return this.#call('/http', typeof call === 'string' ? { url: call } : call)
  }

  grpc(call: GrpcCall): Promise<GrpcAnswer> {
    return this.#call('/grpc', call)
  }

  tcp(call: TcpCall): Promise<TcpAnswer> {
    return this.#call('/tcp', call)
  }

  upgrade(call: UpgradeCall): Promise<UpgradeAnswer> {
    return this.#call('/upgrade', call)
  }

  /** Runs a load to its end. */
  async load(load: Load & { readonly requests: number }): Promise<LoadReport> {
    const { id } = await this.#call<{ id: number }>('/load/start', load)
    return this.#call('/load/finish', { id })
  }

  /** Starts a load that runs until it is stopped. */
  async startLoad(load: Load): Promise<RunningLoad> {
    const { id } = await this.#call<{ id: number }>('/load/start', load)
    return new RunningLoad((operation) => this.#call(`/load/${operation}`, { id }))
  }

  async #call<T>(path: string, body: object): Promise<T> {
    const call = request({ host: this.#address, port: CONTROL_PORT, path, method: 'POST', agent: false })
    call.end(JSON.stringify(body))
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    const answer = await text(response)
    if (response.statusCode !== 200) throw new Error(`agent ${path}: ${response.statusCode} ${answer}`)
    return JSON.parse(answer) as T
  }
}

export class RunningLoad {
  readonly #call: (operation: 'report' | 'stop') => Promise<LoadReport>

  constructor(call: (operation: 'report' | 'stop') => Promise<LoadReport>) {
    this.#call = call
  }

  report(): Promise<LoadReport> {
    return this.#call('report')
  }

  /** Resolves once `count` more calls have ended than at the moment of asking. */
  async more(count: number, timeoutMs = 20_000): Promise<LoadReport> {
    const { total } = await this.report()
    return eventually({ what: `${count} more calls`, timeoutMs }, async () => {
      const report = await this.report()
      return report.total >= total + count && report
    })
  }

  stop(): Promise<LoadReport> {
    return this.#call('stop')
  }
}

/** What the application saw of a request that it answered. */
export function echoOf(answer: HttpAnswer): Echo {
  return JSON.parse(answer.body) as Echo
}
