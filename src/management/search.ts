/** `GET /search`: resources by name, across kinds and meshes. */
import Type from 'typebox'
import { resourcesOf } from '../model/mesh-view.js'
import type { Resource } from '../model/resource.js'
import type { Endpoint } from './endpoint.js'
import { compareText, KIND_ORDER } from './order.js'
import { readCount } from './query.js'
import { answer, Name, ResourceKind } from './shapes.js'

const LIMIT = { least: 1, most: 200, otherwise: 20 }

export const SEARCH: Endpoint = {
  operation: 'Search',
  path: '/search',
  summary: 'Resources whose name or ARN has all words of a text in it, the closest first',
  query: {
    q: { schema: Type.String(), description: 'words, in any case and order' },
    limit: {
      schema: Type.Integer({ minimum: LIMIT.least, maximum: LIMIT.most, default: LIMIT.otherwise }),
      description: 'results at most',
    },
  },
  answer: answer('SearchResults', {
    results: Type.Array(
      answer('SearchResult', {
        kind: ResourceKind,
        meshName: Name,
        meshOwner: Type.String(),
        name: Name,
        parentName: Type.Optional(Name),
        arn: Type.String(),
      }),
    ),
  }),
  follows: true,
  handle: ({ control }, { query }) => {
    const limit = readCount(query, 'limit', LIMIT)
    const text = (query['q'] ?? '').toLowerCase().trim().replaceAll(/\s+/g, ' ')
    // Each once: a request has room for thousands, and there may be tens of thousands of resources.
    const words = [...new Set(text.split(' ').filter(Boolean))]
    const found: Found[] = []
    if (words.length > 0)
      for (const view of control.views) for (const each of resourcesOf(view)) collect(found, each, { text, words })
    const results = found
      .sort(byCloseness)
      .slice(0, limit)
      .map(({ resource: { ref, metadata } }) => ({ ...ref, arn: metadata.arn }))
    return Promise.resolve({ results })
  },
}

interface Found {
  readonly resource: Resource
  /** 0: is the name; 1: the name begins so; 2: has it; 3: only the ARN does. */
  readonly distance: number
}

interface Wanted {
  readonly text: string
  readonly words: readonly string[]
}

function collect(found: Found[], resource: Resource, { text, words }: Wanted): void {
  const name = resource.ref.name.toLowerCase()
  const arn = resource.metadata.arn.toLowerCase()
  if (!words.every((word) => arn.includes(word) || name.includes(word))) return
  const distance = name === text ? 0 : name.startsWith(text) ? 1 : words.every((word) => name.includes(word)) ? 2 : 3
  found.push({ resource, distance })
}

function byCloseness(left: Found, right: Found): number {
  const [one, other] = [left.resource.ref, right.resource.ref]
  return (
    left.distance - right.distance ||
    KIND_ORDER[one.kind] - KIND_ORDER[other.kind] ||
    compareText(one.name, other.name) ||
    compareText(left.resource.metadata.arn, right.resource.metadata.arn)
  )
}
