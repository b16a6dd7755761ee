/** `GET /proxies` of a large fleet: the same answer, made in pieces. */
import assert from 'node:assert/strict'
import Fastify from 'fastify'
import type { ProxyDirectory } from '../../src/control/proxy-directory.js'
import { addProxyRoutes } from '../../src/management/admin-routes.js'

/** The routes over a fleet of that size. */
function serve(size: number, notice?: string) {
  const proxies = Array.from({ length: size }, (_, id) => ({
    id,
    nodeId: `mesh/m/virtualNode/n-${id}`,
    state: 'SYNCED',
  }))
  const found = { proxies, ...(notice !== undefined && { notice }) }
  const app = Fastify()
  const directory = { statuses: () => Promise.resolve(found) } as unknown as ProxyDirectory
  addProxyRoutes(app, { control: { appliedRevision: 7 }, directory })
  return { app, expected: { appliedRevision: 7, ...found } }
}

describe('the status of a fleet', () => {
  for (const { name, size, notice } of [
    { name: 'nobody', size: 0, notice: undefined },
    { name: 'one Envoy', size: 1, notice: undefined },
    { name: 'exactly one piece', size: 200, notice: undefined },
    { name: 'several pieces, with a notice', size: 1234, notice: 'a replica "b" does not answer' },
  ]) {
    it(`is one JSON document: ${name}`, async () => {
      const { app, expected } = serve(size, notice)
      const response = await app.inject({ url: '/proxies' })
      assert.equal(response.statusCode, 200)
      assert.match(String(response.headers['content-type']), /^application\/json/)
      assert.deepEqual(response.json(), expected)
    })
  }

  it('lets other work be done in between', async () => {
    const { app } = serve(5000)
    let turns = 0
    let done = false
    const count = (): void => {
      turns++
      if (!done) setImmediate(count)
    }
    setImmediate(count)
    await app.inject({ url: '/proxies' })
    done = true
    assert.ok(turns >= 5000 / 200, `${turns} turns of the event loop`)
  })

  it('still refuses filters that there are not', async () => {
    const { app } = serve(3)
    const response = await app.inject({ url: '/proxies?nod=x' })
    assert.equal(response.statusCode, 400)
  })
})
