/** What the conformance suite asks of an AWS client, whichever it is. */
export type Input = Readonly<Record<string, unknown>>

export interface Failure {
  /** Name of the exception. */
  readonly name: string
  readonly message: string
  /** Undefined where the client does not tell. */
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** Whether the client made its own class of it. */
  readonly typed?: boolean
}

/** Timestamps in results are epoch seconds, whatever the client makes of them. */
export type Outcome =
  { readonly result: Input; readonly attempts?: number; readonly error?: undefined } | { readonly error: Failure }

export interface Client {
  readonly name: string
  call(operation: string, input: Input): Promise<Outcome>
  /** The pages that the client's own paginator makes of a list operation. */
  paginate(operation: string, input: Input, pageSize: number): Promise<Input[]>
  close(): void
}

/** Environment of a client that is pointed at `endpoint`, with credentials that are good for nothing else. */
export function clientEnvironment(endpoint: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL_APP_MESH: endpoint,
    AWS_ENDPOINT_URL_SERVICEDISCOVERY: endpoint,
    // Else data- would be put before the host of discovery: see docs/cloud-map.md.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    AWS_ACCESS_KEY_ID: 'AKIDCLIENTS',
    AWS_SECRET_ACCESS_KEY: 'nothing',
    AWS_DEFAULT_REGION: 'us-west-2',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '3',
  }
}
