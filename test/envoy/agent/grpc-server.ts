/** The application's gRPC side: unary methods that answer the application's name, and grpc.health.v1. */
import { Server, ServerCredentials, status, type handleUnaryCall, type ServiceDefinition } from '@grpc/grpc-js'
import type { App } from './servers.js'

/** Methods that there are; a call to any other is answered with UNIMPLEMENTED. */
export const GRPC_METHODS = ['/shop.Cart/Add', '/shop.Cart/List', '/shop.Search/Find'] as const
const HEALTH = '/grpc.health.v1.Health/Check'

/** HealthCheckResponse.status, as wire bytes: field 1, varint. */
const SERVING = Buffer.from([8, 1])
const NOT_SERVING = Buffer.from([8, 2])

type Handler = handleUnaryCall<Buffer, Buffer>

export async function startGrpcServer(app: App, port: number): Promise<void> {
  const answer: Handler = (_call, callback) => {
    void app.admit().then((succeeds) => {
      if (succeeds) callback(null, Buffer.from(app.name))
      else callback({ code: status.UNAVAILABLE, details: 'asked to fail' })
    })
  }
  const health: Handler = (_call, callback) => callback(null, app.checkHealth() ? SERVING : NOT_SERVING)
  const handlers = Object.fromEntries(GRPC_METHODS.map((path) => [path, answer]))
  const server = new Server()
  server.addService(describe([...GRPC_METHODS, HEALTH]), { ...handlers, [HEALTH]: health })
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`[::]:${port}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()))
  })
}

function describe(paths: readonly string[]): ServiceDefinition {
  return Object.fromEntries(
    paths.map((path) => [
      path,
      {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: identity,
        requestDeserialize: identity,
        responseSerialize: identity,
        responseDeserialize: identity,
      },
    ]),
  )
}

function identity(bytes: Buffer): Buffer {
  return bytes
}
