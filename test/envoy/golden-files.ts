/** Files for configurations that name some: Envoy reads certificates when it takes a configuration, and goldens name files that nobody has. */
import { join } from 'node:path'
import { encodeMessage } from '../../src/codec/encode.js'
import { fromJson, toJson, type Json } from '../../src/codec/json.js'
import type { EncodedResource } from '../../src/codec/resource.js'

const TLS = join(import.meta.dirname, '../fixtures/tls')
const TLS_EXTENSION = 'envoy.transport_sockets.tls'

/** By the field that holds the data source. */
const FILES: Readonly<Record<string, string>> = {
  certificate_chain: join(TLS, 'one.cert.pem'),
  private_key: join(TLS, 'one.key.pem'),
  trusted_ca: join(TLS, 'two.cert.pem'),
}

/** The resource with files of this repository in the place of those that it names. */
export function withRealFiles(resource: EncodedResource): EncodedResource {
  if (!Buffer.from(resource.bytes).includes(TLS_EXTENSION)) return resource
  const json = replaceFiles(toJson(resource))
  return { ...resource, bytes: encodeMessage(resource.typeUrl, fromJson(resource.typeUrl, json)) }
}

function replaceFiles(json: Json): Json {
  if (Array.isArray(json)) return json.map(replaceFiles)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const filename = FILES[name]
      return [name, filename !== undefined && isFile(value) ? { filename } : replaceFiles(value)]
    }),
  )
}

function isFile(value: Json): boolean {
  return typeof value === 'object' && value !== null && 'filename' in value
}
