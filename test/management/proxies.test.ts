/** The status of Envoys, as the admin listener tells it. */
import assert from 'node:assert/strict'
import type { ProxyConfig } from '../../src/management/proxy-config.js'
import type { ProxiesAnswer } from '../../src/management/proxies.js'
import type { ProxyStatus } from '../../src/control/proxy-registry.js'
import { eventually } from '../envoy/eventually.js'
import { CDS, LDS, RDS } from '../xds/harness.js'
import { frontSpec, World } from './world.js'

const FRONT = 'mesh/shop/virtualNode/front'
const ARN = `arn:aws:appmesh:us-east-1:000000000000:${FRONT}`

describe('the status of Envoys', () => {
  let world: World
  const refusals = new Map<string, string>()

  before(async () => {
    world = await World.start()
    await world.writeShop()
    await world.put('meshes', { meshName: 'other' })
    await world.put('meshes/other/virtualNodes', { virtualNodeName: 'front', spec: {} })
    await world.connect(FRONT, { reject: refusals })
    await world.connect(ARN, { version: '1.36.2' })
    await world.connect('mesh/other/virtualNode/front')
    await world.put('meshes/other/virtualNodes', { virtualNodeName: 'idle', spec: {} })
    await settled(3)
  })
  after(() => world.close())

  const get = async (path = '/proxies'): Promise<ProxiesAnswer> => {
    const { status, body } = await world.get(path)
    assert.equal(status, 200, JSON.stringify(body))
    return body as ProxiesAnswer
  }
  const settled = (count: number) =>
    eventually({ what: 'the newest revision' }, async () => {
      const { proxies, appliedRevision } = await get()
      return proxies.length === count && proxies.every(({ revision }) => revision === appliedRevision)
    })
  const only = async (path: string): Promise<ProxyStatus> => {
    const { proxies } = await get(path)
    assert.equal(proxies.length, 1)
    return proxies[0]!
  }
  const configOf = async (name: string): Promise<ProxyConfig> => {
    const { status, body } = await world.get(`/proxies/${encodeURIComponent(name)}/config`)
    assert.equal(status, 200, JSON.stringify(body))
    return body as ProxyConfig
  }
  const ids = async (path: string): Promise<string[]> => (await get(path)).proxies.map(({ nodeId }) => nodeId)

  it('tells who each is, what it runs and where it is', async () => {
    const [byArn, byPath] = (await get('/proxies?node=shop/front')).proxies
    assert.equal(byArn?.nodeId, ARN)
    assert.equal(byArn.envoyVersion, '1.36.2')
    assert.equal(byPath?.envoyVersion, '1.40.0')
    assert.deepEqual(byPath.resource, {
      kind: 'virtualNode',
      meshName: 'shop',
      meshOwner: '000000000000',
      name: 'front',
      arn: ARN,
    })
    assert.match(byPath.peer, /^127\.0\.0\.1:\d+$/)
    assert.equal(byPath.protocol, 'sotw')
    assert.ok(Number.isInteger(byPath.connectedForMillis))
    assert.deepEqual(byPath.problems, [])
  })

  it('tells versions and ages by type, in the order in which they are sent', async () => {
    const { types, state } = await only('/proxies/mesh%2Fother%2FvirtualNode%2Ffront')
    assert.equal(state, 'SYNCED')
    assert.deepEqual(
      types.map(({ typeUrl }) => typeUrl),
      [CDS, LDS],
    )
    for (const type of types) {
      assert.equal(type.state, 'SYNCED')
      assert.equal(type.ackedVersion, type.sentVersion)
      assert.ok(Number.isInteger(type.sentAgeMillis) && Number.isInteger(type.ackedAgeMillis))
    }
  })

  const filters = [
    { query: '', expect: [ARN, 'mesh/other/virtualNode/front', FRONT] },
    { query: '?mesh=shop', expect: [ARN, FRONT] },
    { query: '?mesh=shop@000000000000', expect: [ARN, FRONT] },
    { query: '?mesh=none', expect: [] },
    { query: '?node=front', expect: [ARN, 'mesh/other/virtualNode/front', FRONT] },
    { query: '?node=front&mesh=other', expect: ['mesh/other/virtualNode/front'] },
    { query: '?node=other/front', expect: ['mesh/other/virtualNode/front'] },
    { query: `?node=${FRONT}`, expect: [ARN, FRONT] },
    { query: `?node=mesh/shop@000000000000/virtualNode/front`, expect: [ARN, FRONT] },
    { query: `?node=${ARN}`, expect: [ARN, FRONT] },
    { query: '?node=idle', expect: [] },
    { query: '?state=SYNCED&mesh=other', expect: ['mesh/other/virtualNode/front'] },
    { query: '?state=NACKED', expect: [] },
  ]
  for (const { query, expect } of filters)
    it(`filters by ${query || 'nothing'}`, async () => assert.deepEqual(await ids(`/proxies${query}`), expect))

  const refused = [
    { path: '/proxies?nod=front', status: 400, message: /^unknown query parameter nod \(did you mean node\?\)/ },
    { path: '/proxies?node=a&node=b', status: 400, message: /node is given more than once/ },
    { path: '/proxies?state=BAD', status: 400, message: /state must be one of SYNCED, / },
    { path: '/proxies/fornt', status: 404, message: /^no Envoy of fornt is connected \(did you mean front\?\)$/ },
    { path: '/proxies/idle', status: 404, message: /^no Envoy of idle is connected/ },
    { path: '/proxies/99999', status: 404, message: /^no Envoy of 99999 is connected/ },
    { path: '/proxies/fornt/config', status: 404, message: /did you mean front/ },
    { path: `/proxies/${'x'.repeat(2000)}/config`, status: 404, message: /is connected$/ },
    { path: '/proxies/front/config', status: 400, message: /^front may be any of arn:.*shop.*, arn:.*other/ },
  ]
  for (const { path, status, message } of refused)
    it(`answers ${status} to ${path.slice(0, 40)}`, async () => {
      const answer = await world.get(path)
      assert.equal(answer.status, status)
      assert.match((answer.body as { message: string }).message, message)
    })

  it('shows one of them by its id', async () => {
    const { id } = await only('/proxies?node=other/front')
    assert.equal((await only(`/proxies/${id}`)).nodeId, 'mesh/other/virtualNode/front')
  })

  it('shows what an Envoy has, as Envoy JSON with versions', async () => {
    const body = await configOf('shop/front')
    assert.equal(body.nodeId, ARN)
    assert.equal(body.others.length, 1)
    assert.equal(body.revision, (await get()).appliedRevision)
    const clusters = body.types.find(({ typeUrl }) => typeUrl === CDS)
    const egress = clusters?.resources.find(({ name }) => name.includes('api'))
    assert.equal(egress?.state, 'SYNCED')
    assert.match(egress.version ?? '', /^[0-9a-f]{16}$/)
    const config = egress.config as { name: string; type: string; load_assignment: unknown }
    assert.equal(config.name, egress.name)
    assert.equal(config.type, 'LOGICAL_DNS')
    assert.equal(body.types.find(({ typeUrl }) => typeUrl === LDS)?.resources.length, 2)
  })

  it('shows names that were asked for in vain', async () => {
    const envoy = await world.connect('mesh/other/virtualNode/idle')
    envoy.ask(RDS, ['no-such-route'])
    const routes = await eventually({ what: 'the request for routes' }, async () => {
      return (await configOf('idle')).types.find(({ typeUrl }) => typeUrl === RDS)
    })
    assert.deepEqual(routes.resources, [{ name: 'no-such-route', state: 'DOES_NOT_EXIST' }])
    assert.equal(routes.resourceCount, 0)
    envoy.close()
    await settled(3)
  })

  it('tells what was rejected and why, until it is corrected', async () => {
    const { revision: before } = (await get('/proxies?state=SYNCED')).proxies[2]!
    refusals.set(LDS, 'cannot open /no/such/file')
    await world.put('meshes/shop/virtualNodes/front', { spec: frontSpec('/no/such/file') })
    const rejected = await eventually({ what: 'the rejection' }, async () => {
      const { proxies } = await get('/proxies?state=NACKED')
      return proxies[0]
    })
    assert.equal(rejected.nodeId, FRONT)
    assert.equal(rejected.revision, before)
    const listeners = rejected.types.find(({ typeUrl }) => typeUrl === LDS)
    assert.equal(listeners?.state, 'NACKED')
    assert.equal(listeners.error, 'cannot open /no/such/file')
    assert.equal(listeners.nackedVersion, listeners.sentVersion)
    assert.notEqual(listeners.ackedVersion, listeners.sentVersion)
    assert.ok(Number.isInteger(listeners.nackedAgeMillis))
    const states = (await configOf(String(rejected.id))).types
      .find(({ typeUrl }) => typeUrl === LDS)
      ?.resources.map(({ state }) => state)
    assert.deepEqual(states, ['NACKED', 'NACKED'])

    refusals.clear()
    await world.put('meshes/shop/virtualNodes/front', { spec: frontSpec() })
    await settled(3)
    assert.deepEqual(await ids('/proxies?state=NACKED'), [])
    assert.equal((await get(`/proxies/${rejected.id}`)).proxies[0]?.types[1]?.error, undefined)
  })
})
