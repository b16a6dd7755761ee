/** The gRPC server of the xDS port. It owns no listener: connections are handed in, so that backlog, TLS and Unix sockets are ours to choose. */
import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { Socket } from 'node:net'
import { addDiscoveryServices } from '../xds/discovery-service.js'
import type { Engine } from '../xds/engine.js'
import { addHealthService, type HealthStatus } from '../xds/health-service.js'

export interface GrpcServerOptions {
  readonly engine: Engine
  readonly health: HealthStatus
}

export interface GrpcServer {
  /** Serves gRPC on a connection that was accepted (and, with TLS, whose handshake is done). */
  accept(socket: Socket): void
  /** Says goodbye to every stream with status 0, waits for calls to end for at most `graceMillis`, then drops what is left. */
  close(graceMillis: number): Promise<void>
}

/**
 * Envoy pings without data every 10 s through google_grpc (bootstrap.md section 3): grpc-js does not police that. Peers that vanish without a word
 * are found by pings of our own.
 */
const OPTIONS = {
  'grpc.max_concurrent_streams': 100_000,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 20_000,
  // A request that lists every cluster of a large mesh with its version stays far below this.
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
}

export function createGrpcServer({ engine, health }: GrpcServerOptions): GrpcServer {
  const server = new Server(OPTIONS)
  addDiscoveryServices(server, engine)
  addHealthService(server, health)
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  return {
    accept: (socket) => injector.injectConnection(socket),
    close: async (graceMillis) => {
      engine.closeAll()
      injector.drain(graceMillis)
      await shutDown(server, graceMillis)
      injector.destroy()
    },
  }
}

/** Resolves when every call has ended, or when the time is up. */
function shutDown(server: Server, graceMillis: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown()
      resolve()
    }, graceMillis)
    server.tryShutdown(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
