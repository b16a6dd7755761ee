/** Unmodified clients against the Cloud Map API: all 30 operations, paginators and exceptions, and nothing of an answer lost on its way. */
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { operationOf } from '../../src/http/operation.js'
import { reachableMembers } from '../aws-api/model.js'
import { MODEL } from '../cloud-map/model.js'
import { openCloudMap, type CloudMapService } from '../cloud-map/service.js'
import { awsCliClient } from './aws-cli.js'
import { boto3Client } from './boto3.js'
import type { Client, Failure, Input } from './client.js'
import { ATTRIBUTES, fill, MAKE, UNMAKE, type Step } from './cloud-map-tour.js'
import { requireClients } from './install.js'
import { javascriptClient } from './javascript.js'

interface Suite {
  readonly name: string
  /** What it has a paginator for, beside the operations that the model says so of. */
  readonly pages?: Readonly<Record<string, string>>
  readonly connect: (context: Mocha.Context, endpoint: string) => Promise<Client>
}

const CLIENTS: readonly Suite[] = [
  {
    name: 'the AWS SDK for JavaScript',
    pages: { GetInstancesHealthStatus: 'Status' },
    connect: (_, endpoint) => Promise.resolve(javascriptClient(endpoint, 'servicediscovery')),
  },
  {
    name: 'boto3',
    connect: async (context, endpoint) =>
      boto3Client((await requireClients(context)).python, endpoint, 'servicediscovery'),
  },
  {
    name: 'the aws CLI',
    connect: async (context, endpoint) =>
      awsCliClient((await requireClients(context)).aws, endpoint, 'servicediscovery'),
  },
]

/** Every operation is done when it is answered: none fails later. */
const NEVER_SENT = ['Operation.ErrorCode', 'Operation.ErrorMessage', 'NextToken']

for (const { name, connect, pages: more = {} } of CLIENTS) {
  describe(`${name} against the Cloud Map API`, function () {
    this.timeout(300_000)
    let service: CloudMapService
    let client: Client
    const closers: (() => unknown)[] = []
    const sent: { readonly operation: string; readonly body: Input }[] = []
    before(async function () {
      service = await openCloudMap()
      // Its answers are held against the model: closing fails when one has a member too many or too few.
      closers.push(() => service.close())
      service.app.addHook('onSend', (request, _, payload, done) => {
        sent.push({ operation: operationOf(request) ?? '', body: JSON.parse(String(payload)) as Input })
        done(null, payload)
      })
      await service.app.listen({ port: 0, host: '127.0.0.1' })
      const { port } = service.app.server.address() as AddressInfo
      client = await connect(this, `http://127.0.0.1:${port}`)
      closers.unshift(() => client.close())
    })
    after(async () => {
      for (const close of closers) await close()
    })

    const ask = async (operation: string, input: Input = {}): Promise<Input> => {
      const outcome = await client.call(operation, input)
      assert.ok(!outcome.error, `${operation}: ${JSON.stringify(outcome)}`)
      assert.deepEqual(outcome.result, sent.at(-1)?.body, `${operation} is handed over as it was sent`)
      return outcome.result
    }
    const fail = async (operation: string, input: Input): Promise<Failure> => {
      const outcome = await client.call(operation, input)
      assert.ok(outcome.error, `${operation} was answered: ${JSON.stringify(outcome)}`)
      return outcome.error
    }
    const walk = async (steps: readonly Step[], names: Map<string, unknown>): Promise<void> => {
      for (const { operation, input, makes = {} } of steps) {
        const answer = await ask(operation, fill(input, names))
        for (const [made, read] of Object.entries(makes)) names.set(made, read(answer))
      }
    }

    it('makes all 30 operations, and gets every member that they can answer', async () => {
      const names = new Map<string, unknown>()
      await walk(MAKE, names)
      assert.equal((await fail('DeleteService', { Id: names.get('cart') })).name, 'ResourceInUse')
      await walk(UNMAKE, names)
      assert.equal((await fail('GetNamespace', { Id: names.get('http') })).name, 'NamespaceNotFound')

      const made = new Set(sent.map(({ operation }) => operation))
      assert.deepEqual([...made].sort(), Object.keys(MODEL.operations))
      const answers = Object.values(MODEL.operations).flatMap(({ answer }) => answer ?? [])
      const seen = new Set(sent.flatMap(({ operation, body }) => membersIn(MODEL.operations[operation]?.answer, body)))
      const missing = [...reachableMembers(MODEL, answers).keys()].filter((key) => !seen.has(key))
      assert.deepEqual(
        missing.filter((key) => !NEVER_SENT.some((known) => key.endsWith(known))),
        [],
      )
      checkTour((operation) => sent.findLast((each) => each.operation === operation && !('__type' in each.body))?.body)
    })

    it('makes its own exceptions of what is refused', async () => {
      const { message, ...failure } = await fail('CreateService', { Name: 's', NamespaceId: 'ns-none' })
      assert.deepEqual([failure.name, message], ['NamespaceNotFound', 'There is no namespace ns-none'])
      assert.ok(failure.status === undefined || failure.status === 400)
      assert.ok(failure.typed ?? true, 'a class of its own')
      assert.equal((await fail('CreateHttpNamespace', { Name: 'a b' })).name, 'InvalidInput')
    })

    it('pages with its own paginators', async () => {
      const { Namespaces } = await service.make('ListNamespaces')
      assert.deepEqual(Namespaces, [])
      const letters = ['a', 'b', 'c']
      for (const letter of letters) await service.make('CreateHttpNamespace', { Name: `page-${letter}` })
      const [first] = (await service.make('ListNamespaces')).Namespaces
      for (const letter of letters) await service.make('CreateService', { Name: letter, NamespaceId: first?.Id })
      const [{ Id: ServiceId } = { Id: '' }] = (await service.make('ListServices')).Services
      for (const InstanceId of letters)
        await service.make('RegisterInstance', { ServiceId, InstanceId, Attributes: { a: 'b' } })
      const paged = Object.entries(MODEL.operations).flatMap(([operation, { pages }]) =>
        pages ? [[operation, pages]] : [],
      )
      assert.equal(paged.length, 4)
      for (const [operation = '', member = ''] of [...paged, ...Object.entries(more)]) {
        const input = /Instances/.test(operation) ? { ServiceId } : {}
        const whole = (await service.make(operation, input))[member]
        const pages = await client.paginate(operation, input, 1)
        assert.deepEqual(join(pages.map((page) => page[member])), whole, operation)
      }
    })
  })
}

/** The lists or the maps of pages as one. */
function join(parts: readonly unknown[]): unknown {
  return parts.every(Array.isArray) ? parts.flat() : Object.assign({}, ...parts)
}

/** What the last answers of the tour must say beside being well-formed. */
function checkTour(last: (operation: string) => Input | undefined): void {
  const { Name, Type, Properties } = last('GetNamespace')?.['Namespace'] as Input
  assert.deepEqual([Name, Type], ['shop.local', 'DNS_PRIVATE'])
  assert.equal((Properties as { DnsProperties: { SOA: { TTL: number } } }).DnsProperties.SOA.TTL, 60)
  assert.deepEqual(last('ListTagsForResource'), { Tags: [{ Key: 'team', Value: 'shop' }] })
  const { Attributes } = last('GetInstance')?.['Instance'] as Input
  assert.deepEqual(Attributes, ATTRIBUTES)
  const [found] = last('DiscoverInstances')?.['Instances'] as Input[]
  assert.deepEqual([found?.['InstanceId'], found?.['HealthStatus']], ['10.0.0.1', 'HEALTHY'])
  assert.deepEqual(last('GetInstancesHealthStatus'), { Status: { '10.0.0.1': 'UNHEALTHY' } })
  assert.deepEqual((last('GetServiceAttributes')?.['ServiceAttributes'] as Input)['Attributes'], { b: '' })
}

/** Every `Shape.member` in a value of the shape. */
function membersIn(shape: string | undefined, value: unknown): string[] {
  const { members } = (shape !== undefined && MODEL.shapes[shape]) || { members: {} }
  return Object.entries(members).flatMap(([name, { type, items }]) => {
    const member = (value as Input)[name]
    if (member === undefined) return []
    const inside = items ? Object.values(member as object) : [member]
    return [`${shape}.${name}`, ...inside.flatMap((each) => membersIn((items ?? { type }).type, each))]
  })
}
