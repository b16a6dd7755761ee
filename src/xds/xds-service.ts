/** The gRPC server of an engine, over connections that we accept ourselves. */
import type { Server as ConnectionServer } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { createConnectionServer, trackConnections } from './connections.js'
import { addDiscoveryServices } from './discovery-service.js'
import type { Engine } from './engine.js'
import { GrpcServer } from './grpc-server.js'
import { addHealthService, type HealthStatus } from './health-service.js'
import { describePeer } from './peer.js'

export interface XdsServerOptions {
  readonly health: HealthStatus
  /** As node:tls takes them: certificate and key, and `ca` with `requestCert` to know the clients. Without, connections are plain text. */
  readonly tls?: TlsOptions | undefined
  /** Registers further gRPC services on the same port. */
  readonly addServices?: (server: GrpcServer) => void
}

export interface XdsServer {
  /** To be bound by the caller; a TLS server when there is a pair. */
  readonly connections: ConnectionServer
  /** Ends every stream and connection. */
  close(): Promise<void>
}

/** Every discovery service and grpc.health.v1, not listening yet. */
export function buildXdsServer(engine: Engine, { health, tls, addServices }: XdsServerOptions): XdsServer {
  const server = new GrpcServer()
  addDiscoveryServices(server, engine)
  addHealthService(server, health)
  addServices?.(server)
  const connections = createConnectionServer(tls, (socket) => server.accept(socket, describePeer(socket)))
  const dropConnections = trackConnections(connections)
  return {
    connections,
    async close() {
      const closed = new Promise<void>((resolve) => connections.close(() => resolve()))
      engine.closeAll()
      await server.close(DRAIN_MS)
      dropConnections()
      await closed
    },
  }
}

/** Streams are ended at once; this is for their last frames to be read. */
const DRAIN_MS = 500
