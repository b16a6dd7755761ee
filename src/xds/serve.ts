/** A whole xDS server in one call: engine, gRPC services, health, listener. */
import { once } from 'node:events'
import type { AddressInfo, Server as ConnectionServer } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { BACKLOG } from './connections.js'
import { Engine, type EngineOptions } from './engine.js'
import { HealthStatus } from './health-service.js'
import { rehearse } from './rehearsal.js'
import { addStatusService } from './status-service.js'
import { buildXdsServer } from './xds-service.js'

/** Where a server listens. Without `host` on every interface; port 0 is a free one. */
export type XdsAddress = { readonly host?: string; readonly port: number } | { readonly path: string }

export interface ServeOptions extends EngineOptions {
  readonly address: XdsAddress
  /** As node:tls takes them: certificate and key, and `ca` with `requestCert` to know the clients. Without, connections are plain text. */
  readonly tls?: TlsOptions
  /** Serves the client status discovery service (CSDS) too: whoever can connect sees what every client was given, but for private keys. */
  readonly clientStatus?: boolean
  /**
   * Spends 0.35 s on a rehearsal before it listens: clients of its own play a fleet that starts, so that this code is compiled when the
   * real one comes, all at once as it does after a restart.
   */
  readonly rehearse?: boolean
  /** Connections that may wait to be accepted; 4096, since every client reconnects at once after a restart. The kernel may allow less. */
  readonly backlog?: number
}

export interface RunningXds {
  /** Where it really listens: port 0 has become a number. */
  readonly address: XdsAddress
  /** Its streams, and their status. */
  readonly engine: Engine
  /** What grpc.health.v1 answers: serving from the start, until closed. */
  readonly health: HealthStatus
  /** The listening server; one of node:tls takes a renewed certificate with `setSecureContext`. */
  readonly connections: ConnectionServer
  /** Ends every stream with gRPC status 0, and stops listening. Clients keep their configuration. */
  readonly close: () => Promise<void>
}

/** Serves `source` to xDS clients. Rejects when it cannot listen, with the error of Node. */
export async function serveXds(options: ServeOptions): Promise<RunningXds> {
  const { address, backlog = BACKLOG, tls, clientStatus = false } = options
  const engine = new Engine(options)
  const health = new HealthStatus()
  const server = buildXdsServer(engine, {
    health,
    tls,
    addServices: (grpc) => {
      if (clientStatus) addStatusService(grpc, engine)
    },
  })
  const { connections } = server
  if (options.rehearse) await rehearse()
  const listening = once(connections, 'listening')
  connections.listen({ ...address, backlog })
  try {
    await listening
  } catch (error) {
    await server.close()
    throw error
  }
  health.set(true)
  const close = async (): Promise<void> => {
    health.set(false)
    await server.close()
  }
  return { address: actualAddress(connections, address), engine, health, connections, close }
}

function actualAddress(server: ConnectionServer, asked: XdsAddress): XdsAddress {
  if ('path' in asked) return asked
  const { address, port } = server.address() as AddressInfo
  return { host: address, port }
}
