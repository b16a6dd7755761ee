/** The commands for meshes, run against an API in process: App Mesh's and /meshkeeper/v1 over one store. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { buildApi } from '../../src/api/api.js'
import { NO_QUOTAS, type Quotas } from '../../src/api/quotas.js'
import type { HttpAnswer, HttpRequest, Transport } from '../../src/cli/access/transport.js'
import { CommandError } from '../../src/cli/command-error.js'
import type { MeshIo } from '../../src/cli/io.js'
import { runProgram, type ExitCode } from '../../src/cli/program.js'
import { buildCommands, buildHiddenCommands, type ProgramIo } from '../../src/commands.js'
import type { ManagementOptions } from '../../src/management/routes.js'
import { addManagementRoutes } from '../../src/management/routes.js'
import { openStore } from '../../src/store/open-store.js'
import type { Store } from '../../src/store/store.js'
import { ACCOUNT, buildRequest, REGION, START, type Input } from '../api/service.js'

export interface MeshService {
  readonly app: FastifyInstance
  readonly store: Store
  readonly clock: { now: number }
  readonly transport: Transport
  /** What was sent, in order. */
  readonly sent: Sent[]
  /** Sends one operation as the AWS SDKs do. */
  readonly call: (operation: string, input: Input) => Promise<{ readonly status: number; readonly body: unknown }>
  close(): Promise<void>
}

export interface Sent {
  readonly request: HttpRequest
  readonly answer: HttpAnswer
}

export interface MeshServiceOptions {
  readonly quotas?: Quotas
  /** What the server says of its Envoys, each time that it is asked. */
  readonly fleet?: () => { readonly appliedRevision: number; readonly proxies: readonly object[] }
}

/** Without Envoys, but for those that `fleet` makes up. */
export async function openMeshService({
  fleet = noFleet,
  quotas = NO_QUOTAS,
}: MeshServiceOptions = {}): Promise<MeshService> {
  const clock = { now: START }
  const store = await openStore('sqlite::memory:', { now: () => clock.now })
  const context = {
    store,
    control: {
      get appliedRevision() {
        return fleet().appliedRevision
      },
      catchUp: () => Promise.resolve(),
      view: () => ({ revision: 1, virtualNodes: new Map(), virtualGateways: new Map() }),
      previews: { defaults: () => ({ revision: 1, defaults: [] }) },
    },
    directory: { statuses: () => Promise.resolve({ proxies: fleet().proxies }) },
    version: '1.2.3',
    account: ACCOUNT,
    region: REGION,
    storeKind: 'sqlite',
    cloudMap: [],
    events: { close: () => undefined },
  } as unknown as ManagementOptions
  let uids = 0
  const app = buildApi({
    store,
    account: ACCOUNT,
    region: REGION,
    quotas,
    uuid: () => `00000000-0000-4000-8000-${String(++uids).padStart(12, '0')}`,
    logger: { debug: quiet, info: quiet, warn: quiet, error: (fields) => assert.fail(inspect(fields)) },
    extend: (server) => addManagementRoutes(server, context),
  })
  const sent: Sent[] = []
  const transport: Transport = async (request) => {
    const { method, path: url, headers, body } = request
    const response = await app.inject({ method, url, headers, ...(body !== undefined && { payload: body }) })
    const answer = {
      status: response.statusCode,
      headers: response.headers as HttpAnswer['headers'],
      body: response.body,
    }
    sent.push({ request, answer })
    return answer
  }
  const call: MeshService['call'] = async (operation, input) => {
    const { statusCode: status, body } = await app.inject(buildRequest(operation, input))
    return { status, body: JSON.parse(body) as unknown }
  }
  const close = async (): Promise<void> => {
    await app.close()
    await store.close()
  }
  return { app, store, clock, transport, sent, call, close }
}

const quiet = (): void => undefined
const noFleet = () => ({ appliedRevision: Number.MAX_SAFE_INTEGER, proxies: [] })

export interface Outcome {
  readonly code: ExitCode
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly environment?: Record<string, string>
  readonly stdin?: string
  readonly transport?: Transport
  readonly isTerminal?: MeshIo['isTerminal']
  readonly onInterrupt?: NonNullable<MeshIo['onInterrupt']>
}

/** Runs one command line as the program would. */
export async function runMeshCommand(
  argv: readonly string[],
  { environment = {}, stdin = '', transport, isTerminal = { stdout: false, stderr: false }, onInterrupt }: RunOptions,
): Promise<Outcome> {
  const out = { stdout: '', stderr: '' }
  const io: ProgramIo = {
    environment,
    exit: () => undefined,
    stdout: (text) => void (out.stdout += text),
    stderr: (text) => void (out.stderr += text),
    readStdin: () => Promise.resolve(stdin),
    isTerminal,
    ...(onInterrupt && { onInterrupt }),
    ...(transport && { client: { transport, backoffMillis: 1 } }),
  }
  const code = await runProgram(argv, {
    ...io,
    version: '1',
    commands: buildCommands(io),
    hidden: buildHiddenCommands(io),
    explain: (error) => (error instanceof CommandError ? { text: error.message, code: error.code } : undefined),
  })
  return { code, ...out }
}
