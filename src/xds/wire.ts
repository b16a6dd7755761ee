/** Between the bytes of messages and what the engine works with. */
import { decodeDeltaDiscoveryRequest, decodeDiscoveryRequest } from '../codec/discovery-requests.js'
import { deltaDiscoveryResponseParts, discoveryResponseParts, encodeNonce } from '../codec/frames.js'
import type { EncodedResource } from '../codec/resource.js'
import { NAME_FIELD } from '../envoy/type-url.js'
import type { SharedData } from '../http2/shared-data.js'
import { PREFIX_BYTES, shareMessage } from './grpc-message.js'
import type { Incoming, Outgoing } from './stream.js'

/**
 * @param typeUrl the type of a service that has only one; requests there need not name it
 * @param known whether the node was read before on this stream: Envoys repeat it in every request, and it is not read again
 */
export function readSotwRequest(bytes: Buffer, typeUrl: string | undefined, known = false): Incoming {
  const request = decodeDiscoveryRequest(bytes, !known)
  return { variant: 'sotw', typeUrl: typeUrl ?? request.typeUrl, node: request.node, request }
}

/** As readSotwRequest. */
export function readDeltaRequest(bytes: Buffer, typeUrl: string | undefined, known = false): Incoming {
  const request = decodeDeltaDiscoveryRequest(bytes, !known)
  return { variant: 'delta', typeUrl: typeUrl ?? request.typeUrl, node: request.node, request }
}

interface Framed {
  readonly version: string
  readonly nonce: string
  readonly message: SharedData
  /** Where the nonce begins. */
  readonly bodyEnd: number
}

/** By the list that they were made from: streams that are sent the same list share its bytes. */
const frames = {
  sotw: new WeakMap<readonly EncodedResource[], Framed>(),
  delta: new WeakMap<readonly EncodedResource[], Framed>(),
}

/**
 * The message that goes over the wire, prefix included. Envoys of one node get the same messages in the same order, and so mostly with the same
 * nonces: these are sent one and the same buffer.
 */
export function frameResponse(response: Outgoing): SharedData {
  const { variant, resources, removed, version, nonce } = response
  const shareable = removed.length === 0
  const list = resources.length > 0 ? resources : emptyListOf(response)
  const known = shareable ? frames[variant].get(list) : undefined
  const same = known?.version === version ? known : undefined
  if (same?.nonce === nonce) return same.message
  const end = encodeNonce(nonce)
  const message = same
    ? shareMessage(same.message.bytes.subarray(PREFIX_BYTES, same.bodyEnd), end)
    : shareMessage(...bodyParts(response), end)
  if (shareable) frames[variant].set(list, { version, nonce, message, bodyEnd: message.bytes.length - end.length })
  return message
}

/** Empty lists by type: what a returning client that has everything is sent. */
const emptyLists = new Map(Object.keys(NAME_FIELD).map((typeUrl) => [typeUrl, [] as const]))

/** Any empty list may stand for any type: one for each does not. */
function emptyListOf({ typeUrl, resources }: Outgoing): readonly EncodedResource[] {
  return emptyLists.get(typeUrl) ?? [...resources]
}

function bodyParts({ variant, typeUrl, version, resources, removed }: Outgoing): Uint8Array[] {
  return variant === 'sotw'
    ? discoveryResponseParts({ typeUrl, versionInfo: version, resources })
    : deltaDiscoveryResponseParts({ typeUrl, systemVersionInfo: version, resources, removed })
}
