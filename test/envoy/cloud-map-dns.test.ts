/** Virtual nodes with DNS discovery whose names `meshkeeper --dns` answers for, out of Cloud Map, behind the resolver of the network. */
import assert from 'node:assert/strict'
import { CloudMapWriter } from './cloud-map-writer.js'
import { eventually } from './eventually.js'
import { backends, dns, listener } from './mesh-writer.js'
import { useWorld } from './world.js'

const DNS_PORT = 5353
const SERVERS = [{ protocol: 'http', port: 8080 }] as const
const TTL_SECONDS = 1
const RECORDS = { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: TTL_SECONDS }] } }
/** Envoy asks anew every 5 seconds, whatever the TTL (envoy-config.md section 3.8); the records of a resolver in between live one TTL more. */
const PATIENCE = { timeoutMs: 20_000 }

/** By the name of the service in the namespace. */
const SERVICES = { many: 'ENDPOINTS', one: 'LOADBALANCER' } as const
type Service = keyof typeof SERVICES

describe('DNS of Cloud Map', function () {
  let cloudMap: CloudMapWriter
  const ids = new Map<Service, string>()
  const world = useWorld(
    this,
    async (world) => {
      const { mesh, network, keeper } = world
      cloudMap = new CloudMapWriter(keeper.api)
      const namespace = await cloudMap.namespace('PrivateDns', 'cloud.internal')
      network.dns.forward('cloud.internal', DNS_PORT)
      await mesh.mesh()
      for (const [name, responseType] of Object.entries(SERVICES)) {
        ids.set(name as Service, await cloudMap.service(namespace, name, RECORDS))
        const serviceDiscovery = dns(`${name}.cloud.internal`, responseType)
        await mesh.node(name, { listeners: [listener('http', 8080)], serviceDiscovery })
        await mesh.service(`${name}.local`, { virtualNode: { virtualNodeName: name } })
        world.nameServices(`${name}.local`)
      }
      await mesh.node('front', { backends: backends('many.local', 'one.local') })
      const backing = { servers: SERVERS, virtualNode: 'many' }
      await world.startPods({ front: {}, a: backing, b: backing, c: backing })
    },
    (network) => Promise.resolve(['--dns', `${network.hostAddress}:${DNS_PORT}`]),
  )

  const idOf = (service: Service): string => ids.get(service) ?? assert.fail()
  const register = (service: Service, pod: string) =>
    cloudMap.register(idOf(service), pod, { AWS_INSTANCE_IPV4: world.pod(pod).address })
  const deregister = (service: Service, pod: string) => cloudMap.deregister(idOf(service), pod)
  const probe = (service: Service) => world.pod('front').agent.http(`http://${service}.local:8080/`)

  /** Who answered 60 requests, none of which may fail. */
  async function answerers(service: Service): Promise<string[]> {
    const call = { kind: 'http', url: `http://${service}.local:8080/` } as const
    const { from, failures } = await world.pod('front').agent.load({ call, requests: 60, concurrency: 4 })
    assert.deepEqual(failures, {})
    return Object.keys(from).sort()
  }

  async function settled(service: Service, expected: readonly string[]): Promise<void> {
    await eventually({ what: `${service} resolved`, ...PATIENCE }, async () => (await probe(service)).status === 200)
    await eventually({ what: `${service} answered by ${expected.join()}`, ...PATIENCE }, async () => {
      return (await answerers(service)).join() === expected.join()
    })
  }

  it('gives no traffic to anybody while nothing is registered', async () => {
    for (const service of ['many', 'one'] as const) assert.equal((await probe(service)).status, 503)
  })

  it('gives traffic to every instance of an ENDPOINTS name that is registered, and is healthy', async () => {
    await register('many', 'a')
    await settled('many', ['a'])
    await register('many', 'b')
    await register('many', 'c')
    await settled('many', ['a', 'b', 'c'])
    await cloudMap.report(idOf('many'), 'c', 'UNHEALTHY')
    await settled('many', ['a', 'b'])
  })

  it('gives none to an instance of an ENDPOINTS name that was deregistered, and fails no request', async () => {
    const call = { kind: 'http', url: 'http://many.local:8080/' } as const
    const load = await world.pod('front').agent.startLoad({ call, concurrency: 4 })
    await deregister('many', 'a')
    await settled('many', ['b'])
    const { failures } = await load.stop()
    assert.deepEqual(failures, {})
  })

  it('gives none to the last instance of an ENDPOINTS name either', async () => {
    await deregister('many', 'b')
    // The one that is left is not healthy: while nobody is, all count.
    await settled('many', ['c'])
    await deregister('many', 'c')
    await eventually({ what: 'nobody left', ...PATIENCE }, async () => (await probe('many')).status === 503)
  })

  it('gives traffic to the instance of a LOADBALANCER name, and to another one once that was deregistered', async () => {
    await register('one', 'a')
    await settled('one', ['a'])
    await register('one', 'b')
    await deregister('one', 'a')
    // Connections to the old address live on: 1.36 uses them as long as there are some, 1.40 does not.
    if (process.env['ENVOY_VERSION'] !== undefined) await world.pod('a').stop()
    await settled('one', ['b'])
  })
})
