/** grpc.health.v1 on the xDS port: what load balancers and `grpc_health_probe` ask. */
import {
  status,
  type sendUnaryData,
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { HEALTH, type HealthCheckRequest, type HealthCheckResponse } from '../codec/services.js'

/** Whether the server as a whole serves. Only the empty service name is known. */
export class HealthStatus {
  #serving = false
  readonly #watchers = new Set<(serving: boolean) => void>()

  get serving(): boolean {
    return this.#serving
  }

  set(serving: boolean): void {
    if (serving === this.#serving) return
    this.#serving = serving
    for (const watcher of this.#watchers) watcher(serving)
  }

  /** Returns the way to stop watching. */
  watch(watcher: (serving: boolean) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}

/** Registers the health service on a server that is not started yet. */
export function addHealthService(server: Server, health: HealthStatus): void {
  const methods: UntypedServiceImplementation = {
    Check: (
      { request }: ServerUnaryCall<HealthCheckRequest, HealthCheckResponse>,
      callback: sendUnaryData<HealthCheckResponse>,
    ) => {
      if (request.service === '') callback(null, answer(health.serving))
      else callback({ code: status.NOT_FOUND, details: `unknown service ${request.service}; ask for the empty name` })
    },
    Watch: (call: ServerWritableStream<HealthCheckRequest, HealthCheckResponse>) => {
      if (call.request.service !== '') {
        call.write({ status: 'SERVICE_UNKNOWN' })
        return
      }
      call.write(answer(health.serving))
      const stop = health.watch((serving) => call.write(answer(serving)))
      for (const event of ['cancelled', 'error', 'close'] as const) call.on(event, stop)
    },
  }
  server.addService(HEALTH, methods)
}

function answer(serving: boolean): HealthCheckResponse {
  return { status: serving ? 'SERVING' : 'NOT_SERVING' }
}
