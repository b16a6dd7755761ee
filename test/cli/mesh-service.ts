/** The commands for meshes, run against an API in process: App Mesh's and /meshkeeper/v1 over one store. */
import type { ApiOptions } from '../../src/api/api.js'
import type { HttpAnswer, HttpRequest, Transport } from '../../src/cli/access/transport.js'
import { CommandError } from '../../src/cli/command-error.js'
import type { MeshIo } from '../../src/cli/io.js'
import { runProgram, type ExitCode } from '../../src/cli/program.js'
import { buildCommands, buildHiddenCommands, type ProgramIo } from '../../src/commands.js'
import type { ManagementOptions } from '../../src/management/routes.js'
import { addManagementRoutes } from '../../src/management/routes.js'
import { openStore } from '../../src/store/open-store.js'
import { ACCOUNT, openService, REGION, START, type Service } from '../api/service.js'

export interface MeshService extends Service {
  readonly transport: Transport
  /** What was sent, in order. */
  readonly sent: Sent[]
}

export interface Sent {
  readonly request: HttpRequest
  readonly answer: HttpAnswer
}

/** Without Envoys: what is asked about them is answered by nobody. */
export async function openMeshService(options: Partial<ApiOptions> = {}): Promise<MeshService> {
  const clock = { now: START }
  const store = await openStore('sqlite::memory:', { now: () => clock.now })
  const context = {
    store,
    control: { appliedRevision: 0 },
    version: '1.2.3',
    account: ACCOUNT,
    region: REGION,
    storeKind: 'sqlite',
    cloudMap: [],
    events: { close: () => undefined },
  } as unknown as ManagementOptions
  const service = await openService({ store, extend: (app) => addManagementRoutes(app, context), ...options })
  const sent: Sent[] = []
  const transport: Transport = async (request) => {
    const { method, path: url, headers, body } = request
    const response = await service.app.inject({ method, url, headers, ...(body !== undefined && { payload: body }) })
    const answer = {
      status: response.statusCode,
      headers: response.headers as HttpAnswer['headers'],
      body: response.body,
    }
    sent.push({ request, answer })
    return answer
  }
  const close = async (): Promise<void> => {
    // The model is App Mesh's: it does not know our own operations.
    const ofAppMesh = service.faults.filter((fault) => !fault.includes('/meshkeeper/v1/'))
    service.faults.splice(0, Infinity, ...ofAppMesh)
    await service.close()
  }
  return { ...service, transport, sent, close }
}

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
}

/** Runs one command line as the program would. */
export async function runMeshCommand(
  argv: readonly string[],
  { environment = {}, stdin = '', transport, isTerminal = { stdout: false, stderr: false } }: RunOptions,
): Promise<Outcome> {
  const out = { stdout: '', stderr: '' }
  const io: ProgramIo = {
    environment,
    exit: () => undefined,
    stdout: (text) => void (out.stdout += text),
    stderr: (text) => void (out.stderr += text),
    readStdin: () => Promise.resolve(stdin),
    isTerminal,
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
