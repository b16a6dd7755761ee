/** The gRPC server of an engine: grpc-js over connections that we accept ourselves. */
import type { Server as ConnectionServer } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js'
import { createConnectionServer } from './connections.js'
import { addDiscoveryServices } from './discovery-service.js'
import type { Engine } from './engine.js'
import { addHealthService, type HealthStatus } from './health-service.js'

/** An Envoy that vanished without a word is noticed within about a minute and a half. */
const OPTIONS: ServerOptions = { 'grpc.keepalive_time_ms': 60_000, 'grpc.keepalive_timeout_ms': 20_000 }

export interface XdsServerOptions {
  readonly health: HealthStatus
  /** As node:tls takes them: certificate and key, and `ca` with `requestCert` to know the clients. Without, connections are plain text. */
  readonly tls?: TlsOptions | undefined
  /** Registers further gRPC services on the same port. */
  readonly addServices?: (server: Server) => void
}

export interface XdsServer {
  /** To be bound by the caller; a TLS server when there is a pair. */
  readonly connections: ConnectionServer
  /** Ends every stream and connection. */
  close(): Promise<void>
}

/** Every discovery service and grpc.health.v1, not listening yet. */
export function buildXdsServer(engine: Engine, { health, tls, addServices }: XdsServerOptions): XdsServer {
  const server = new Server(OPTIONS)
  addDiscoveryServices(server, engine)
  addHealthService(server, health)
  addServices?.(server)
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  const connections = createConnectionServer(tls, (socket) => injector.injectConnection(socket))
  return {
    connections,
    async close() {
      const closed = new Promise<void>((resolve) => connections.close(() => resolve()))
      engine.closeAll()
      injector.drain(DRAIN_MS)
      await Promise.all([closed, new Promise<void>((resolve) => server.tryShutdown(() => resolve()))])
    },
  }
}

/** Streams are ended at once; this is for their last frames to be read. */
const DRAIN_MS = 500
