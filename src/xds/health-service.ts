/** grpc.health.v1 on the xDS port: what load balancers and `grpc_health_probe` ask. */
import { HEALTH, type HealthCheckResponse } from '../codec/services.js'
import { serverStream, unary } from './grpc-methods.js'
import type { GrpcServer } from './grpc-server.js'
import { GrpcError, STATUS } from './grpc-status.js'

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

/** Registers the health service. */
export function addHealthService(server: GrpcServer, health: HealthStatus): void {
  server.add(
    HEALTH.Check,
    unary(({ service }) => {
      if (service === '') return answer(health.serving)
      throw new GrpcError(STATUS.NOT_FOUND, `unknown service ${service}; ask for the empty name`)
    }),
  )
  server.add(
    HEALTH.Watch,
    serverStream(({ service }, call) => {
      if (service !== '') {
        call.write({ status: 'SERVICE_UNKNOWN' })
        return undefined
      }
      call.write(answer(health.serving))
      return health.watch((serving) => call.write(answer(serving)))
    }),
  )
}

function answer(serving: boolean): HealthCheckResponse {
  return { status: serving ? 'SERVING' : 'NOT_SERVING' }
}
