/**
 * xDS responses put together from resources that are encoded already: a response costs one copy of its bytes, whoever receives it.
 * protobuf lets fields stand in any order. So the nonce, the only part that differs between streams, stands last and the body before it can be
 * shared; and in each resource the encoded message stands last, so that only the few bytes before it are kept beside it.
 */
import protobuf from 'protobufjs'
import type { EncodedResource } from './resource.js'

/** A state-of-the-world response without its nonce. */
export interface DiscoveryResponseBody {
  readonly typeUrl: string
  readonly versionInfo: string
  readonly resources: Iterable<EncodedResource>
  /** ControlPlane.identifier: who answers. */
  readonly controlPlane?: string
}

/** An incremental response without its nonce. */
export interface DeltaDiscoveryResponseBody {
  readonly typeUrl: string
  readonly systemVersionInfo: string
  readonly resources: Iterable<EncodedResource>
  /** Names of resources that are gone. */
  readonly removed: Iterable<string>
  readonly controlPlane?: string
}

/** Tags, (field number << 3) | 2, of the fields used here: all of them are length-delimited. */
const ANY = { typeUrl: 0x0a, value: 0x12 }
const RESOURCE = { version: 0x0a, resource: 0x12, name: 0x1a }
const RESPONSE = { version: 0x0a, resources: 0x12, typeUrl: 0x22, nonce: 0x2a, controlPlane: 0x32 }
const DELTA_RESPONSE = { removed: 0x32, controlPlane: 0x3a }
const CONTROL_PLANE = { identifier: 0x0a }

/** What precedes the message of a resource in a DiscoveryResponse. */
const discoveryPrefix = perResource((resource) => {
  const any = anyPrefix(resource)
  const size = any.length + resource.bytes.length
  return concat([start().uint32(RESPONSE.resources).uint32(size).finish(), any])
})

/** What precedes the message of a resource in a DeltaDiscoveryResponse. */
const deltaPrefix = perResource((resource) => {
  const any = anyPrefix(resource)
  const inner = start().uint32(RESOURCE.version).string(resource.version).uint32(RESOURCE.name).string(resource.name)
  const head = inner
    .uint32(RESOURCE.resource)
    .uint32(any.length + resource.bytes.length)
    .finish()
  const size = head.length + any.length + resource.bytes.length
  return concat([start().uint32(RESPONSE.resources).uint32(size).finish(), head, any])
})

/** The bytes of a DiscoveryResponse up to its nonce, in pieces; the same body serves every stream that is sent the same. */
export function discoveryResponseParts(body: DiscoveryResponseBody): Uint8Array[] {
  const head = start().uint32(RESPONSE.version).string(body.versionInfo).uint32(RESPONSE.typeUrl).string(body.typeUrl)
  const parts = [head.finish()]
  if (body.controlPlane) parts.push(controlPlane(RESPONSE.controlPlane, body.controlPlane))
  for (const resource of body.resources) parts.push(discoveryPrefix(resource), resource.bytes)
  return parts
}

/** The bytes of a DeltaDiscoveryResponse up to its nonce, in pieces. */
export function deltaDiscoveryResponseParts(body: DeltaDiscoveryResponseBody): Uint8Array[] {
  const head = start().uint32(RESPONSE.version).string(body.systemVersionInfo)
  head.uint32(RESPONSE.typeUrl).string(body.typeUrl)
  for (const name of body.removed) head.uint32(DELTA_RESPONSE.removed).string(name)
  const parts = [head.finish()]
  if (body.controlPlane) parts.push(controlPlane(DELTA_RESPONSE.controlPlane, body.controlPlane))
  for (const resource of body.resources) parts.push(deltaPrefix(resource), resource.bytes)
  return parts
}

export function encodeDiscoveryResponseBody(body: DiscoveryResponseBody): Buffer {
  return concat(discoveryResponseParts(body))
}

export function encodeDeltaDiscoveryResponseBody(body: DeltaDiscoveryResponseBody): Buffer {
  return concat(deltaDiscoveryResponseParts(body))
}

/** Completes the body of a response, of either kind: the nonce has the same field number in both. */
export function appendNonce(body: Uint8Array, nonce: string): Buffer {
  return concat([body, encodeNonce(nonce)])
}

/** What stands after the body of a response, of either kind. */
export function encodeNonce(nonce: string): Uint8Array {
  return start().uint32(RESPONSE.nonce).string(nonce).finish()
}

export function encodeDiscoveryResponse(response: DiscoveryResponseBody & { readonly nonce: string }): Buffer {
  return appendNonce(encodeDiscoveryResponseBody(response), response.nonce)
}

export function encodeDeltaDiscoveryResponse(
  response: DeltaDiscoveryResponseBody & { readonly nonce: string },
): Buffer {
  return appendNonce(encodeDeltaDiscoveryResponseBody(response), response.nonce)
}

/** A google.protobuf.Any up to the bytes of its value. */
function anyPrefix({ typeUrl, bytes }: EncodedResource): Uint8Array {
  return start().uint32(ANY.typeUrl).string(typeUrl).uint32(ANY.value).uint32(bytes.length).finish()
}

function controlPlane(tag: number, identifier: string): Uint8Array {
  return start().uint32(tag).fork().uint32(CONTROL_PLANE.identifier).string(identifier).ldelim().finish()
}

function start(): protobuf.Writer {
  return protobuf.Writer.create()
}

function concat(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts)
}

function perResource(build: (resource: EncodedResource) => Uint8Array): (resource: EncodedResource) => Uint8Array {
  const built = new WeakMap<EncodedResource, Uint8Array>()
  return (resource) => {
    let bytes = built.get(resource)
    if (!bytes) {
      bytes = build(resource)
      built.set(resource, bytes)
    }
    return bytes
  }
}
