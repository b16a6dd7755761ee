/** What an address of the console says about its page: breadcrumbs, title, layout, which help belongs to it. */
import { parseSegment, type PagePlace } from './paths.js'

export type Layout = 'default' | 'table' | 'form' | 'wizard' | 'dashboard'

export interface Crumb {
  readonly text: string
  /** Without the `/console` before it. */
  readonly path: string
}

export interface PageInfo {
  /** From the service itself down to the page. */
  readonly crumbs: readonly Crumb[]
  readonly title: string
  readonly layout: Layout
  /** Names the help of the page: a section such as `virtual-nodes`, or one such as `map`. */
  readonly topic: string
  /** Absent outside meshes. */
  readonly mesh?: PagePlace
}

/** Segments with a fixed text; every other one is a name. */
const TEXTS: Readonly<Record<string, string>> = {
  meshes: 'Meshes',
  'virtual-services': 'Virtual services',
  'virtual-nodes': 'Virtual nodes',
  'virtual-routers': 'Virtual routers',
  'virtual-gateways': 'Virtual gateways',
  routes: 'Routes',
  'gateway-routes': 'Gateway routes',
  map: 'Mesh map',
  proxies: 'Proxies',
  'cloud-map': 'Cloud Map',
  namespaces: 'Namespaces',
  services: 'Services',
  history: 'History',
  'get-started': 'Get started',
}

const CREATES: Readonly<Record<string, string>> = {
  meshes: 'Create mesh',
  'virtual-services': 'Create virtual service',
  'virtual-nodes': 'Create virtual node',
  'virtual-routers': 'Create virtual router',
  'virtual-gateways': 'Create virtual gateway',
  routes: 'Create route',
  'gateway-routes': 'Create gateway route',
}

/** Segments whose own address has no page: lists that stand inside the page above them. */
const WITHOUT_PAGE = new Set(['routes', 'gateway-routes', 'namespaces', 'services'])

const PRODUCT = 'meshkeeper'

/** `path` without the `/console` before it, as in the address bar (percent-encoded); `search` keeps the owner of the mesh. */
export function describePage(path: string, search = ''): PageInfo {
  const raw = path.split('/').filter((segment) => segment !== '')
  const segments = raw.map(decode)
  const crumbs = buildCrumbs(raw, segments, search)
  const owner = new URLSearchParams(search).get('meshOwner') ?? undefined
  const meshName =
    segments[0] === 'meshes' && segments[1] !== undefined && segments[1] !== 'create'
      ? parseSegment(segments[1])
      : undefined
  return {
    crumbs: [{ text: PRODUCT, path: '/meshes' }, ...crumbs],
    title: [...crumbs.map(({ text }) => text).reverse(), PRODUCT].join(' - '),
    layout: layoutOf(segments),
    topic: topicOf(segments),
    ...(meshName !== undefined && { mesh: { meshName, ...(owner !== undefined && { meshOwner: owner }) } }),
  }
}

function buildCrumbs(raw: readonly string[], segments: readonly string[], search: string): Crumb[] {
  return segments.flatMap((segment, index) => {
    const isName = isNameAt(segments, index)
    if (!isName && WITHOUT_PAGE.has(segment)) return []
    const path = `/${raw.slice(0, index + 1).join('/')}${index > 0 ? search : ''}`
    return [{ text: isName ? parseSegment(segment) : textOf(segment, segments[index - 1]), path }]
  })
}

function textOf(segment: string, before: string | undefined): string {
  if (segment === 'create') return CREATES[before ?? ''] ?? 'Create'
  if (segment === 'edit') return 'Edit'
  return TEXTS[segment] ?? segment
}

/** Names stand after `meshes`, after a list and after `routes`, `proxies`, `namespaces` and the like; `create` is none. */
function isNameAt(segments: readonly string[], index: number): boolean {
  const before = segments[index - 1]
  if (before === undefined || segments[index] === 'create') return false
  return LISTS.has(before) && !isNameAt(segments, index - 1)
}

const LISTS = new Set([...Object.keys(CREATES), 'proxies', 'namespaces', 'services'])

function layoutOf(segments: readonly string[]): Layout {
  const last = segments.at(-1) ?? ''
  if (last === 'get-started') return 'wizard'
  if (isNameAt(segments, segments.length - 1))
    return segments[0] === 'meshes' && segments.length === 2 ? 'dashboard' : 'default'
  if (last === 'create' || last === 'edit') return 'form'
  if (last === 'map') return 'default'
  return TABLES.has(last) ? 'table' : 'default'
}

const TABLES = new Set([
  'meshes',
  'virtual-services',
  'virtual-nodes',
  'virtual-routers',
  'virtual-gateways',
  'proxies',
])

/** The last segment that is no name, `create` or `edit`; `mesh` for a mesh itself. */
function topicOf(segments: readonly string[]): string {
  const index = segments.findLastIndex(
    (segment, at) => !isNameAt(segments, at) && segment !== 'create' && segment !== 'edit',
  )
  const topic = segments[index] ?? 'meshes'
  return topic === 'meshes' && segments[index + 1] !== undefined && isNameAt(segments, index + 1) ? 'mesh' : topic
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
