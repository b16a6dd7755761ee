/**
 * Configurations for people to look at: as they would be made now, whether an Envoy asks or not. They have a memory of their own, which is given up soon
 * after: what Envoys have is not touched by it.
 */
import { LRUCache } from 'lru-cache'
import { NO_ENDPOINTS, type EndpointSource } from '../cloud-map/endpoint-source.js'
import { encodeResource } from '../codec/encode.js'
import type { EncodedResource } from '../codec/resource.js'
import { hasAttributes } from '../model/cloud-map/attributes.js'
import { resourceOf, type MeshView } from '../model/mesh-view.js'
import type { Problem } from '../model/problem.js'
import type { Resource, ResourceRef } from '../model/resource.js'
import { listDefaults, type EffectiveDefault } from '../translate/defaults.js'
import { buildDiscoveredAssignment } from '../translate/endpoint-need.js'
import { createMemo, type Memo } from '../translate/memo.js'
import { BASELINE, type ProxyRef } from '../translate/proxy.js'
import { translate, type ProxyConfig } from '../translate/translate.js'
import { ENDPOINT_TYPE } from '../xds/types.js'
import { encodeConfig } from './encode-config.js'
import { meshKey } from './mesh-follower.js'
import { hasProxy } from './proxy.js'
import { NO_MATERIALS, type SecretMaterials } from './secrets.js'

export interface PreviewSources {
  readonly view: (ref: Pick<ResourceRef, 'meshOwner' | 'meshName'>) => MeshView | undefined
  readonly endpoints?: EndpointSource | undefined
  readonly materials?: SecretMaterials | undefined
}

export interface Preview {
  /** Of the last change of its mesh. */
  readonly revision: number
  readonly problems: readonly Problem[]
  /** Without secrets. */
  readonly resources: readonly EncodedResource[]
  /** Names of the secrets that they need. */
  readonly secrets: readonly string[]
}

export interface EndpointCount {
  readonly healthy: number
  readonly total: number
}

export type { EffectiveDefault }

const MOST_MESHES = 4
const KEPT_MILLIS = 60_000

export class Previews {
  readonly #view: PreviewSources['view']
  readonly #endpoints: EndpointSource
  readonly #materials: SecretMaterials
  readonly #memos = new LRUCache<string, Memo>({
    max: MOST_MESHES,
    ttl: KEPT_MILLIS,
    ttlAutopurge: true,
    updateAgeOnGet: true,
  })

  constructor({ view, endpoints = NO_ENDPOINTS, materials = NO_MATERIALS }: PreviewSources) {
    this.#view = view
    this.#endpoints = endpoints
    this.#materials = materials
  }

  /** Undefined when there is no such virtual node or gateway. Throws when it cannot be translated: see `problems`. */
  config(ref: ProxyRef): Preview | undefined {
    const config = this.#translate(ref)
    const view = this.#view(ref)
    if (!config || !view) return undefined
    return {
      revision: view.revision,
      problems: [...config.problems, ...this.#materialProblems(ref, config), ...this.#endpointProblems(config)],
      resources: [...encodeConfig(config).flat(), ...this.#assignments(config)],
      secrets: config.secrets.map(({ name }) => name),
    }
  }

  /** What is wrong with what its Envoys would have; undefined when there is no such virtual node or gateway. */
  problems(ref: ProxyRef): readonly Problem[] | undefined {
    try {
      const config = this.#translate(ref)
      return config && [...config.problems, ...this.#materialProblems(ref, config), ...this.#endpointProblems(config)]
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return [{ path: `${ref.kind}/${ref.name}`, message: `cannot be translated: ${reason}` }]
    }
  }

  /** The instances of a node that Cloud Map discovers; undefined for every other one, and while nobody knows. */
  countEndpoints(node: Resource<'virtualNode'>): EndpointCount | undefined {
    const cloudMap = node.spec.serviceDiscovery?.awsCloudMap
    if (!cloudMap) return undefined
    const found = this.#endpoints.find(cloudMap)
    if (!found.known) return found.pending ? undefined : { healthy: 0, total: 0 }
    const wanted = Object.fromEntries((cloudMap.attributes ?? []).map(({ key, value }) => [key, value]))
    const fitting = found.instances.filter(({ attributes }) => hasAttributes(attributes, wanted))
    return { healthy: fitting.filter(({ healthy }) => healthy).length, total: fitting.length }
  }

  /** What holds for a resource although it does not say so; undefined when there is no such resource. */
  defaults(ref: ResourceRef): { revision: number; defaults: EffectiveDefault[] } | undefined {
    const view = this.#view(ref)
    const resource = view && resourceOf(view, ref)
    return resource && { revision: view.revision, defaults: listDefaults(resource) }
  }

  #translate(ref: ProxyRef): ProxyConfig | undefined {
    const view = this.#view(ref)
    if (!view || !hasProxy(view, ref)) return undefined
    const key = meshKey(ref)
    let memo = this.#memos.get(key)
    if (!memo) this.#memos.set(key, (memo = createMemo()))
    return translate(view, ref, { dialect: BASELINE, memo })
  }

  /** Nobody can say yet what has no endpoints here. */
  #assignments({ endpoints }: ProxyConfig): EncodedResource[] {
    return endpoints.flatMap((need) => {
      const found = this.#endpoints.find(need.discovery)
      if (!found.known && found.pending) return []
      const instances = found.known ? found.instances : []
      return encodeResource(ENDPOINT_TYPE, buildDiscoveredAssignment(need, instances))
    })
  }

  #endpointProblems({ endpoints }: ProxyConfig): Problem[] {
    return endpoints.flatMap(({ node, discovery }) => {
      const path = `virtualNode/${node}.spec.serviceDiscovery.awsCloudMap`
      const found = this.#endpoints.find(discovery)
      const unknown =
        found.known || found.pending ? undefined : `${found.reason}: traffic to the node is answered with 503`
      const messages = [unknown, this.#endpoints.trouble?.(discovery)]
      return messages.flatMap((message) => (message === undefined ? [] : [{ path, message }]))
    })
  }

  #materialProblems({ kind, name }: ProxyRef, { secrets }: ProxyConfig): Problem[] {
    const path = `${kind}/${name}`
    const missing = secrets.flatMap((need) =>
      need.kind === 'certificate'
        ? [this.#materials.certificate(need.arn)]
        : need.arns.map((arn) => this.#materials.authority(arn)),
    )
    const messages = new Set(missing.flatMap((found) => ('problem' in found ? found.problem : [])))
    return [...messages].map((message) => ({ path, message }))
  }
}
