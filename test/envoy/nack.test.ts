/** A configuration that Envoy refuses: traffic and other changes go on, the reason is on record, and a correction is taken. */
import assert from 'node:assert/strict'
import { eventually } from './eventually.js'
import { backends, httpRoute } from './mesh-writer.js'
import { openShop, SHOP } from './shop.js'
import { useWorld } from './world.js'

const REJECTED = 'listener_manager.lds.update_rejected'

describe('a configuration that Envoy refuses', function () {
  const world = useWorld(this, openShop)
  const front = () => world.pod('front')
  const call = { kind: 'http', url: `http://${SHOP}:8080/` } as const
  /** No Envoy can open a file in a directory that is not there. */
  const logTo = (path: string) =>
    world.mesh.node('front', { backends: backends(SHOP), logging: { accessLog: { file: { path } } } })

  const listeners = async () =>
    (await world.keeper.proxy('front')).types.find(({ typeUrl }) => typeUrl.endsWith('.Listener'))
  /** Waits until the Envoy's status shows the newest revision there is. */
  const synced = () =>
    eventually({ what: 'the newest revision' }, async () => {
      const { appliedRevision, proxies } = await world.keeper.proxies()
      return proxies.length === 3 && proxies.every(({ revision }) => revision === appliedRevision) && appliedRevision
    })

  it('comes after one that it has accepted to the newest revision', async () => {
    assert.ok((await synced()) > 0)
    assert.equal((await listeners())?.state, 'SYNCED')
  })

  it('is refused once, and meshkeeper knows why', async () => {
    const { fingerprint } = await front().envoy.config()
    await logTo('/no/such/directory/access.log')
    await eventually({ what: 'the refusal' }, async () => (await front().envoy.stat(REJECTED)) === 1)
    await eventually({ what: 'the reason in the log' }, async () => {
      return (await world.keeper.log()).includes('/no/such/directory/access.log')
    })
    assert.equal((await listeners())?.state, 'NACKED')
    assert.match((await listeners())?.error ?? '', /no\/such\/directory/)
    const { appliedRevision } = await world.keeper.proxies()
    assert.notEqual((await world.keeper.proxy('front')).revision, appliedRevision)
    assert.equal((await front().envoy.config()).fingerprint, fingerprint)
  })

  it('holds up no other change, and is not sent again with it', async () => {
    const load = await front().agent.startLoad({ call, concurrency: 4 })
    await front().envoy.changedBy('routes', () => world.mesh.route(SHOP, 'all', httpRoute({ v1: 0, v2: 100 })))
    await load.more(100)
    const { failed, failures } = await load.stop()
    assert.equal(failed, 0, JSON.stringify(failures))
    assert.deepEqual((await front().agent.load({ call, requests: 20, concurrency: 1 })).from, { v2: 20 })
    assert.equal(await front().envoy.stat(REJECTED), 1)
  })

  it('is replaced by its correction', async () => {
    await front().envoy.changedBy('listeners', () => logTo('/dev/stdout'))
    await synced()
    assert.deepEqual([(await listeners())?.state, (await listeners())?.error], ['SYNCED', undefined])
    await front().agent.http(call.url)
    await eventually({ what: 'an access log line' }, async () =>
      (await front().envoy.log()).includes('"GET / HTTP/1.1"'),
    )
  })
})
