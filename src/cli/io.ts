/** What the commands for meshes take from their process. */
import type { ApiClient, ClientOptions } from './access/api-client.js'
import { openApi } from './access/api-client.js'
import type { ClientIo } from './admin-client.js'
import type { ReadStdin } from './manifest/files.js'

export interface MeshIo extends ClientIo {
  readonly readStdin: ReadStdin
  /** Whether a person looks at it. */
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean }
  /** Calls when somebody wants the process to end, until the function that it answers is called. Without it such a wish ends the process. */
  readonly onInterrupt?: (listener: () => void) => () => void
  readonly client?: ClientOptions
}

export interface ServerFlags {
  readonly endpointUrl?: string
}

/** The API that a command's flags and environment name. */
export function apiOf(io: MeshIo, { endpointUrl }: ServerFlags): ApiClient {
  return openApi(io, endpointUrl, io.client)
}
