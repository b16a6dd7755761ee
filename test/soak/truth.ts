/** What each virtual node and gateway should have: the mesh as the API tells it, translated by nobody's memory. */
import { hash } from 'node:crypto'
import { encodeResource } from '../../src/codec/encode.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import { buildMeshView } from '../../src/model/mesh-view.js'
import { refKey } from '../../src/model/references.js'
import type { Resource, ResourceRef } from '../../src/model/resource.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE, type ProxyRef } from '../../src/translate/proxy.js'
import { translate } from '../../src/translate/translate.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../../src/xds/types.js'

/** Fingerprints of resources by type and name. */
export type Contents = ReadonlyMap<string, ReadonlyMap<string, string>>

/** The agent of App Mesh's image asks for it; every proxy has it. */
export const LOCAL_CLUSTER = 'local_cluster'

export function fingerprint(bytes: Uint8Array): string {
  return hash('sha1', bytes).slice(0, 16)
}

/** By kind and name of virtual node or gateway; those that do not exist are not in it. */
export function readTruth(resources: readonly Resource[]): ReadonlyMap<string, Contents> {
  const view = buildMeshView(resources, 1)
  return new Map(
    resources
      .map(({ ref }) => ref)
      .filter(isProxy)
      .map((ref) => {
        const known = ref.kind === 'virtualNode' ? view.virtualNodes : view.virtualGateways
        if (!known.has(ref.name)) throw new Error(`${refKey(ref)} is not in the view`)
        // Nothing is shared between proxies, as if each were the only one.
        const { clusters, listeners, routes } = translate(view, ref, { dialect: BASELINE, memo: createMemo() })
        // The nodes are found by DNS: there are no other endpoints.
        const assignments = [{ cluster_name: LOCAL_CLUSTER }]
        return [
          `${ref.kind}/${ref.name}`,
          new Map([
            [CLUSTER_TYPE, index(clusters.map((cluster) => encodeResource(CLUSTER_TYPE, cluster)))],
            [ENDPOINT_TYPE, index(assignments.map((assignment) => encodeResource(ENDPOINT_TYPE, assignment)))],
            [LISTENER_TYPE, index(listeners.map((listener) => encodeResource(LISTENER_TYPE, listener)))],
            [ROUTE_TYPE, index(routes.map((route) => encodeResource(ROUTE_TYPE, route)))],
          ]),
        ] as const
      }),
  )
}

function isProxy(ref: ResourceRef): ref is ProxyRef {
  return ref.kind === 'virtualNode' || ref.kind === 'virtualGateway'
}

function index(resources: readonly EncodedResource[]): ReadonlyMap<string, string> {
  return new Map(resources.map(({ name, bytes }) => [name, fingerprint(bytes)]))
}
