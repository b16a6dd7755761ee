/** What each virtual node and gateway should have: the mesh as the API tells it, translated by nobody's memory, and the secrets as they were written. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { encodeMessage, encodeResource } from '../../src/codec/encode.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import { buildMeshView, type MeshView } from '../../src/model/mesh-view.js'
import { refKey } from '../../src/model/references.js'
import type { Resource, ResourceRef } from '../../src/model/resource.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE, type ProxyRef } from '../../src/translate/proxy.js'
import { translate } from '../../src/translate/translate.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE, SECRET_TYPE } from '../../src/xds/types.js'
import type { Certificates } from './certificates.js'
import { readResource } from './named.js'

/** Fingerprints of resources by type and name. */
export type Contents = ReadonlyMap<string, ReadonlyMap<string, string>>

/** The agent of App Mesh's image asks for it; every proxy has it. */
export const LOCAL_CLUSTER = 'local_cluster'

export function fingerprint(bytes: Uint8Array): string {
  return hash('sha1', bytes).slice(0, 16)
}

export interface Written {
  readonly certificates: Certificates
  readonly keys: boolean
}

/** By kind and name of virtual node or gateway; those that do not exist are not in it. `keys`: for who may have private keys. */
export function readTruth(resources: readonly Resource[], written: Written): ReadonlyMap<string, Contents> {
  const view = buildMeshView(resources, 1)
  return new Map(
    resources
      .map(({ ref }) => ref)
      .filter(isProxy)
      .map((ref) => [`${ref.kind}/${ref.name}`, contentsOf(view, ref, written)]),
  )
}

function contentsOf(view: MeshView, ref: ProxyRef, { certificates, keys }: Written): Contents {
  const known = ref.kind === 'virtualNode' ? view.virtualNodes : view.virtualGateways
  if (!known.has(ref.name)) throw new Error(`${refKey(ref)} is not in the view`)
  // Nothing is shared between proxies, as if each were the only one.
  const config = translate(view, ref, { dialect: BASELINE, memo: createMemo() })
  const clusters = config.clusters.map((cluster) => encodeResource(CLUSTER_TYPE, cluster))
  const listeners = config.listeners.map((listener) => encodeResource(LISTENER_TYPE, listener))
  const routes = config.routes.map((route) => encodeResource(ROUTE_TYPE, route))
  // The nodes are found by DNS: there are no other endpoints.
  const endpoints = [encodeResource(ENDPOINT_TYPE, { cluster_name: LOCAL_CLUSTER })]
  const secrets = secretNames([...clusters, ...listeners])
  assert.deepEqual(secrets, config.secrets.map(({ name }) => name).sort(), `the secrets of ${refKey(ref)}`)
  return new Map([
    [CLUSTER_TYPE, index(clusters)],
    [ENDPOINT_TYPE, index(endpoints)],
    [LISTENER_TYPE, index(listeners)],
    [ROUTE_TYPE, index(routes)],
    [SECRET_TYPE, index(secrets.flatMap((name) => encodeSecret(name, certificates.secret(name, keys))))],
  ])
}

/** What these make an Envoy ask for, whatever translation says of it. */
function secretNames(resources: readonly EncodedResource[]): string[] {
  const names = resources.flatMap(({ typeUrl, name, bytes }) => readResource(typeUrl, name, bytes).secrets)
  return [...new Set(names)].sort()
}

function encodeSecret(name: string, secret: object | undefined): { name: string; bytes: Uint8Array }[] {
  return secret ? [{ name, bytes: encodeMessage(SECRET_TYPE, secret) }] : []
}

function isProxy(ref: ResourceRef): ref is ProxyRef {
  return ref.kind === 'virtualNode' || ref.kind === 'virtualGateway'
}

function index(resources: readonly Pick<EncodedResource, 'name' | 'bytes'>[]): ReadonlyMap<string, string> {
  return new Map(resources.map(({ name, bytes }) => [name, fingerprint(bytes)]))
}
