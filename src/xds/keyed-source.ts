/** The simplest source: each node has a key, and each key a snapshot in a cache. */
import type { Peer, Refusal, ResourceSource, XdsNode } from './resource-source.js'
import type { SnapshotCache } from './snapshot-cache.js'

const INTERNAL = 13

/**
 * A source over `cache`. All nodes with the same key share one snapshot; a node whose key has none yet waits for it to be published.
 * @param keyOf the key of a node, or why it may not connect; if it throws, the stream ends with gRPC status 13 (INTERNAL)
 */
export function buildKeyedSource(
  cache: SnapshotCache,
  keyOf: (node: XdsNode, peer: Peer) => string | Refusal,
): ResourceSource {
  return {
    watch(node, peer, observer) {
      const key = resolveKey(keyOf, node, peer)
      if (typeof key === 'string') return cache.watch(key, observer)
      observer.onRefusal(key)
      return NO_WATCH
    },
  }
}

const NO_WATCH = { cancel: () => undefined }

function resolveKey(
  keyOf: (node: XdsNode, peer: Peer) => string | Refusal,
  node: XdsNode,
  peer: Peer,
): string | Refusal {
  try {
    return keyOf(node, peer)
  } catch (error) {
    return { code: INTERNAL, message: error instanceof Error ? error.message : String(error) }
  }
}
