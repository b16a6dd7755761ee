/** Calls from outside of the mesh, over TLS or not, as a client without an Envoy makes them. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'

export interface OutsideCall {
  readonly address: string
  readonly port: number
  /** Over TLS with these settings; absent means plain text. */
  readonly tls?: { readonly cert?: string; readonly key?: string; readonly ca?: string; readonly servername?: string }
}

/** The name of the application that answered, or why none did. */
export function callFromOutside({ address, port, tls }: OutsideCall): Promise<string> {
  const options: RequestOptions = { host: address, port, agent: false, timeout: 20_000 }
  return new Promise((resolve) => {
    const call = tls
      ? httpsRequest({ ...options, rejectUnauthorized: tls.ca !== undefined, ...tls })
      : httpRequest(options)
    call.on('response', (response) => {
      response.resume()
      const from = response.headers['x-served-by']
      resolve(typeof from === 'string' ? from : String(response.statusCode))
    })
    call.on('timeout', () => call.destroy(new Error('no answer')))
    call.on('error', ({ message }) => resolve(`error: ${message}`))
    call.end()
  })
}
