/** Cloud Map discovery with real Envoys: instances that come and go, in either variant of the protocol, while requests are under way. */
import assert from 'node:assert/strict'
import type { LoadReport } from './agent/protocol.js'
import { CloudMapWriter, type CloudMapAnswer } from './cloud-map-writer.js'
import { eventually } from './eventually.js'
import { backends, listener } from './mesh-writer.js'
import { useWorld } from './world.js'

const SERVICE = 'cart.local'
const URL = `http://${SERVICE}:8080/`
const SERVERS = [{ protocol: 'http', port: 8080 }] as const

describe('Cloud Map discovery', function () {
  let serviceId = ''
  let cloudMap: CloudMapWriter
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    world.nameServices(SERVICE)
    await mesh.mesh()
    const attributes = [{ key: 'version', value: '1' }]
    const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'cart', attributes }
    await mesh.node('cart', { listeners: [listener('http', 8080)], serviceDiscovery: { awsCloudMap } })
    await mesh.service(SERVICE, { virtualNode: { virtualNodeName: 'cart' } })
    await mesh.node('sotw', { backends: backends(SERVICE) })
    await mesh.node('delta', { backends: backends(SERVICE) })
    cloudMap = new CloudMapWriter(world.keeper.api)
    serviceId = await cloudMap.service(await cloudMap.namespace('Http', 'shop.local'), 'cart')
    const backing = { servers: SERVERS, virtualNode: 'cart' }
    await world.startPods({
      sotw: {},
      delta: { environment: { ENVOY_XDS_PROTOCOL: 'delta' } },
      a: backing,
      b: backing,
      c: backing,
    })
  })

  const register = (pod: string, attributes: Readonly<Record<string, string>> = { version: '1' }) =>
    cloudMap.register(serviceId, pod, { AWS_INSTANCE_IPV4: world.pod(pod).address, ...attributes })
  const deregister = (pod: string) => cloudMap.deregister(serviceId, pod)
  const report = (pod: string, status: 'HEALTHY' | 'UNHEALTHY') => cloudMap.report(serviceId, pod, status)

  /** Until the Envoy has accepted everything up to a revision. */
  const accepted = (node: string, { revision }: CloudMapAnswer) =>
    eventually({ what: `revision ${revision} at ${node}` }, async () => {
      return ((await world.keeper.proxy(node)).revision ?? 0) >= revision
    })

  const since = ({ from: before }: LoadReport, { from }: LoadReport): string[] =>
    Object.keys(from)
      .filter((name) => from[name] !== before[name])
      .sort()

  for (const variant of ['sotw', 'delta'] as const) {
    describe(variant, () => {
      const probe = () => world.pod(variant).agent.http(URL)

      it('answers 503 while nothing is registered, and passes traffic as soon as something is', async () => {
        assert.equal((await probe()).status, 503)
        const times: number[] = []
        for (let round = 0; round < 5; round++) {
          const started = performance.now()
          await register('a')
          while ((await probe()).status !== 200) assert.ok(performance.now() - started < 5000, 'no traffic in 5 s')
          times.push(Math.round(performance.now() - started))
          await deregister('a')
          await eventually({ what: '503 again' }, async () => (await probe()).status === 503)
        }
        console.log(`      registered to first answer: ${times.join(', ')} ms`)
      })

      it('sends to those only that have every attribute and are healthy, and never to those that are gone', async () => {
        await register('a')
        await register('b', { version: '2' })
        await accepted(variant, await register('c'))
        const call = { kind: 'http', url: URL } as const
        const load = await world.pod(variant).agent.startLoad({ call, concurrency: 8 })
        const step = async (change: Promise<CloudMapAnswer>, expected: readonly string[]): Promise<void> => {
          await accepted(variant, await change)
          // What was under way before the change is over after so many more.
          const before = await load.more(50)
          const after = await load.more(300)
          assert.deepEqual(since(before, after), expected)
        }
        await step(register('c'), ['a', 'c'])
        await step(deregister('a'), ['c'])
        await step(register('b', { version: '1' }), ['b', 'c'])
        await step(report('c', 'UNHEALTHY'), ['b'])
        await step(report('c', 'HEALTHY'), ['b', 'c'])
        await step(register('c', { version: '3' }), ['b'])
        const { failures } = await load.stop()
        assert.deepEqual(failures, {})
        await deregister('b')
        await accepted(variant, await deregister('c'))
      })

      it('got nothing but endpoints anew', async () => {
        const before = await world
          .pod(variant)
          .envoy.stats('^(cluster_manager.cds|listener_manager.lds).update_success$')
        await register('a')
        await accepted(variant, await deregister('a'))
        assert.deepEqual(
          await world.pod(variant).envoy.stats('^(cluster_manager.cds|listener_manager.lds).update_success$'),
          before,
        )
      })
    })
  }
})
