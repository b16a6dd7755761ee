/** What the commands for meshes take from their process. */
import type { ApiClient, ClientOptions } from './access/api-client.js'
import { openApi } from './access/api-client.js'
import type { ClientIo } from './admin-client.js'
import type { ReadStdin } from './manifest/files.js'

export interface MeshIo extends ClientIo {
  readonly readStdin: ReadStdin
  /** Whether a person looks at it. */
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean }
  /** Columns of the terminal. */
  readonly client?: ClientOptions
}

export interface ServerFlags {
  readonly endpointUrl?: string
}

/** The API that a command's flags and environment name. */
export function apiOf(io: MeshIo, { endpointUrl }: ServerFlags): ApiClient {
  return openApi(io, endpointUrl, io.client)
}
