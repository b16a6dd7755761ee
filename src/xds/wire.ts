/** Between decoded protobuf messages and what the engine works with. */
import { structToJson } from '../codec/struct.js'
import { encodeDeltaDiscoveryResponseBody, encodeDiscoveryResponseBody, encodeNonce } from '../codec/frames.js'
import type { EncodedResource } from '../codec/resource.js'
import type { DeltaDiscoveryRequest, DiscoveryRequest } from '../codec/services.js'
import { frameMessage, PREFIX_BYTES } from './grpc-message.js'
import type { XdsNode } from './resource-source.js'
import type { Incoming, Outgoing } from './stream.js'

type Node = NonNullable<DiscoveryRequest['node']>

/**
 * @param typeUrl the type of a service that has only one; requests there need not name it
 * @param known whether the node was read before on this stream: Envoys repeat it in every request, and it is not read again
 */
export function readSotwRequest(message: DiscoveryRequest, typeUrl: string | undefined, known = false): Incoming {
  const { version_info: versionInfo, resource_names: names } = message
  return {
    ...readHead(message, typeUrl, known),
    variant: 'sotw',
    request: { ...readAnswer(message), versionInfo, names },
  }
}

/** As readSotwRequest. */
export function readDeltaRequest(message: DeltaDiscoveryRequest, typeUrl: string | undefined, known = false): Incoming {
  const { resource_names_subscribe: subscribe, resource_names_unsubscribe: unsubscribe } = message
  const initialVersions = new Map(Object.entries(message.initial_resource_versions))
  return {
    ...readHead(message, typeUrl, known),
    variant: 'delta',
    request: { ...readAnswer(message), subscribe, unsubscribe, initialVersions },
  }
}

type Request = DiscoveryRequest | DeltaDiscoveryRequest

function readHead({ type_url, node }: Request, typeUrl: string | undefined, known: boolean) {
  return { typeUrl: typeUrl ?? type_url, node: node && !known ? readNode(node) : undefined }
}

/** Any error_detail makes a request a NACK, even one without a text. */
function readAnswer({ response_nonce: nonce, error_detail: detail }: Request): { nonce: string; error?: string } {
  return detail ? { nonce, error: detail.message } : { nonce }
}

interface Framed {
  readonly version: string
  readonly nonce: string
  readonly frame: Buffer
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
export function frameResponse(response: Outgoing): Buffer {
  const { variant, resources, removed, version, nonce } = response
  const shareable = removed.length === 0
  const known = shareable ? frames[variant].get(resources) : undefined
  const same = known?.version === version ? known : undefined
  if (same?.nonce === nonce) return same.frame
  const body = same ? same.frame.subarray(PREFIX_BYTES, same.bodyEnd) : writeBody(response)
  const frame = frameMessage(body, encodeNonce(nonce))
  if (shareable) frames[variant].set(resources, { version, nonce, frame, bodyEnd: PREFIX_BYTES + body.length })
  return frame
}

function writeBody({ variant, typeUrl, version, resources, removed }: Outgoing): Uint8Array {
  return variant === 'sotw'
    ? encodeDiscoveryResponseBody({ typeUrl, versionInfo: version, resources })
    : encodeDeltaDiscoveryResponseBody({ typeUrl, systemVersionInfo: version, resources, removed })
}

function readNode(node: Node): XdsNode {
  const { id, cluster, metadata, locality } = node
  return {
    id,
    cluster,
    metadata: metadata ? structToJson(metadata) : {},
    userAgentName: node.user_agent_name,
    userAgentVersion: readVersion(node),
    locality: { region: locality?.region ?? '', zone: locality?.zone ?? '', subZone: locality?.sub_zone ?? '' },
    clientFeatures: node.client_features,
  }
}

function readVersion({ user_agent_build_version: build, user_agent_version: text }: Node): string {
  const version = build?.version
  return version ? `${version.major_number}.${version.minor_number}.${version.patch}` : (text ?? '')
}
