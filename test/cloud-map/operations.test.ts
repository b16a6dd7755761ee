import assert from 'node:assert/strict'
import { CLOUD_MAP_OPERATIONS } from '../../src/cloud-map/operations.js'
import { removeExpired } from '../../src/cloud-map/expiry.js'
import { StoreUnavailableError } from '../../src/store/store.js'
import {
  buildRequest,
  makeNamespace,
  makeService,
  openCloudMap,
  type Body,
  type CloudMapService,
  type Input,
} from './service.js'

const CUSTOM = { HealthCheckCustomConfig: { FailureThreshold: 5 } }

/** A sound request but for this. */
interface Refused {
  readonly method?: 'PUT'
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly payload?: string
  /** What the store fails with. */
  readonly store?: Error
}

describe('the operations of Cloud Map', () => {
  let service: CloudMapService
  let call: CloudMapService['call']
  let make: CloudMapService['make']
  let refuse: CloudMapService['refuse']
  beforeEach(async () => {
    service = await openCloudMap()
    ;({ call, make, refuse } = service)
  })
  afterEach(async () => {
    assert.deepEqual(service.errors, [])
    await service.close()
  })

  const register = (ServiceId: string, InstanceId: string, Attributes: Input = {}) =>
    call('RegisterInstance', { ServiceId, InstanceId, Attributes })
  const idsOf = (items: readonly { readonly InstanceId: string }[]) => items.map(({ InstanceId }) => InstanceId).sort()
  const discover = async (more: Input = {}) =>
    idsOf((await make('DiscoverInstances', { NamespaceName: 'ns', ServiceName: 's', ...more })).Instances)

  it('are 30', () => assert.equal(CLOUD_MAP_OPERATIONS.size, 30))

  it('refuse what is none, and bodies that are no JSON object', async () => {
    await refuse('UnknownOperationException', 'Nothing')
    await refuse('UnknownOperationException', 'toString')
    for (const payload of ['{', '[]', '"x"']) {
      const headers = { 'x-amz-target': 'Route53AutoNaming_v20170314.ListNamespaces' }
      const answer = await service.app.inject({ method: 'POST', url: '/', headers, payload })
      assert.deepEqual([answer.statusCode, answer.json<Input>()['__type']], [400, 'SerializationException'])
    }
  })

  const REFUSALS = [
    {
      name: 'a page of another origin',
      given: { headers: { origin: 'http://evil.example' } },
      expect: [403, 'AccessDeniedException'],
    },
    {
      name: 'no target',
      given: { headers: { 'x-amz-target': '' } },
      expect: [400, 'UnknownOperationException'],
    },
    {
      name: 'another service',
      given: { headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' } },
      expect: [400, 'UnknownOperationException'],
    },
    { name: 'another path', given: { url: '/cloudmap' }, expect: [400, 'UnknownOperationException'] },
    { name: 'another method', given: { method: 'PUT' }, expect: [400, 'UnknownOperationException'] },
    { name: 'a path that is none', given: { url: '/%zz' }, expect: [400, 'SerializationException'] },
    {
      name: 'a body that is too large',
      given: { payload: `{"a":"${'x'.repeat(300_000)}"}` },
      expect: [400, 'SerializationException'],
    },
    {
      name: 'a body in code',
      given: { headers: { 'content-encoding': 'gzip' } },
      expect: [400, 'SerializationException'],
    },
    { name: 'no JSON', given: { payload: '{' }, expect: [400, 'SerializationException'] },
    {
      name: 'a store that is away',
      given: { store: new StoreUnavailableError('away') },
      expect: [503, 'ServiceUnavailableException'],
    },
    { name: 'a fault of ours', given: { store: new Error('secret') }, expect: [500, 'InternalServerErrorException'] },
  ] as const satisfies readonly { name: string; given: Refused; expect: readonly [number, string] }[]
  for (const { name, given, expect } of REFUSALS) {
    it(`tell ${name} in the form of their protocol`, async () => {
      const { headers = {}, store: failure, ...request }: Refused = given
      if (failure) service.store.read = () => Promise.reject(failure)
      const sound = buildRequest('ListNamespaces', {})
      const answer = await service.app.inject({ ...sound, ...request, headers: { ...sound.headers, ...headers } })
      const { __type, Message, ...more } = answer.json<Body>()
      assert.deepEqual([answer.statusCode, __type], expect)
      assert.match(Message, /\w/)
      assert.doesNotMatch(Message, /secret/)
      assert.deepEqual(more, {})
      assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.1')
      assert.equal(answer.headers['x-amzn-errortype'], __type)
      assert.equal(service.errors.length, answer.statusCode < 500 ? 0 : 1)
      service.errors.length = 0
    })
  }

  it('are served under any host name', async () => {
    const headers = { 'x-amz-target': 'Route53AutoNaming_v20170314.ListNamespaces', host: 'data-localhost:4080' }
    assert.equal((await service.app.inject({ method: 'POST', url: '/', headers, payload: '{}' })).statusCode, 200)
  })

  describe('on namespaces', () => {
    it('take ids and ARNs, and refuse ARNs of other places', async () => {
      const Id = await makeNamespace(service)
      const { Namespace } = await make('GetNamespace', { Id })
      assert.match(Id, /^ns-[a-z0-9]{16}$/)
      assert.deepEqual(await make('GetNamespace', { Id: Namespace.Arn }), { Namespace })
      await refuse('NamespaceNotFound', 'GetNamespace', { Id: Namespace.Arn.replace('us-west-2', 'us-east-1') })
    })

    it('let names be used again by another type, with an HttpName of its own', async () => {
      await makeNamespace(service, 'a.local')
      const other = await makeNamespace(service, 'a.local', 'PublicDns')
      const { Namespace } = await make('GetNamespace', { Id: other })
      const { HttpProperties } = Namespace['Properties'] as { HttpProperties: { HttpName: string } }
      assert.match(HttpProperties.HttpName, /^a\.local-\w{8}$/)
      const { NamespaceId } = await refuse('NamespaceAlreadyExists', 'CreatePublicDnsNamespace', { Name: 'a.local' })
      assert.equal(NamespaceId, other)
      await makeNamespace(service, 'a.local', 'PrivateDns', { Vpc: 'one' })
      await makeNamespace(service, 'a.local', 'PrivateDns', { Vpc: 'two' })
    })

    it('answer a repeated call with the operation of the first', async () => {
      const input = { Name: 'ns', CreatorRequestId: 'r' }
      const first = await make('CreateHttpNamespace', input)
      assert.deepEqual(await make('CreateHttpNamespace', input), first)
      const other = await refuse('DuplicateRequest', 'CreateHttpNamespace', { ...input, Description: 'x' })
      assert.equal(other['DuplicateOperationId'], first.OperationId)
    })

    it('update, and delete only what is empty', async () => {
      const Id = await makeNamespace(service)
      await make('UpdateHttpNamespace', { Id, Namespace: { Description: 'new' } })
      assert.equal((await make('GetNamespace', { Id })).Namespace['Description'], 'new')
      await refuse('InvalidInput', 'UpdatePublicDnsNamespace', { Id, Namespace: { Description: 'x' } })
      const srv = await makeService(service, Id)
      await refuse('ResourceInUse', 'DeleteNamespace', { Id })
      await make('DeleteService', { Id: srv })
      await make('DeleteNamespace', { Id })
      await refuse('NamespaceNotFound', 'DeleteNamespace', { Id })
    })

    it('list by filter, page by page', async () => {
      for (const name of ['a1', 'a2', 'b1']) await makeNamespace(service, name)
      const Filters = [{ Name: 'NAME', Values: ['a'], Condition: 'BEGINS_WITH' }]
      const first = await make('ListNamespaces', { Filters, MaxResults: 1 })
      const second = await make('ListNamespaces', { Filters, MaxResults: 1, NextToken: first.NextToken })
      assert.equal(second.NextToken, undefined)
      assert.deepEqual(
        [...first.Namespaces, ...second.Namespaces].map((item) => item['Name']),
        ['a1', 'a2'],
      )
      await refuse('InvalidInput', 'ListNamespaces', { NextToken: first.NextToken })
      await refuse('InvalidInput', 'ListNamespaces', { Filters: [{ Name: 'TYPE', Values: ['HTTP', 'DNS_PUBLIC'] }] })
    })
  })

  describe('on services', () => {
    const RULES = [
      { name: 'two health checks', kind: 'PublicDns', given: { ...CUSTOM, HealthCheckConfig: { Type: 'TCP' } } },
      { name: 'Route 53 in a private namespace', kind: 'PrivateDns', given: { HealthCheckConfig: { Type: 'TCP' } } },
      { name: 'a path for TCP', kind: 'Http', given: { HealthCheckConfig: { Type: 'TCP', ResourcePath: '/' } } },
      {
        name: 'records in an HTTP namespace',
        kind: 'Http',
        given: { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 1 }] } },
      },
      {
        name: 'records that do not go together',
        kind: 'PrivateDns',
        given: { DnsConfig: { DnsRecords: ['A', 'SRV'].map((Type) => ({ Type, TTL: 1 })) } },
      },
      {
        name: 'CNAME without WEIGHTED',
        kind: 'PrivateDns',
        given: { DnsConfig: { DnsRecords: [{ Type: 'CNAME', TTL: 1 }] } },
      },
    ]
    for (const { name, kind, given } of RULES) {
      it(`refuse ${name}`, async () => {
        const NamespaceId = await makeNamespace(service, 'ns.local', kind)
        await refuse('InvalidInput', 'CreateService', { Name: 's', NamespaceId, ...given })
      })
    }

    it('answer the same request with what it made, and refuse another of that name', async () => {
      const NamespaceId = await makeNamespace(service)
      const input = { Name: 's', NamespaceId, CreatorRequestId: 'r', ...CUSTOM }
      const first = await make('CreateService', input)
      assert.deepEqual(await make('CreateService', input), first)
      const { ServiceId } = await refuse('ServiceAlreadyExists', 'CreateService', { ...input, CreatorRequestId: 'q' })
      assert.equal(ServiceId, first.Service.Id)
      await make('CreateService', { ...input, Name: 'S' })
    })

    it('keep attributes, up to 30', async () => {
      const ServiceId = await makeService(service, await makeNamespace(service))
      const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, 'v']))
      await make('UpdateServiceAttributes', { ServiceId, Attributes: many })
      const more = { ServiceId, Attributes: { other: 'v' } }
      await refuse('ServiceAttributesLimitExceededException', 'UpdateServiceAttributes', more)
      await make('DeleteServiceAttributes', { ServiceId, Attributes: ['k0', 'none'] })
      await make('UpdateServiceAttributes', more)
      const { ServiceAttributes } = await make('GetServiceAttributes', { ServiceId })
      const { Attributes } = ServiceAttributes as { Attributes: Input }
      assert.deepEqual([Object.keys(Attributes).length, Attributes['k0'], Attributes['other']], [30, undefined, 'v'])
    })

    it('are tagged by ARN, as namespaces are', async () => {
      const { Service } = await make('GetService', { Id: await makeService(service, await makeNamespace(service)) })
      const ResourceARN = Service.Arn
      await make('TagResource', { ResourceARN, Tags: [{ Key: 'b', Value: '' }, { Key: 'a', Value: '1' }] }) // prettier-ignore
      await make('UntagResource', { ResourceARN, TagKeys: ['b', 'c'] })
      assert.deepEqual((await make('ListTagsForResource', { ResourceARN })).Tags, [{ Key: 'a', Value: '1' }])
      const Tags = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: '' }))
      await refuse('TooManyTagsException', 'TagResource', { ResourceARN, Tags })
      await refuse('ResourceNotFoundException', 'ListTagsForResource', { ResourceARN: `${ResourceARN}x` })
    })
  })

  describe('on instances', () => {
    it('replace all attributes, and give them back exactly', async () => {
      const ServiceId = await makeService(service, await makeNamespace(service))
      await register(ServiceId, 'i', { a: '1', b: '' })
      await register(ServiceId, 'i', { 'k8s.io/pod': 'x y', __proto__x: '1' })
      const { Instance } = await make('GetInstance', { ServiceId, InstanceId: 'i' })
      assert.deepEqual(Instance.Attributes, { 'k8s.io/pod': 'x y', __proto__x: '1' })
    })

    it('discover by all query parameters, prefer the optional ones, and cut', async () => {
      const ServiceId = await makeService(service, await makeNamespace(service))
      await register(ServiceId, 'a', { v: '1', zone: 'x' })
      await register(ServiceId, 'b', { v: '1' })
      await register(ServiceId, 'c', { v: '2', toString: '1' })
      assert.deepEqual(await discover(), ['a', 'b', 'c'])
      assert.deepEqual(await discover({ QueryParameters: { v: '1' } }), ['a', 'b'])
      assert.deepEqual(await discover({ QueryParameters: { v: '1', zone: 'x' } }), ['a'])
      assert.deepEqual(await discover({ QueryParameters: { v: '1', zone: 'y' } }), [])
      assert.deepEqual(await discover({ QueryParameters: { v: '1' }, OptionalParameters: { zone: 'x' } }), ['a'])
      assert.deepEqual(await discover({ QueryParameters: { v: '1' }, OptionalParameters: { zone: 'y' } }), ['a', 'b'])
      assert.equal((await discover({ MaxResults: 2 })).length, 2)
    })

    it('discover by health', async () => {
      const ServiceId = await makeService(service, await makeNamespace(service), CUSTOM)
      await register(ServiceId, 'a', { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' })
      await register(ServiceId, 'b')
      for (const [HealthStatus, expected] of [
        ['HEALTHY', ['b']],
        ['UNHEALTHY', ['a']],
        ['ALL', ['a', 'b']],
        ['HEALTHY_OR_ELSE_ALL', ['b']],
        [undefined, ['b']],
      ] as const)
        assert.deepEqual(await discover({ ...(HealthStatus && { HealthStatus }) }), expected)
    })

    it('count revisions of instances, not of health nor of repetitions', async () => {
      const ServiceId = await makeService(service, await makeNamespace(service), CUSTOM)
      const place = { NamespaceName: 'ns', ServiceName: 's' }
      const revision = async () => (await make('DiscoverInstancesRevision', place)).InstancesRevision
      const seen = [await revision()]
      const step = async (work: Promise<unknown>, grows: boolean) => {
        await work
        seen.push(await revision())
        assert.equal(seen.at(-1)! > seen.at(-2)!, grows)
      }
      await step(register(ServiceId, 'a', { v: '1' }), true)
      await step(register(ServiceId, 'a', { v: '1' }), false)
      await step(register(ServiceId, 'a', { v: '2' }), true)
      const at = { ServiceId, InstanceId: 'a' }
      await step(make('UpdateInstanceCustomHealthStatus', { ...at, Status: 'UNHEALTHY' }), false)
      await step(make('DeregisterInstance', at), true)
      assert.equal((await service.store.cloudMapImage()).instanceRevisions.get(ServiceId), seen.at(-1))
    })

    it('that repeat themselves use up no revision and keep their operation', async () => {
      const ServiceId = await makeService(service, await makeNamespace(service))
      const first = await register(ServiceId, 'a', { MESHKEEPER_TTL: '30' })
      const again = await register(ServiceId, 'a', { MESHKEEPER_TTL: '30' })
      assert.deepEqual([again.body, again.revision], [first.body, first.revision])
    })

    it('that stop reporting are removed, and no others', async () => {
      const ServiceId = await makeService(service, await makeNamespace(service), CUSTOM)
      for (const id of ['a', 'b', 'c']) await register(ServiceId, id, { MESHKEEPER_TTL: '30' })
      await register(ServiceId, 'lasting')
      service.clock.now += 20_000
      await register(ServiceId, 'b', { MESHKEEPER_TTL: '30' })
      await make('UpdateInstanceCustomHealthStatus', { ServiceId, InstanceId: 'c', Status: 'HEALTHY' })
      assert.deepEqual(await removeExpired(service.store), [])
      service.clock.now += 10_000
      assert.deepEqual((await removeExpired(service.store)).map(({ id }) => id), ['a']) // prettier-ignore
      assert.deepEqual(await discover(), ['b', 'c', 'lasting'])
      service.clock.now += 20_000
      await removeExpired(service.store)
      assert.deepEqual(await discover(), ['lasting'])
      assert.equal((await register(ServiceId, 'x', { MESHKEEPER_TTL: '0' })).code, 'InvalidInput')
    })

    it('have the operations found by what they were done to', async () => {
      const NamespaceId = await makeNamespace(service)
      const ServiceId = await makeService(service, NamespaceId)
      await register(ServiceId, 'a')
      const count = async (...Filters: Input[]) => (await make('ListOperations', { Filters })).Operations.length
      assert.equal(await count(), 2)
      assert.equal(await count({ Name: 'SERVICE_ID', Values: [ServiceId] }), 1)
      assert.equal(await count({ Name: 'TYPE', Values: ['CREATE_NAMESPACE'] }), 1)
      assert.equal(await count({ Name: 'STATUS', Values: ['FAIL', 'PENDING'], Condition: 'IN' }), 0)
      const seconds = service.clock.now / 1000
      assert.equal(await count({ Name: 'UPDATE_DATE', Values: [String(seconds), String(seconds)] }), 2)
      service.clock.now += 25 * 3600_000
      assert.equal(await count(), 0)
    })

    it('answer the health of those asked for', async () => {
      const ServiceId = await makeService(service, await makeNamespace(service))
      await register(ServiceId, 'a')
      assert.deepEqual((await make('GetInstancesHealthStatus', { ServiceId })).Status, { a: 'UNKNOWN' })
      await refuse('InstanceNotFound', 'GetInstancesHealthStatus', { ServiceId, Instances: ['a', 'none'] })
      const report = { ServiceId, InstanceId: 'a', Status: 'HEALTHY' }
      await refuse('CustomHealthNotFound', 'UpdateInstanceCustomHealthStatus', report)
    })
  })
})
