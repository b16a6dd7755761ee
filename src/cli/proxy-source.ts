/** Where the commands about Envoys ask: the admin listener of a server, or its API, which tells the same. */
import { openApi, type ClientOptions } from './access/api-client.js'
import { namesEndpoint } from './access/endpoint.js'
import { getJson, resolveAdmin, type ClientIo } from './admin-client.js'
import { CommandError } from './command-error.js'

export interface ProxyIo extends ClientIo {
  readonly client?: ClientOptions
}

export interface ProxyFlags {
  readonly admin?: string
  readonly endpointUrl?: string
}

/** Answers the JSON at a path such as `/proxies`. */
export type ProxySource = (path: string) => Promise<unknown>

/** The API where a flag or, without MESHKEEPER_ADMIN, a variable names one; else the admin listener. Throws CommandError. */
export function openProxySource(io: ProxyIo, { admin, endpointUrl }: ProxyFlags): ProxySource {
  if (admin !== undefined && endpointUrl !== undefined)
    throw new CommandError('error: give --admin or --endpoint-url, not both', 2)
  const { environment } = io
  const asksAdmin = admin !== undefined || environment['MESHKEEPER_ADMIN'] || !namesEndpoint(environment)
  if (endpointUrl === undefined && asksAdmin) {
    const address = resolveAdmin(admin, environment)
    return (path) => getJson(address, path)
  }
  const api = openApi(io, endpointUrl, io.client)
  return (path) => api.get(`/meshkeeper/v1${path}`)
}
