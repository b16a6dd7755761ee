import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { DnsListener } from '../../../src/cloud-map/dns/listener.js'
import { Zones } from '../../../src/cloud-map/dns/zones.js'
import { makeNamespace, openCloudMap, type CloudMapService } from '../service.js'
import { buildQuery, readAnswer } from './query.js'

const INSTANCES = 8

describe('the DNS listener', () => {
  let map: CloudMapService
  let listener: DnsListener
  let port = 0
  const answered: string[] = []
  const resolver = new Resolver({ timeout: 2000, tries: 1 })

  before(async () => {
    map = await openCloudMap()
    const NamespaceId = await makeNamespace(map, 'shop.local', 'PrivateDns')
    const make = async (Name: string, types: readonly string[]): Promise<string> => {
      const DnsConfig = { DnsRecords: types.map((Type) => ({ Type, TTL: 3 })) }
      return (await map.make('CreateService', { Name, NamespaceId, DnsConfig })).Service.Id
    }
    const cart = await make('cart', ['A', 'AAAA'])
    const Attributes = { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_IPV6: 'fd00::1' }
    await map.make('RegisterInstance', { ServiceId: cart, InstanceId: 'a', Attributes })
    const ports = await make('ports', ['SRV'])
    for (let index = 0; index < INSTANCES; index += 1)
      await map.make('RegisterInstance', {
        ServiceId: ports,
        InstanceId: `${'long-'.repeat(10)}${index}`,
        Attributes: { ...Attributes, AWS_INSTANCE_PORT: String(9000 + index) },
      })
    await map.registry.sync()
    const onAnswer = (transport: string, code: string): void => void answered.push(`${transport} ${code}`)
    listener = new DnsListener({ zones: new Zones(map.registry), host: '127.0.0.1', port: 0, onAnswer })
    ;({ port } = await listener.start())
    resolver.setServers([`127.0.0.1:${port}`])
  })
  after(async () => {
    await listener.close()
    await map.close()
  })
  beforeEach(() => answered.splice(0))

  it('serves the resolver of Node', async () => {
    assert.deepEqual(await resolver.resolve4('cart.shop.local', { ttl: true }), [{ address: '10.0.0.1', ttl: 3 }])
    assert.deepEqual(await resolver.resolve6('cart.shop.local'), ['fd00::1'])
    assert.deepEqual((await resolver.resolveSoa('shop.local')).minttl, 15)
    await assert.rejects(resolver.resolve4('none.shop.local'), { code: 'ENOTFOUND' })
    await assert.rejects(resolver.resolveTxt('cart.shop.local'), { code: 'ENODATA' })
    assert.deepEqual(answered, ['udp NOERROR', 'udp NOERROR', 'udp NOERROR', 'udp NXDOMAIN', 'udp NOERROR'])
    assert.equal((await resolver.resolveSrv('ports.shop.local')).length, INSTANCES)
    const [{ name } = { name: '' }] = await resolver.resolveSrv('ports.shop.local')
    assert.deepEqual(await resolver.resolve4(name), ['10.0.0.1'])
  })

  async function open(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }
  const framed = (message: Buffer): Buffer => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(message.length)
    return Buffer.concat([length, message])
  }

  it('answers by TCP what is too large for UDP, several queries on one connection, in pieces', async () => {
    const socket = await open()
    const query = framed(buildQuery('ports.shop.local', 'SRV'))
    const bytes = Buffer.concat([query, query])
    socket.write(bytes.subarray(0, 5))
    await new Promise(setImmediate)
    socket.write(bytes.subarray(5))
    let received = Buffer.alloc(0)
    const messages: Buffer[] = []
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0)
        messages.push(received.subarray(2, end))
        received = received.subarray(end)
      }
      if (messages.length === 2) break
    }
    for (const message of messages) assert.equal(readAnswer(message).answers.length, INSTANCES)
  })

  it('lives on after garbage', async () => {
    const udp = createSocket('udp4')
    for (const garbage of [Buffer.alloc(1), Buffer.alloc(600, 0xff), Buffer.alloc(60_000)])
      await new Promise((sent) => udp.send(garbage, port, '127.0.0.1', sent))
    udp.close()
    const tcp = await open()
    const closed = once(tcp, 'close')
    tcp.on('error', () => undefined)
    tcp.resume().write(Buffer.alloc(10_000, 0xff))
    await closed
    assert.deepEqual(await resolver.resolve4('cart.shop.local'), ['10.0.0.1'])
  })

  it('takes no more connections than it can hold, and goes on', async () => {
    const sockets = await Promise.all(Array.from({ length: 256 }, open))
    const over = await open()
    await once(over.resume(), 'close')
    for (const socket of sockets) socket.destroy()
    assert.deepEqual(await resolver.resolve4('cart.shop.local'), ['10.0.0.1'])
  })

  it('says when its port is taken', async () => {
    const other = new DnsListener({ zones: new Zones(map.registry), host: '127.0.0.1', port })
    await assert.rejects(other.start(), { code: 'EADDRINUSE' })
  })

  it('ends with connections open', async () => {
    const zones = new Zones(map.registry)
    const own = new DnsListener({ zones, host: '127.0.0.1', port: 0 })
    const socket = connect((await own.start()).port, '127.0.0.1')
    await once(socket, 'connect')
    const closed = once(socket.resume(), 'close')
    await own.close()
    await closed
  })
})
