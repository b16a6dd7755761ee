/** Resources as people write them: in the JSON that Envoy's documentation shows and that Envoy reads from files. */
import { isResourceTypeUrl, RESOURCE_TYPE_URLS } from '../envoy/type-url.js'
import type { MessageByTypeUrl } from '../envoy/pack.js'
import { EncodeError, encodeResource } from './encode.js'
import { fromJson, type Json } from './json.js'
import type { EncodedResource } from './resource.js'

/**
 * Encodes a resource given in ProtoJSON with its type as `@type`: `{ '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', name: 'a',
 * connect_timeout: '1s' }`. Throws EncodeError with the paths of all that does not fit; a field that proto/ does not have is one of them.
 */
export function parseResource(json: { readonly '@type': string; readonly [member: string]: Json }): EncodedResource {
  const { '@type': typeUrl, ...members } = json
  if (!isResourceTypeUrl(typeUrl)) {
    throw new EncodeError(
      `"${typeUrl}" is none of the types that can be encoded here: ${RESOURCE_TYPE_URLS.join(', ')}`,
    )
  }
  return encodeResource(typeUrl, fromJson(typeUrl, members) as MessageByTypeUrl[typeof typeUrl])
}
