/** The expressions of the map's Find and Hide: words that must all fit, e.g. `cart kind:node is:nack`. */
import { BOX_KINDS, type BoxKind, type MapBox, type MapGraph } from './map-graph.js'
import type { BadgeKind, BoxStatus } from './map-status.js'

export interface Finder {
  /** Why the text is no expression. */
  readonly problem?: string
  readonly matches: (box: MapBox, status: BoxStatus | undefined) => boolean
}

/** People's words for kinds. */
const KIND_WORDS: Readonly<Record<string, BoxKind>> = {
  gateway: 'virtualGateway',
  'gateway-route': 'gatewayRoute',
  service: 'virtualService',
  router: 'virtualRouter',
  route: 'route',
  node: 'virtualNode',
  external: 'external',
}

const BADGE_WORDS: Readonly<Record<string, readonly BadgeKind[]>> = {
  nack: ['nack'],
  stale: ['stale'],
  'not-connected': ['not-connected'],
  'no-endpoints': ['no-endpoints'],
  missing: ['missing'],
  problem: ['problem', 'missing', 'no-provider', 'nack', 'no-endpoints'],
}

const WORDS_OF_IS = [...Object.keys(BADGE_WORDS), 'synced', 'tls']

type Term = Finder['matches']

/**
 * Reads an expression. Words look into names and details, `kind:` and `is:` into what a box is; `-` in front of a word turns it round. The
 * empty text matches nothing.
 */
export function parseFinder(text: string): Finder {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return { matches: () => false }
  const terms: Term[] = []
  for (const word of words) {
    const negated = word.length > 1 && word.startsWith('-')
    const term = parseTerm(negated ? word.slice(1) : word)
    if (typeof term === 'string') return { problem: term, matches: () => false }
    terms.push(negated ? (box, status) => !term(box, status) : term)
  }
  return { matches: (box, status) => terms.every((term) => term(box, status)) }
}

function parseTerm(word: string): Term | string {
  if (word.startsWith('kind:')) return parseKind(word.slice('kind:'.length))
  if (word.startsWith('is:')) return parseState(word.slice('is:'.length))
  return (box) => [box.name, box.parentName ?? '', ...box.details].some((text) => text.toLowerCase().includes(word))
}

function parseKind(word: string): Term | string {
  const kind = KIND_WORDS[word] ?? BOX_KINDS.find((each) => each.toLowerCase() === word)
  return kind ? (box) => box.kind === kind : `kind: takes ${Object.keys(KIND_WORDS).join(', ')}`
}

function parseState(word: string): Term | string {
  if (word === 'tls') return (box) => box.tls === 'STRICT' || box.tls === 'PERMISSIVE'
  if (word === 'synced') return (_box, status) => status?.envoys?.endsWith(', in sync') ?? false
  const badges = BADGE_WORDS[word]
  if (!badges) return `is: takes ${WORDS_OF_IS.join(', ')}`
  return (_box, status) => status?.badges.some(({ kind }) => badges.includes(kind)) ?? false
}

/** The boxes that are left: without those that `hide` fits and, where `around` names a box, only what it leads to or is led to from. */
export function selectVisible(
  { boxes, links }: MapGraph,
  statuses: ReadonlyMap<string, BoxStatus>,
  { hide, around }: { readonly hide: Finder; readonly around?: string | undefined },
): ReadonlySet<string> {
  const connected = around === undefined ? undefined : findConnected(links, around)
  const left = boxes.filter((box) => (connected?.has(box.id) ?? true) && !hide.matches(box, statuses.get(box.id)))
  return new Set(left.map(({ id }) => id))
}

/** What leads to `id`, what it leads to, and itself. */
export function findConnected(links: MapGraph['links'], id: string): ReadonlySet<string> {
  return new Set([...reach(links, id, 'from', 'to'), ...reach(links, id, 'to', 'from')])
}

type End = 'from' | 'to'

function reach(links: MapGraph['links'], id: string, here: End, there: End): Set<string> {
  const next = new Map<string, string[]>()
  for (const link of links) {
    const ends = next.get(link[here])
    if (ends) ends.push(link[there])
    else next.set(link[here], [link[there]])
  }
  const seen = new Set([id])
  // A set is walked through with what is added on the way.
  for (const box of seen) for (const neighbour of next.get(box) ?? []) seen.add(neighbour)
  return seen
}
