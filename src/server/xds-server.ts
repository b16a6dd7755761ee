/** The xDS port: grpc-js over connections that we accept ourselves, because only so are certificates renewed and sockets in our hands. */
import type { Server as ConnectionServer } from 'node:net'
import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js'
import { addDiscoveryServices } from '../xds/discovery-service.js'
import type { Engine } from '../xds/engine.js'
import { addHealthService, type HealthStatus } from '../xds/health-service.js'
import { createConnectionServer } from './listener.js'
import type { TlsPair } from './tls.js'

/** An Envoy that vanished without a word is noticed within about a minute and a half. */
const OPTIONS: ServerOptions = { 'grpc.keepalive_time_ms': 60_000, 'grpc.keepalive_timeout_ms': 20_000 }

export interface XdsServer {
  /** To be bound by the caller; a TLS server when there is a pair. */
  readonly connections: ConnectionServer
  /** Ends every stream and connection. */
  close(): Promise<void>
}

export function buildXdsServer(engine: Engine, health: HealthStatus, tls: TlsPair | undefined): XdsServer {
  const server = new Server(OPTIONS)
  addDiscoveryServices(server, engine)
  addHealthService(server, health)
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
