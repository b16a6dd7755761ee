/** What the harness says to the agent that it runs in each pod: JSON over HTTP on a port that is never intercepted. */

export const CONTROL_PORT = 9900

export type AppProtocol = 'http' | 'http2' | 'grpc' | 'tcp' | 'greeting'

/** An application port of the pod. `greeting` is TCP where the server speaks first, `tcp` echoes. */
export interface AppServer {
  readonly protocol: AppProtocol
  readonly port: number
}

export interface AgentOptions {
  /** What the application answers with. */
  readonly name: string
  readonly servers: readonly AppServer[]
}

/** How the application answers from now on; absent members keep their value. */
export interface Behaviour {
  /** So many requests fail from now on (http: `failStatus`, gRPC: UNAVAILABLE). */
  readonly failures?: number
  readonly failStatus?: number
  readonly delayMs?: number
  /** Of the health check: http 200 or 503 at `/health` and `/ping`, SERVING or NOT_SERVING. */
  readonly healthy?: boolean
}

/** Requests seen since the last reset. */
export interface Counts {
  /** All but health checks. */
  readonly requests: number
  readonly failed: number
  readonly healthChecks: number
}

export interface HttpCall {
  readonly url: string
  readonly protocol?: 'http' | 'http2'
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface HttpAnswer {
  /** 0 when no answer came. */
  readonly status: number
  /** Name of the application that answered; empty when Envoy answered itself. */
  readonly from: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Error code when no answer came, e.g. ECONNRESET. */
  readonly error: string
  readonly millis: number
}

/** What the application echoes of an HTTP request. */
export interface Echo {
  readonly name: string
  readonly port: number
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export interface GrpcCall {
  readonly target: string
  /** `/package.Service/Method` */
  readonly path: string
  readonly metadata?: Readonly<Record<string, string>>
}

export interface GrpcAnswer {
  /** gRPC status code, 0 is OK. */
  readonly code: number
  readonly from: string
  readonly details: string
}

export interface TcpCall {
  readonly host: string
  readonly port: number
  /** Sent after the greeting when `greeting` is set, else at once; absent means send nothing. */
  readonly send?: string
  readonly greeting?: boolean
}

export interface TcpAnswer {
  readonly greeting: string
  readonly reply: string
  readonly error: string
}

/** A websocket: an upgrade, then one message there and one back. */
export interface UpgradeCall {
  readonly url: string
  readonly send: string
}

export interface UpgradeAnswer {
  /** 101 when the connection was upgraded. */
  readonly status: number
  readonly reply: string
}

export type LoadCall =
  ({ readonly kind: 'http' } & HttpCall) | ({ readonly kind: 'grpc' } & GrpcCall) | ({ readonly kind: 'tcp' } & TcpCall)

export interface Load {
  readonly call: LoadCall
  /** Ends by itself after so many calls; absent means when it is stopped. */
  readonly requests?: number
  /** Calls under way at the same time. */
  readonly concurrency: number
}

export interface LoadReport {
  readonly running: boolean
  readonly total: number
  /** Calls that did not end well: HTTP status >= 400, gRPC status other than OK, a connection error. */
  readonly failed: number
  /** Successful calls by the name of the application that answered. */
  readonly from: Readonly<Record<string, number>>
  /** Failed calls by status or error code, e.g. `503` or `ECONNRESET`. */
  readonly failures: Readonly<Record<string, number>>
}
