/** The real path from a mesh to snapshots, in this process: what the control plane does, without store and streams. */
import { BASELINE } from '../src/translate/proxy.js'
import { Reconciler, proxyKey, type Proxy } from '../src/control/reconciler.js'
import { applyChanges, buildMeshView, type MeshView } from '../src/model/mesh-view.js'
import { changeKey } from '../src/model/references.js'
import type { Resource } from '../src/model/resource.js'
import type { Snapshot } from '../src/xds/snapshot.js'
import { SnapshotCache } from '../src/xds/snapshot-cache.js'
import { buildMesh, nodeName, refTo, type MeshShape } from './mesh.js'

export function buildView(shape: MeshShape): MeshView {
  return buildMeshView(buildMesh(shape), 1)
}

export function proxyOf(shape: MeshShape, index: number): Proxy {
  const ref = refTo(shape, 'virtualNode', nodeName(index))
  return { key: proxyKey(ref, BASELINE), ref, dialect: BASELINE }
}

/** A mesh whose proxies are watched, as by one Envoy each. */
export class Reconciling {
  readonly #cache = new SnapshotCache()
  readonly #reconciler: Reconciler
  #view: MeshView
  #onSettled: () => void = () => undefined

  constructor(view: MeshView) {
    this.#view = view
    this.#reconciler = new Reconciler({
      cache: this.#cache,
      view: () => this.#view,
      refuseUnknown: ({ name }) => ({ code: 3, message: name }),
      logger: { info: () => undefined, warn: fail, error: fail },
      onSettled: () => this.#onSettled(),
      departed: 1,
    })
  }

  /** Connects an Envoy: the snapshot is there when this returns, as long as nothing else is due. */
  attach(proxy: Proxy): void {
    this.#cache.watch(proxy.key, { onSnapshot: () => undefined, onRefusal: ({ message }) => fail({}, message) })
    this.#reconciler.attach(proxy)
  }

  /** Applies one change; returns the milliseconds from the new view to the last published snapshot. */
  async change(resource: Resource): Promise<number> {
    const revision = this.#view.revision + 1
    this.#view = applyChanges(this.#view, [{ kind: 'put', resource }], revision)
    const settled = new Promise<number>((resolve) => (this.#onSettled = () => resolve(performance.now())))
    const started = performance.now()
    this.#reconciler.settle({ revision, oldestChange: 0, keys: new Set([changeKey(resource.ref)]) })
    return (await settled) - started
  }

  snapshot({ key }: Proxy): Snapshot {
    const snapshot = this.#cache.get(key)
    if (!snapshot) throw new Error(`${key} has no snapshot`)
    return snapshot
  }

  problems({ key }: Proxy): readonly unknown[] {
    return this.#reconciler.problems(key)
  }
}

function fail(details: object, message: string): never {
  throw new Error(`${message}: ${JSON.stringify(details)}`, { cause: details })
}
