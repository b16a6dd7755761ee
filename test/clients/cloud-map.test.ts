/** boto3 and the aws CLI against the Cloud Map API. */
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { openCloudMap, type CloudMapService } from '../cloud-map/service.js'
import { awsCliClient } from './aws-cli.js'
import { boto3Client } from './boto3.js'
import type { Client, Failure, Input } from './client.js'
import { requireClients } from './install.js'

const CLIENTS = [
  { name: 'boto3', connect: boto3Client, of: 'python' },
  { name: 'the aws CLI', connect: awsCliClient, of: 'aws' },
] as const

for (const { name, connect, of } of CLIENTS) {
  describe(`${name} against the Cloud Map API`, function () {
    this.timeout(300_000)
    let service: CloudMapService
    let client: Client
    const closers: (() => unknown)[] = []
    before(async function () {
      const clients = await requireClients(this)
      service = await openCloudMap()
      closers.push(() => service.close())
      await service.app.listen({ port: 0, host: '127.0.0.1' })
      const { port } = service.app.server.address() as AddressInfo
      client = connect(clients[of], `http://127.0.0.1:${port}`, 'servicediscovery')
      closers.unshift(() => client.close())
    })
    after(async () => {
      for (const close of closers) await close()
    })

    const ask = async (operation: string, input: Input = {}): Promise<Input> => {
      const outcome = await client.call(operation, input)
      assert.ok(!outcome.error, `${operation}: ${JSON.stringify(outcome)}`)
      return outcome.result
    }
    const fail = async (operation: string, input: Input): Promise<Failure> => {
      const outcome = await client.call(operation, input)
      assert.ok(outcome.error, `${operation} was answered: ${JSON.stringify(outcome)}`)
      return outcome.error
    }
    const finish = async (operation: string, input: Input): Promise<Readonly<Record<string, string>>> => {
      const { OperationId } = await ask(operation, input)
      const { Operation } = await ask('GetOperation', { OperationId })
      const { Status, Targets } = Operation as { Status: string; Targets: Readonly<Record<string, string>> }
      assert.equal(Status, 'SUCCESS')
      return Targets
    }
    const itemOf = (answer: Input, member: string) => answer[member] as Readonly<Record<string, unknown>>

    it('makes namespaces and services, registers, discovers and takes all of it away', async () => {
      const { NAMESPACE: namespace } = await finish('CreatePrivateDnsNamespace', {
        Name: 'shop.local',
        Vpc: 'vpc-1',
        Tags: [{ Key: 'team', Value: 'shop' }],
      })
      const made = itemOf(await ask('GetNamespace', { Id: namespace }), 'Namespace')
      assert.deepEqual([made['Name'], made['Type'], made['ServiceCount']], ['shop.local', 'DNS_PRIVATE', 0])
      assert.deepEqual(await ask('ListTagsForResource', { ResourceARN: made['Arn'] }), {
        Tags: [{ Key: 'team', Value: 'shop' }],
      })
      const { Namespaces } = await ask('ListNamespaces', {
        Filters: [{ Name: 'NAME', Values: ['shop'], Condition: 'BEGINS_WITH' }],
      })
      assert.equal((Namespaces as unknown[]).length, 1)

      const dns = { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 300 }] }
      const created = await ask('CreateService', {
        Name: 'cart',
        NamespaceId: namespace,
        DnsConfig: dns,
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      })
      const { Id: serviceId, Type } = itemOf(created, 'Service')
      assert.equal(Type, 'DNS_HTTP')
      const at = { ServiceId: serviceId, InstanceId: '10.0.0.1' }
      const attributes = { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_PORT: '8080', version: 'v 1' }
      assert.deepEqual(await finish('RegisterInstance', { ...at, Attributes: attributes }), {
        SERVICE: serviceId,
        INSTANCE: '10.0.0.1',
      })
      const instance = itemOf(await ask('GetInstance', at), 'Instance')
      assert.deepEqual(instance['Attributes'], attributes)
      const { Instances, InstancesRevision } = await ask('DiscoverInstances', {
        NamespaceName: 'shop.local',
        ServiceName: 'cart',
        QueryParameters: { version: 'v 1' },
      })
      const [found] = Instances as Input[]
      assert.deepEqual([found?.['InstanceId'], found?.['HealthStatus']], ['10.0.0.1', 'HEALTHY'])
      assert.deepEqual(await ask('DiscoverInstancesRevision', { NamespaceName: 'shop.local', ServiceName: 'cart' }), {
        InstancesRevision,
      })
      await ask('UpdateInstanceCustomHealthStatus', { ...at, Status: 'UNHEALTHY' })
      assert.deepEqual(await ask('GetInstancesHealthStatus', { ServiceId: serviceId }), {
        Status: { '10.0.0.1': 'UNHEALTHY' },
      })
      assert.equal((await fail('DeleteService', { Id: serviceId })).name, 'ResourceInUse')
      await finish('DeregisterInstance', at)
      await ask('DeleteService', { Id: serviceId })
      await finish('DeleteNamespace', { Id: namespace })
      assert.equal((await fail('GetNamespace', { Id: namespace })).name, 'NamespaceNotFound')
    })

    it('makes its own exceptions of what is refused', async () => {
      const { name, message, status } = await fail('CreateService', { Name: 's', NamespaceId: 'ns-none' })
      assert.deepEqual([name, message], ['NamespaceNotFound', 'There is no namespace ns-none'])
      assert.ok(status === undefined || status === 400)
    })

    it('pages through namespaces with its own paginator', async () => {
      for (const letter of ['a', 'b', 'c']) await service.make('CreateHttpNamespace', { Name: `page-${letter}` })
      const pages = await client.paginate('ListNamespaces', {}, 1)
      const names = pages.flatMap((page) => (page['Namespaces'] as Input[]).map((item) => item['Name']))
      assert.deepEqual(names.sort(), ['page-a', 'page-b', 'page-c'])
    })
  })
}
