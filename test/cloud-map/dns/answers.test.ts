import assert from 'node:assert/strict'
import fc from 'fast-check'
import { answerQuery, type Transport } from '../../../src/cloud-map/dns/answer.js'
import { Zones } from '../../../src/cloud-map/dns/zones.js'
import { makeNamespace, openCloudMap, type CloudMapService, type Input } from '../service.js'
import { buildQuery, readAnswer, type Told } from './query.js'

const CUSTOM = { HealthCheckCustomConfig: { FailureThreshold: 1 } }
const records = (types: readonly string[], RoutingPolicy = 'MULTIVALUE', TTL = 60): Input => ({
  DnsConfig: { RoutingPolicy, DnsRecords: types.map((Type) => ({ Type, TTL })) },
})

describe('answers of DNS', () => {
  let map: CloudMapService
  let zones: Zones
  const ids = new Map<string, string>()

  const service = async (NamespaceId: string, Name: string, more: Input = {}): Promise<void> => {
    const { Service } = await map.make('CreateService', { Name, NamespaceId, ...more })
    ids.set(Name, Service.Id)
  }
  const register = (name: string, InstanceId: string, Attributes: Input) =>
    map.make('RegisterInstance', { ServiceId: ids.get(name), InstanceId, Attributes })
  const report = (name: string, InstanceId: string, Status: string) =>
    map.make('UpdateInstanceCustomHealthStatus', { ServiceId: ids.get(name), InstanceId, Status })
  const ask = async (
    name: string,
    type: string,
    more: Parameters<typeof buildQuery>[2] = {},
    transport: Transport = 'udp',
  ): Promise<Told> => {
    await map.registry.sync()
    const answered = answerQuery(zones, buildQuery(name, type, more), transport)
    assert.ok(answered)
    return readAnswer(answered.bytes)
  }

  before(async () => {
    map = await openCloudMap()
    zones = new Zones(map.registry)
    const Properties = { DnsProperties: { SOA: { TTL: 42 } } }
    const shop = await makeNamespace(map, 'Shop.local', 'PrivateDns', { Properties })
    const open = await makeNamespace(map, 'example.com', 'PublicDns')
    await makeNamespace(map, 'plain.local')
    await service(shop, 'cart', { ...records(['A', 'AAAA']), ...CUSTOM })
    await register('cart', 'a', { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_IPV6: 'fd00::1' })
    await register('cart', 'b', { AWS_INSTANCE_IPV4: '10.0.0.2', AWS_INSTANCE_IPV6: 'fd00::2' })
    await service(shop, 'grpc', records(['SRV'], 'MULTIVALUE', 5))
    await register('grpc', 'i-1', { AWS_INSTANCE_PORT: '9000', AWS_INSTANCE_IPV4: '10.0.1.1' })
    await register('grpc', '10.0.1.2', { AWS_INSTANCE_PORT: '9001', AWS_INSTANCE_IPV6: 'fd00::9' })
    await register('grpc', 'x'.repeat(64), { AWS_INSTANCE_PORT: '9002', AWS_INSTANCE_IPV4: '10.0.1.3' })
    await register('grpc', 'Up', { AWS_INSTANCE_PORT: '9003', AWS_INSTANCE_IPV4: '10.0.1.4' })
    await service(shop, 'alias', records(['CNAME'], 'WEIGHTED'))
    await register('alias', 'one', { AWS_INSTANCE_CNAME: 'cart.shop.local.' })
    await service(shop, 'loop', records(['CNAME'], 'WEIGHTED'))
    await register('loop', 'one', { AWS_INSTANCE_CNAME: 'loop.shop.local' })
    await service(shop, 'far', records(['CNAME'], 'WEIGHTED'))
    await register('far', 'one', { AWS_INSTANCE_CNAME: 'www.example.org' })
    await service(shop, 'bad', records(['CNAME'], 'WEIGHTED'))
    await register('bad', 'one', { AWS_INSTANCE_CNAME: `${'y'.repeat(64)}..` })
    await service(shop, 'balanced', records(['A'], 'WEIGHTED'))
    await register('balanced', 'elb', { AWS_ALIAS_DNS_NAME: 'elb.example.org' })
    await service(shop, 'deep.er', records(['A']))
    await service(shop, 'unnamed')
    await service(open, 'many', records(['A']))
    for (let i = 1; i <= 20; i += 1) await register('many', `i${i}`, { AWS_INSTANCE_IPV4: `192.0.2.${i}` })
    await service(open, 'ports', records(['SRV']))
    for (let i = 1; i <= 8; i += 1)
      await register('ports', `${'long-'.repeat(10)}${i}`, { AWS_INSTANCE_IPV4: '192.0.2.1', AWS_INSTANCE_PORT: '1' })
    await service(open, 'one', records(['A'], 'WEIGHTED'))
    for (let i = 1; i <= 3; i += 1) await register('one', `i${i}`, { AWS_INSTANCE_IPV4: `192.0.2.${i}` })
  })
  after(async () => {
    assert.deepEqual(map.errors, [])
    await map.close()
  })

  const SOA = 'SOA shop.local 42'
  const CASES: { name: string; ask: [string, string]; code?: string; expect?: string[]; authority?: string }[] = [
    { name: 'A', ask: ['cart.shop.local', 'A'], expect: ['A 10.0.0.1', 'A 10.0.0.2'] },
    { name: 'AAAA', ask: ['cart.shop.local', 'AAAA'], expect: ['AAAA fd00::1', 'AAAA fd00::2'] },
    { name: 'any case', ask: ['CaRt.sHop.LOCAL', 'A'], expect: ['A 10.0.0.1', 'A 10.0.0.2'] },
    {
      name: 'SRV of what can be named',
      ask: ['grpc.shop.local', 'SRV'],
      expect: [
        'SRV 1 1 9000 i-1.grpc.shop.local',
        'SRV 1 1 9001 10.0.1.2.grpc.shop.local',
        'SRV 1 1 9003 Up.grpc.shop.local',
      ],
    },
    { name: 'targets of SRV', ask: ['i-1.grpc.shop.local', 'A'], expect: ['A 10.0.1.1'] },
    { name: 'targets with dots', ask: ['10.0.1.2.grpc.shop.local', 'AAAA'], expect: ['AAAA fd00::9'] },
    { name: 'targets in any case', ask: ['uP.grpc.shop.local', 'A'], expect: ['A 10.0.1.4'] },
    { name: 'no other address of a target', ask: ['i-1.grpc.shop.local', 'AAAA'], authority: SOA },
    { name: 'what is above a target with dots', ask: ['1.2.grpc.shop.local', 'A'], authority: SOA },
    { name: 'no target of a service without SRV', ask: ['a.cart.shop.local', 'A'], code: 'NXDOMAIN', authority: SOA },
    { name: 'CNAME', ask: ['alias.shop.local', 'CNAME'], expect: ['CNAME cart.shop.local'] },
    {
      name: 'what a CNAME leads to here',
      ask: ['alias.shop.local', 'A'],
      expect: ['A 10.0.0.1', 'A 10.0.0.2', 'CNAME cart.shop.local'],
    },
    { name: 'a CNAME that leads elsewhere', ask: ['far.shop.local', 'AAAA'], expect: ['CNAME www.example.org'] },
    { name: 'no CNAME that is no name', ask: ['bad.shop.local', 'CNAME'], authority: SOA },
    { name: 'an alias by name', ask: ['balanced.shop.local', 'A'], expect: ['CNAME elb.example.org'] },
    { name: 'no type that the service has not', ask: ['cart.shop.local', 'SRV'], authority: SOA },
    { name: 'no type that nobody has', ask: ['cart.shop.local', 'TXT'], authority: SOA },
    { name: 'a name that is only above others', ask: ['er.shop.local', 'A'], authority: SOA },
    { name: 'a service without instances', ask: ['deep.er.shop.local', 'A'], authority: SOA },
    { name: 'the zone', ask: ['shop.local', 'SOA'], expect: [SOA] },
    { name: 'no address of the zone', ask: ['shop.local', 'A'], authority: SOA },
    { name: 'no service without records', ask: ['unnamed.shop.local', 'A'], code: 'NXDOMAIN', authority: SOA },
    { name: 'nothing that is not there', ask: ['none.shop.local', 'A'], code: 'NXDOMAIN', authority: SOA },
    { name: 'nothing of HTTP namespaces', ask: ['x.plain.local', 'A'], code: 'REFUSED' },
    { name: 'nothing of other zones', ask: ['example.org', 'A'], code: 'REFUSED' },
    { name: 'nothing of the root', ask: ['.', 'NS'], code: 'REFUSED' },
    { name: 'no transfer', ask: ['shop.local', 'AXFR'], code: 'REFUSED' },
    { name: 'the default of a zone without SOA', ask: ['none.example.com', 'A'], code: 'NXDOMAIN', authority: 'SOA example.com 15' }, // prettier-ignore
  ]
  for (const {
    name,
    ask: [asked, type],
    code = 'NOERROR',
    expect = [],
    authority,
  } of CASES)
    // prettier-ignore
    it(`give ${name}`, async () => {
      const told = await ask(asked, type)
      assert.deepEqual(
        [told.code, told.answers, told.authorities, told.isTruncated],
        [code, expect, authority === undefined ? [] : [authority], false],
      )
      assert.equal(told.isAuthoritative, code !== 'REFUSED')
      assert.deepEqual([told.packet.id, told.packet.questions?.[0]?.name], [7, asked])
    })

  it('carry the TTL of the service and the case that was asked for', async () => {
    const told = await ask('gRPC.Shop.local', 'SRV')
    const [first] = told.packet.answers ?? []
    assert.ok(first && 'ttl' in first)
    assert.deepEqual([first.name, first.ttl], ['gRPC.Shop.local', 5])
  })

  it('end where names lead in a circle', async () => {
    assert.equal((await ask('loop.shop.local', 'A')).code, 'NOERROR')
  })

  it('leave out what is unhealthy, unless everything is', async () => {
    const told = async () => (await ask('cart.shop.local', 'A')).answers
    await report('cart', 'a', 'UNHEALTHY')
    assert.deepEqual(await told(), ['A 10.0.0.2'])
    await report('cart', 'b', 'UNHEALTHY')
    assert.deepEqual(await told(), ['A 10.0.0.1', 'A 10.0.0.2'])
    await report('cart', 'a', 'HEALTHY')
    assert.deepEqual(await told(), ['A 10.0.0.1'])
    await report('cart', 'b', 'HEALTHY')
  })

  it('have eight of many, or one with WEIGHTED, not the same each time', async () => {
    for (const [name, count, all] of [
      ['many', 8, 20],
      ['one', 1, 3],
    ] as const) {
      const seen = new Set<string>()
      for (let round = 0; round < 200; round += 1) {
        const { answers } = await ask(`${name}.example.com`, 'A')
        assert.equal(new Set(answers).size, count)
        for (const each of answers) seen.add(each)
      }
      assert.equal(seen.size, all)
    }
  })

  it('that are too large are cut, for the client to come by TCP', async () => {
    const opt = (udpPayloadSize: number, ednsVersion = 0) => ({
      additionals: [{ type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion, flags: 0, flag_do: false, options: [] }] as never, // prettier-ignore
    })
    const told = async (...more: [Parameters<typeof buildQuery>[2]?, Transport?]) => {
      const { isTruncated, answers, code, packet } = await ask('ports.example.com', 'SRV', ...more)
      return { isTruncated, count: answers.length, code, edns: packet.additionals?.length }
    }
    assert.deepEqual(await told(), { isTruncated: true, count: 0, code: 'NOERROR', edns: 0 })
    assert.deepEqual(await told(opt(512)), { isTruncated: true, count: 0, code: 'NOERROR', edns: 1 })
    assert.deepEqual(await told(opt(65_535)), { isTruncated: false, count: 8, code: 'NOERROR', edns: 1 })
    assert.deepEqual(await told({}, 'tcp'), { isTruncated: false, count: 8, code: 'NOERROR', edns: 0 })
    // BADVERS is 16: its upper part stands in the extension.
    const { packet } = await ask('ports.example.com', 'SRV', opt(512, 1))
    assert.equal((packet.additionals?.[0] as unknown as { extendedRcode: number }).extendedRcode, 1)
  })

  it('follow what is registered', async () => {
    await register('deep.er', 'x', { AWS_INSTANCE_IPV4: '10.0.0.9' })
    assert.deepEqual((await ask('deep.er.shop.local', 'A')).answers, ['A 10.0.0.9'])
    await map.make('DeregisterInstance', { ServiceId: ids.get('deep.er'), InstanceId: 'x' })
    await map.make('DeleteService', { Id: ids.get('deep.er') })
    assert.equal((await ask('deep.er.shop.local', 'A')).code, 'NXDOMAIN')
  })

  it('of two zones of one name are those of the private one where it knows the name', async () => {
    const hidden = await makeNamespace(map, 'example.com', 'PrivateDns')
    await service(hidden, 'hidden', records(['A']))
    await register('hidden', 'x', { AWS_INSTANCE_IPV4: '10.9.9.9' })
    assert.deepEqual((await ask('hidden.example.com', 'A')).answers, ['A 10.9.9.9'])
    assert.equal((await ask('many.example.com', 'A')).answers.length, 8)
  })

  describe('to what is no query', () => {
    const sound = buildQuery('cart.shop.local', 'A')
    const changed = (change: (bytes: Buffer) => void): Buffer => {
      const bytes = Buffer.from(sound)
      change(bytes)
      return bytes
    }
    const ODD: { name: string; bytes: Buffer; code?: string }[] = [
      { name: 'nothing', bytes: Buffer.alloc(0) },
      { name: 'less than a header', bytes: sound.subarray(0, 11) },
      { name: 'an answer', bytes: changed((bytes) => (bytes[2] = 0x80)) },
      { name: 'too much', bytes: Buffer.concat([sound, Buffer.alloc(5000)]) },
      { name: 'a header alone', bytes: sound.subarray(0, 12), code: 'FORMERR' },
      { name: 'half a question', bytes: sound.subarray(0, 20), code: 'FORMERR' },
      { name: 'no question', bytes: changed((bytes) => (bytes[5] = 0)), code: 'FORMERR' },
      { name: 'more questions than there are', bytes: changed((bytes) => (bytes[4] = 255)), code: 'FORMERR' },
      { name: 'a name that points at itself', bytes: changed((bytes) => bytes.writeUInt16BE(0xc00c, 12)), code: 'FORMERR' }, // prettier-ignore
      { name: 'a dot in a label', bytes: changed((bytes) => (bytes[14] = 0x2e)), code: 'FORMERR' },
      { name: 'a label that is no text', bytes: changed((bytes) => (bytes[14] = 0xff)), code: 'FORMERR' },
      { name: 'an update', bytes: changed((bytes) => (bytes[2] = 0x28)), code: 'NOTIMP' },
      { name: 'another class', bytes: changed((bytes) => (bytes[sound.length - 1] = 3)), code: 'REFUSED' },
    ]
    for (const { name, bytes, code } of ODD)
      it(`such as ${name}: ${code ?? 'none'}`, () => {
        const answered = answerQuery(zones, bytes, 'udp')
        assert.equal(answered && readAnswer(answered.bytes).code, code)
      })

    it('of whatever kind: never an exception, and never more than fits', () => {
      const noise = fc.uint8Array({ maxLength: 200 })
      const spoilt = fc
        .tuple(fc.nat(sound.length - 1), fc.nat(255), noise)
        .map(([at, value, more]) => Buffer.concat([changed((bytes) => (bytes[at] = value)), more]))
      fc.assert(
        fc.property(
          fc.oneof(
            noise.map((bytes) => Buffer.from(bytes)),
            spoilt,
          ),
          (bytes) => {
            const answered = answerQuery(zones, bytes, 'udp')
            assert.ok(!answered || answered.bytes.length <= 1232)
          },
        ),
        { numRuns: 5000 },
      )
    })
  })
})
