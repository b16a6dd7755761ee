/** Envoy messages → EncodedResource: checked, encoded once, versioned by content. */
import { hash } from 'node:crypto'
import type { MessageByTypeUrl } from '../envoy/pack.js'
import { NAME_FIELD, type ResourceTypeUrl } from '../envoy/type-url.js'
import { Interner } from './interner.js'
import { messageTable } from './message-table.js'
import { writeMessage, type Finding } from './message-writer.js'
import type { EncodedResource } from './resource.js'
import { lookupType } from './root.js'
import { Sink } from './sink.js'
import { formatFinding } from './strict.js'

/** Hexadecimal digits of SHA-256 that make a version: 64 bits. */
const VERSION_DIGITS = 16

/** An object that does not fit its Envoy message type: a defect of the builder that made it. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError'
}

const sink = new Sink()
const encoded = new WeakMap<object, EncodedResource>()
/** However many objects had the same content: proxies and generations that agree share the bytes. */
const interned = new Interner<EncodedResource>()

/**
 * Encodes a resource. The same object gives the same EncodedResource again at no cost, and so does an equal one while the first is in use; a virtual
 * host or filter chain that is part of several resources is encoded for the first of them. Hence: never change an object that was encoded.
 * Throws EncodeError naming type, resource and paths when the object does not fit the type, or has no name.
 */
export function encodeResource<U extends ResourceTypeUrl>(typeUrl: U, message: MessageByTypeUrl[U]): EncodedResource {
  const known = encoded.get(message)
  if (known?.typeUrl === typeUrl) return known
  const name = (message as Record<string, unknown>)[NAME_FIELD[typeUrl]]
  if (typeof name !== 'string' || name === '') throw new EncodeError(`${typeUrl}: a resource without a name`)
  const resource = buildResource({ name, typeUrl, bytes: encodeMessage(typeUrl, message, name) })
  encoded.set(message, resource)
  return resource
}

/** By the list that they were made from: after most changes a proxy has the same clusters and listeners as before. */
const encodedLists = new WeakMap<readonly object[], readonly EncodedResource[]>()

/** Each message of a list encoded; the same list gives the same resources. Throws as `encodeResource` does. */
export function encodeResources<U extends ResourceTypeUrl>(
  typeUrl: U,
  messages: readonly MessageByTypeUrl[U][],
): readonly EncodedResource[] {
  let list = encodedLists.get(messages)
  if (!list) encodedLists.set(messages, (list = messages.map((message) => encodeResource(typeUrl, message))))
  return list
}

/** A message that was encoded elsewhere, of any type. `version` defaults to the content hash; a given one must change whenever the bytes do. */
export function buildResource(
  resource: Omit<EncodedResource, 'version'> & { readonly version?: string },
): EncodedResource {
  const { name, typeUrl, bytes, version } = resource
  if (version !== undefined) return { name, typeUrl, version, bytes }
  const digest = hash('sha256', bytes, 'hex').slice(0, VERSION_DIGITS)
  return interned.intern(`${digest} ${typeUrl} ${name}`, { name, typeUrl, version: digest, bytes })
}

/** The bytes of any message of proto/. Throws EncodeError; `label` says there which one it was. */
export function encodeMessage(typeNameOrUrl: string, message: object, label = ''): Uint8Array {
  const findings: Finding[] = []
  sink.reset()
  writeMessage(messageTable(lookupType(typeNameOrUrl)), message, { sink, findings })
  if (findings.length === 0) return sink.slice()
  const about = `${typeNameOrUrl}${label === '' ? '' : ` "${label}"`}`
  throw new EncodeError(`${about} does not fit its type: ${findings.map(formatFinding).join('; ')}`)
}
