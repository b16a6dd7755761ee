/**
 * The floor of a push: grpc-js and bytes that were encoded before, no store, no mesh, no translation. `POST /N` is answered at once and pushes the
 * N-th route response. Its argument is a FloorScript; it prints its two addresses, HTTP and xDS, when it listens.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { AGGREGATED_DISCOVERY, type DiscoveryRequest } from '../../src/codec/services.js'
import { ROUTE_TYPE } from '../../src/xds/types.js'

/** Recorded responses, in base64. */
export interface FloorScript {
  /** By type URL: what each first request is answered with. */
  readonly first: Readonly<Record<string, string>>
  /** Each with what it is recognised by. */
  readonly pushes: readonly { readonly marker: string; readonly response: string }[]
}

type Call = ServerDuplexStream<DiscoveryRequest, Uint8Array>

function main({ first, pushes }: FloorScript): void {
  const responses = new Map(Object.entries(first).map(([typeUrl, text]) => [typeUrl, Buffer.from(text, 'base64')]))
  const routes = pushes.map(({ response }) => Buffer.from(response, 'base64'))
  const calls = new Set<Call>()
  const server = new Server()
  server.addService(AGGREGATED_DISCOVERY, {
    StreamAggregatedResources: (call: Call) => serve(call, responses, calls),
    DeltaAggregatedResources: (call: Call) => call.destroy(new Error('not here')),
  })
  const http = createServer((request, response) => {
    const bytes = routes[Number(request.url?.slice(1))]
    response.writeHead(bytes ? 200 : 404).end('{}')
    if (bytes) for (const call of calls) call.write(bytes)
  })
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error
    http.listen(0, '127.0.0.1', () => {
      console.log(`127.0.0.1:${(http.address() as AddressInfo).port} 127.0.0.1:${port}`)
    })
  })
}

/** A request with other names than before is a question; any other one is an answer. */
function serve(call: Call, responses: ReadonlyMap<string, Buffer>, calls: Set<Call>): void {
  const asked = new Map<string, string>()
  call.on('data', ({ type_url, resource_names }: DiscoveryRequest) => {
    if (type_url === ROUTE_TYPE) calls.add(call)
    const names = resource_names.join()
    if (asked.get(type_url) === names) return
    asked.set(type_url, names)
    const response = responses.get(type_url)
    if (response) call.write(response)
  })
  call.on('end', () => call.end())
  for (const event of ['end', 'close', 'error', 'cancelled']) call.on(event, () => calls.delete(call))
}

main(JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as FloorScript)
