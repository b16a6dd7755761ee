/**
 * The least that incremental xDS can cost on bare node:http2: no engine, every request is only searched for its type and nonce, and everybody is sent
 * the ready bytes of one node; a client that returns gets two empty answers, for clusters and for listeners.
 *   delta-floor.js --addr 127.0.0.1:18000 --http 127.0.0.1:18001
 *   POST /change   sends the route configurations to everybody
 */
import { createServer as createControl } from 'node:http'
import { createServer, type ServerHttp2Stream } from 'node:http2'
import { parseArgs } from 'node:util'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../../src/xds/types.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import { frameResponse } from './built.js'
import { Shape } from './shape.js'

const { values } = parseArgs({
  options: {
    addr: { type: 'string', default: '127.0.0.1:18000' },
    http: { type: 'string', default: '127.0.0.1:18001' },
  },
})

const shape = new Shape('bench', 200, 5)

function respond(typeUrl: string, nonce: string, resources: readonly EncodedResource[]): Buffer {
  return frameResponse({ variant: 'delta', typeUrl, version: '1', nonce, resources, removed: [] }).bytes
}

const TYPES = [
  { typeUrl: CLUSTER_TYPE, kind: 'cds', full: true },
  { typeUrl: ENDPOINT_TYPE, kind: 'eds', full: false },
  { typeUrl: LISTENER_TYPE, kind: 'lds', full: true },
  { typeUrl: ROUTE_TYPE, kind: 'rds', full: false },
] as const

const answers = TYPES.map(({ typeUrl, kind, full }) => ({
  typeUrl: Buffer.from(typeUrl),
  all: respond(typeUrl, '1', shape.resources(kind, 0, 0)),
  none: full ? respond(typeUrl, '1', []) : undefined,
}))
const routes = respond(ROUTE_TYPE, '2', shape.resources('rds', 0, 1))
/** Tags of response_nonce and initial_resource_versions. */
const NONCE = 0x32
const VERSIONS = 0x2a

const NOTHING: Buffer = Buffer.alloc(0)

const streams = new Set<ServerHttp2Stream>()

/** Only the fields at the top are looked at. */
function answer(stream: ServerHttp2Stream, request: Buffer): void {
  const tags = new Set<number>()
  let type: Buffer = NOTHING
  for (let at = 0; at < request.length;) {
    const tag = request[at++] ?? 0
    let length = 0
    for (let shift = 0, byte = 128; byte > 127; shift += 7) length |= ((byte = request[at++] ?? 0) & 127) << shift
    if (tag === 0x12) type = request.subarray(at, at + length)
    tags.add(tag)
    at += length
  }
  if (tags.has(NONCE)) return
  const known = answers.find(({ typeUrl }) => typeUrl.equals(type))
  const bytes = tags.has(VERSIONS) ? known?.none : known?.all
  if (bytes) stream.write(bytes)
}

const server = createServer({ settings: { maxConcurrentStreams: 1000 } })
server.on('stream', (stream) => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' })
  streams.add(stream)
  let rest: Buffer = NOTHING
  stream.on('data', (chunk: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1)
      answer(stream, rest.subarray(5, end))
      rest = rest.subarray(end)
    }
  })
  stream.on('close', () => streams.delete(stream))
  stream.on('error', () => undefined)
})
server.on('sessionError', () => undefined)
const [host = '', port = ''] = values.addr.split(':')
server.listen({ host, port: Number(port), backlog: 4096 })

const [controlHost, controlPort] = values.http.split(':')
createControl((_request, response) => {
  for (const stream of streams) stream.write(routes)
  response.end('{}')
}).listen(Number(controlPort), controlHost)
