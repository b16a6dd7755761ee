/** The names under which answers are cached. Events make everything below a key be fetched again. */
import type { HistoryFilter, ProxyFilter } from './management.js'
import type { MeshPlace, ResourcePlace } from './place.js'

/** Meshes are told apart by name only where no owner is given: events name both. */
export const KEYS = {
  info: ['info'],
  meshes: ['meshes'],
  everyMesh: ['mesh'],
  mesh: ({ meshName }: MeshPlace) => ['mesh', meshName],
  resources: ({ meshName, meshOwner = '' }: MeshPlace) => ['mesh', meshName, meshOwner, 'resources'],
  status: ({ meshName, meshOwner = '' }: MeshPlace) => ['mesh', meshName, meshOwner, 'status'],
  /** Everything about one resource: `what` is describe, config, defaults, blockers, tags … */
  resource: ({ meshName, meshOwner = '', kind, parentName = '', name }: ResourcePlace, what: string) => [
    'mesh',
    meshName,
    meshOwner,
    'resource',
    kind,
    parentName,
    name,
    what,
  ],
  allProxies: ['proxies'],
  proxies: (filter: ProxyFilter) => ['proxies', 'list', filter],
  proxy: (name: string) => ['proxies', 'one', name],
  proxyConfig: (name: string) => ['proxies', 'config', name],
  allHistory: ['history'],
  history: (filter: HistoryFilter) => ['history', filter],
  cloudMap: ['cloud-map'],
} as const
