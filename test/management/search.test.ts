/** What a search costs, whatever is asked for. */
import assert from 'node:assert/strict'
import type { ManagementContext } from '../../src/management/context.js'
import type { Call } from '../../src/management/endpoint.js'
import { SEARCH } from '../../src/management/search.js'

describe('the search', () => {
  it('looks for each word once, however often it is given', async () => {
    let looks = 0
    const text = { includes: () => (looks++, true), startsWith: () => false }
    const counted = { toLowerCase: () => text, toString: () => 'a' }
    const mesh = { ref: { kind: 'mesh', name: counted }, metadata: { arn: counted } }
    const none = new Map()
    const collections = { virtualNodes: none, virtualRouters: none, virtualServices: none, virtualGateways: none }
    const view = { mesh, ...collections, routes: none, gatewayRoutes: none }
    const context = { control: { views: [view] } } as unknown as ManagementContext
    const call = { query: { q: 'a b '.repeat(4000) } } as unknown as Call
    const { results } = (await SEARCH.handle(context, call)) as { results: unknown[] }
    assert.equal(results.length, 1)
    assert.ok(looks <= 8, `${looks} looks`)
  })
})
