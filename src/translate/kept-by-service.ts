/** What was made of virtual services, kept from view to view: a change of some routes leaves all but the services of their routers as they were. */
import type { MeshView } from '../model/mesh-view.js'
import type { Resource } from '../model/resource.js'
import type { Memo } from './memo.js'

type Routes = MeshView['routes']

/**
 * The values under `label` that still hold in `view`, for whoever makes them of nothing but nodes, routers, services, the mesh, and the routes of the
 * service's own router.
 */
export function keptByService<Value>(label: string, view: MeshView, memo: Memo): KeptByService<Value> {
  const { mesh, virtualNodes, virtualRouters, virtualServices, routes } = view
  const kept = memo(
    label,
    [mesh, virtualNodes, virtualRouters, virtualServices],
    () => new KeptByService<Value>(routes),
  )
  kept.follow(routes)
  return kept
}

export class KeptByService<Value> {
  readonly #values = new Map<string, Value>()
  /** The services of each router. */
  readonly #services = new Map<string, Set<string>>()
  #routes: Routes

  constructor(routes: Routes) {
    this.#routes = routes
  }

  get(service: string): Value | undefined {
    return this.#values.get(service)
  }

  set({ ref, spec }: Resource<'virtualService'>, value: Value): void {
    this.#values.set(ref.name, value)
    const router = spec.provider?.virtualRouter?.virtualRouterName
    if (router === undefined) return
    const services = this.#services.get(router)
    if (services) services.add(ref.name)
    else this.#services.set(router, new Set([ref.name]))
  }

  /** Drops what does not hold with these routes. */
  follow(routes: Routes): void {
    if (routes === this.#routes) return
    for (const [router, services] of this.#services) {
      if (routes.get(router) === this.#routes.get(router)) continue
      for (const service of services) this.#values.delete(service)
      this.#services.delete(router)
    }
    this.#routes = routes
  }
}
