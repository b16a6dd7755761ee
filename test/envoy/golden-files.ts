/**
 * What configurations with TLS need to be judged at once: Envoy reads certificate files when it takes a configuration, and goldens name files that nobody
 * has; and it waits for secrets, which nobody serves to it.
 */
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

const IMPATIENT = { initial_fetch_timeout: '0.001s' }

/** While the secrets of a cluster are missing Envoy puts its health checks off, by a minute at a time, and the cluster is not ready. */
const HASTY = { timeout: '0.1s', interval: '0.1s', no_traffic_interval: '0.1s' }

/** The resource with files of this repository in the place of those that it names, and no patience for secrets. */
export function withoutWaiting(resource: EncodedResource): EncodedResource {
  if (!Buffer.from(resource.bytes).includes(TLS_EXTENSION)) return resource
  const json = replace(toJson(resource))
  return { ...resource, bytes: encodeMessage(resource.typeUrl, fromJson(resource.typeUrl, json)) }
}

function replace(json: Json): Json {
  if (Array.isArray(json)) return json.map(replace)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const filename = FILES[name]
      if (name === 'sds_config') return [name, Object.assign({}, value, IMPATIENT)]
      if (name === 'health_checks' && Array.isArray(value)) {
        return [name, value.map((check: Json) => Object.assign({}, check, HASTY))]
      }
      return [name, filename !== undefined && isFile(value) ? { filename } : replace(value)]
    }),
  )
}

function isFile(value: Json): boolean {
  return typeof value === 'object' && value !== null && 'filename' in value
}
