/** Follows the store's log and keeps a MeshView per mesh. The log is the truth: whichever replica wrote, whatever hint was missed. */
import { applyChanges, buildMeshView, resourcesOf, type MeshView, type ResourceChange } from '../model/mesh-view.js'
import { changeKey, refKey } from '../model/references.js'
import type { Resource, ResourceRef } from '../model/resource.js'
import { LogTrimmedError, type Change, type Store } from '../store/store.js'

/** What a stretch of the log did, merged. */
export interface Batch {
  readonly revision: number
  /** When the oldest of its changes was committed (milliseconds since the epoch). */
  readonly oldestChange: number
  /** `changeKey` of everything that changed. */
  readonly keys: ReadonlySet<string>
}

const PAGE = 1000

/** Both in one; `later` is what followed. */
export function joinBatches(earlier: Batch | undefined, later: Batch | undefined): Batch | undefined {
  if (!earlier || !later) return earlier ?? later
  return {
    revision: later.revision,
    oldestChange: Math.min(earlier.oldestChange, later.oldestChange),
    keys: new Set([...earlier.keys, ...later.keys]),
  }
}

export class MeshFollower {
  readonly #store: Store
  #views: ReadonlyMap<string, MeshView> = new Map()
  #revision = 0

  constructor(store: Store) {
    this.#store = store
  }

  /** The revision that the views are at. */
  get revision(): number {
    return this.#revision
  }

  /** The mesh that `ref` belongs to, if it exists. */
  view(ref: Pick<ResourceRef, 'meshOwner' | 'meshName'>): MeshView | undefined {
    return this.#views.get(meshKey(ref))
  }

  /** Every mesh. */
  get views(): Iterable<MeshView> {
    return this.#views.values()
  }

  get meshCount(): number {
    return this.#views.size
  }

  /** Reads everything there is. To be called before `advance`. */
  async load(): Promise<void> {
    const { revision, resources } = await this.#store.image()
    const byMesh = new Map<string, Resource[]>()
    for (const resource of resources) {
      const key = meshKey(resource.ref)
      const list = byMesh.get(key)
      if (list) list.push(resource)
      else byMesh.set(key, [resource])
    }
    this.#views = new Map([...byMesh].map(([key, list]) => [key, buildMeshView(list, revision)]))
    this.#revision = revision
  }

  /**
   * Reads what the log has grown by; undefined when it has not. `head` is a revision that the log had before: between two changes of meshes there may be
   * any number of others, which are not to be looked through again.
   */
  async advance(head = 0): Promise<Batch | undefined> {
    if (head > 0 && head <= this.#revision) return undefined
    try {
      return await this.#read(head)
    } catch (error) {
      if (error instanceof LogTrimmedError) return this.#reload()
      throw error
    }
  }

  /** What differs between what was there and what is. */
  async #reload(): Promise<Batch> {
    const before = listVersions(this.#views.values())
    await this.load()
    const after = listVersions(this.#views.values())
    const keys = new Set<string>()
    for (const [version, key] of before) if (!after.has(version)) keys.add(key)
    for (const [version, key] of after) if (!before.has(version)) keys.add(key)
    return { revision: this.#revision, oldestChange: Date.now(), keys }
  }

  async #read(head: number): Promise<Batch | undefined> {
    const pages: Change[][] = []
    let from = this.#revision
    for (;;) {
      const page = await this.#store.changesAfter(from, PAGE)
      const last = page.at(-1)
      if (!last) break
      pages.push(page)
      from = last.revision
    }
    this.#revision = Math.max(from, head)
    if (pages.length === 0) return undefined
    const changes = pages.flat()
    const views = new Map(this.#views)
    for (const [key, ofMesh] of groupByMesh(changes)) this.#apply(views, key, ofMesh)
    this.#views = views
    const keys = new Set(changes.filter(changesSpec).map(({ ref }) => changeKey(ref)))
    const oldestChange = changes.reduce((oldest, { time }) => Math.min(oldest, time), Infinity)
    return { revision: this.#revision, oldestChange, keys }
  }

  #apply(views: Map<string, MeshView>, key: string, changes: readonly Change[]): void {
    let view = views.get(key)
    const revision = changes.at(-1)?.revision ?? this.#revision
    let pending: ResourceChange[] = []
    for (const change of changes) {
      if (change.ref.kind === 'mesh' && !(view && change.after)) {
        // The mesh itself appears or disappears; nothing of it outlives it.
        view = change.after && buildMeshView([change.after], revision)
        pending = []
      } else if (changesSpec(change)) {
        pending.push(change.after ? { kind: 'put', resource: change.after } : { kind: 'remove', ref: change.ref })
      }
    }
    if (view) views.set(key, applyChanges(view, pending, revision))
    else views.delete(key)
  }
}

/** The key of the mesh that `ref` belongs to: the `refKey` of the mesh itself. */
export function meshKey({ meshOwner, meshName }: Pick<ResourceRef, 'meshOwner' | 'meshName'>): string {
  return refKey({ kind: 'mesh', meshOwner, meshName, name: meshName })
}

/** By resource and version: its `changeKey`. */
function listVersions(views: Iterable<MeshView>): Map<string, string> {
  const resources = [...views].flatMap((view) => [...resourcesOf(view)])
  return new Map(
    resources.map(({ ref, metadata: { uid, version } }) => [`${refKey(ref)} ${uid} ${version}`, changeKey(ref)]),
  )
}

/** Changes of tags alone are in the log too, but mean nothing to an Envoy. */
function changesSpec({ before, after }: Change): boolean {
  return !before || !after || before.metadata.version !== after.metadata.version
}

function groupByMesh(changes: readonly Change[]): Map<string, Change[]> {
  const groups = new Map<string, Change[]>()
  for (const change of changes) {
    const key = meshKey(change.ref)
    const group = groups.get(key)
    if (group) group.push(change)
    else groups.set(key, [change])
  }
  return groups
}
