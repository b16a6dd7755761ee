/** What Envoys would be sent, shown without any: as they would get it, and without a trace in what they have. */
import assert from 'node:assert/strict'
import type { Resource } from '../../src/model/resource.js'
import { ENDPOINT_TYPE } from '../../src/xds/types.js'
import { toJson } from '../../src/codec/json.js'
import { ACCOUNT } from '../translate/mesh.js'
import { instance, mapService, namespace, writeMap } from '../store/cloud-map-things.js'
import { nodeId, nodeRef, World } from './world.js'

const METADATA = { createdAt: 0, lastUpdatedAt: 0, meshOwner: ACCOUNT, resourceOwner: ACCOUNT, version: 1 }

function node(name: string, spec: Resource<'virtualNode'>['spec']): Resource<'virtualNode'> {
  return {
    ref: { ...nodeRef(name), kind: 'virtualNode' },
    metadata: { ...METADATA, arn: `arn:${name}`, uid: name },
    spec,
  }
}

const MESH: Resource<'mesh'> = {
  ref: { kind: 'mesh', meshOwner: ACCOUNT, meshName: 'm', name: 'm' },
  metadata: { ...METADATA, arn: 'arn:m', uid: 'm' },
  spec: {},
}
const SERVICE: Resource<'virtualService'> = {
  ref: { kind: 'virtualService', meshOwner: ACCOUNT, meshName: 'm', name: 's' },
  metadata: { ...METADATA, arn: 'arn:s', uid: 's' },
  spec: { provider: { virtualNode: { virtualNodeName: 'api' } } },
}
const FRONT = node('front', { backends: [{ virtualService: { virtualServiceName: 's' } }] })
const PLACE = { namespaceName: 'ns.local', serviceName: 'srv' }
const mapped = (attributes: { key: string; value: string }[] = []) =>
  node('api', {
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    serviceDiscovery: { awsCloudMap: { ...PLACE, ...(attributes.length > 0 && { attributes }) } },
  })

describe('previews', () => {
  let world: World
  beforeEach(async () => {
    world = await World.start(MESH, SERVICE, FRONT, mapped())
  })
  afterEach(() => world.close())

  const register = async (...instances: ReturnType<typeof instance>[]): Promise<void> => {
    await writeMap(world.store, async (map) => {
      await map.putNamespace(namespace('ns'))
      await map.putService(mapService('srv', 'ns', { healthCheckCustomConfig: { FailureThreshold: 1 } }))
      for (const each of instances) await map.putInstance(each)
    })
    await world.settle()
  }
  const config = (name = 'front') => world.control.previews.config(nodeRef(name)) ?? assert.fail('there is none')

  it('are what an Envoy gets that comes then', async () => {
    await register(instance('srv', 'i', { AWS_INSTANCE_IPV4: '10.0.0.1' }))
    const told = config().resources.map(({ typeUrl, name, version }) => `${typeUrl} ${name} ${version}`)
    world.envoy(nodeId('front'))
    await world.settle()
    const snapshots = [true, false].map((local) => {
      const proxy = world.control.resolve({ id: nodeId('front') }, { address: 'x', local })
      return 'key' in proxy ? world.control.snapshot(proxy.key) : undefined
    })
    const snapshot = snapshots.find(Boolean)
    const sent = [...(snapshot?.types.values() ?? [])].flatMap(({ resources }) => [...resources.values()])
    const wanted = sent.map(({ typeUrl, name, version }) => `${typeUrl} ${name} ${version}`)
    assert.deepEqual(told.sort(), wanted.filter((each) => !each.includes(' local_cluster ')).sort())
  })

  it('leave no trace: nothing is watched or kept for Envoys', () => {
    config()
    const proxy = world.control.resolve({ id: nodeId('front') }, { address: 'x', local: true })
    assert.ok('key' in proxy)
    assert.equal(world.control.snapshot(proxy.key), undefined)
    assert.deepEqual(world.control.problems(proxy), [])
  })

  it('have the endpoints of Cloud Map, and count them', async () => {
    const before = config()
    assert.match(
      before.problems.map(({ message }) => message).join(),
      /there is no Cloud Map namespace ns\.local: .* 503/,
    )
    assert.deepEqual(world.control.previews.countEndpoints(mapped()), { healthy: 0, total: 0 })
    await register(
      instance('srv', 'i', { AWS_INSTANCE_IPV4: '10.0.0.1', color: 'red' }),
      instance('srv', 'j', { AWS_INSTANCE_IPV4: '10.0.0.2', color: 'red' }, 'UNHEALTHY'),
      instance('srv', 'k', { AWS_INSTANCE_IPV4: '10.0.0.3' }),
    )
    const { problems, resources } = config()
    assert.deepEqual(problems, [])
    const [assignment] = resources.filter(({ typeUrl }) => typeUrl === ENDPOINT_TYPE)
    const text = JSON.stringify(toJson(assignment ?? assert.fail()))
    assert.match(text, /10\.0\.0\.1.*10\.0\.0\.3/)
    assert.doesNotMatch(text, /10\.0\.0\.2/)
    assert.deepEqual(world.control.previews.countEndpoints(mapped()), { healthy: 2, total: 3 })
    const red = mapped([{ key: 'color', value: 'red' }])
    assert.deepEqual(world.control.previews.countEndpoints(red), { healthy: 1, total: 2 })
    assert.equal(world.control.previews.countEndpoints(FRONT), undefined)
  })

  it('name the certificates that they need, and say which are missing', async () => {
    const arn = 'arn:aws:acm:us-east-1:000000000000:certificate/x'
    const tls = { mode: 'STRICT', certificate: { acm: { certificateArn: arn } } } as const
    await world.put(node('secure', { listeners: [{ portMapping: { port: 1, protocol: 'http' }, tls }] }))
    await world.settle()
    const { secrets, problems, resources } = config('secure')
    assert.equal(secrets.length, 1)
    assert.match(problems.map(({ message }) => message).join(), /no directory that could hold arn:aws:acm/)
    assert.ok(resources.every(({ typeUrl }) => !typeUrl.endsWith('.Secret')))
  })

  it('follow the mesh, and are none of what there is not', async () => {
    const { revision } = config()
    await world.put({ ...FRONT, spec: { backends: [] } })
    await world.settle()
    const changed = config()
    assert.ok(changed.revision > revision)
    assert.ok(!changed.resources.some(({ typeUrl }) => typeUrl === ENDPOINT_TYPE))
    assert.equal(world.control.previews.config(nodeRef('none')), undefined)
    assert.equal(world.control.previews.problems(nodeRef('none')), undefined)
    assert.equal(world.control.previews.config(nodeRef('front', 'other')), undefined)
    assert.equal(world.control.previews.defaults({ ...FRONT.ref, name: 'none' }), undefined)
  })

  it('say what cannot be translated, where Envoys would keep what they have', async () => {
    await world.put({ ...FRONT, spec: { listeners: 'broken' } as never })
    await world.settle()
    const problems = world.control.previews.problems(nodeRef('front'))
    assert.match(problems?.map(({ message }) => message).join() ?? '', /^cannot be translated: /)
  })
})
