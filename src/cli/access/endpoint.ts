/** Where the API of a server is: the same variables as those of the AWS clients, so that one export serves both. */
import { userInfo } from 'node:os'
import { Option } from 'commander'
import { parseAdminAddress, type AdminAddress } from '../admin-address.js'
import type { ClientIo } from '../admin-client.js'

export const DEFAULT_ENDPOINT = 'http://127.0.0.1:4080'

export interface Endpoint extends AdminAddress {
  /** What stands before every path, for a server behind a proxy; '' for none. */
  readonly basePath: string
  /** Where the address was found, e.g. `AWS_ENDPOINT_URL`. */
  readonly source: string
}

export function endpointOption(): Option {
  return new Option(
    '--endpoint-url <URL>',
    `API of the server: http(s)://HOST:PORT or unix:///PATH [MESHKEEPER_ENDPOINT, AWS_ENDPOINT_URL_APP_MESH, AWS_ENDPOINT_URL] (default: ${DEFAULT_ENDPOINT})`,
  )
}

/** In the order in which they are asked. The last is the variable of `serve`. */
const CLIENT_VARIABLES = ['MESHKEEPER_ENDPOINT', 'AWS_ENDPOINT_URL_APP_MESH', 'AWS_ENDPOINT_URL'] as const
const VARIABLES = [...CLIENT_VARIABLES, 'MESHKEEPER_API'] as const

/** Whether the environment of a client says where an API is. */
export function namesEndpoint(environment: ClientIo['environment']): boolean {
  return CLIENT_VARIABLES.some((name) => environment[name])
}

/** The API that `--endpoint-url`, the environment or the default names. Throws CommandError. */
export function resolveEndpoint(flag: string | undefined, environment: ClientIo['environment']): Endpoint {
  const variable = VARIABLES.find((name) => environment[name])
  const source = flag !== undefined ? '--endpoint-url' : (variable ?? 'the default')
  const text = flag ?? (variable && environment[variable]) ?? DEFAULT_ENDPOINT
  const [, origin = text, path = ''] = /^(https?:\/\/[^/]+)(\/.*)$/i.exec(text) ?? []
  const secure = source === 'MESHKEEPER_API' && Boolean(environment['MESHKEEPER_API_TLS_CERT'])
  const address = parseAdminAddress(origin, secure, 'the API of a server')
  return { ...address, basePath: path.replace(/\/+$/, ''), source }
}

/** Who writes, as the log and the history of the server tell it: the access key id, else the name of the user. */
export function principalOf(environment: ClientIo['environment']): string {
  const name = environment['AWS_ACCESS_KEY_ID'] ?? userName()
  return name.replaceAll(/\W/g, '_').slice(0, 128) || 'unknown'
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container whose user has no name.
    return 'unknown'
  }
}
