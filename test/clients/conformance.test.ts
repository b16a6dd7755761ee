import assert from 'node:assert/strict'
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { parseQuotas } from '../../src/api/quotas.js'
import * as listings from '../../src/model/listings.js'
import { prune } from '../../src/model/prune.js'
import * as responses from '../../src/model/responses.js'
import { createInput, makeSurroundings, SAMPLES, type Sample } from '../api/kinds.js'
import { ACCOUNT, REGION } from '../api/service.js'
import { readRecording } from '../api/recordings.js'
import { awsCliClient } from './aws-cli.js'
import { boto3Client } from './boto3.js'
import type { Client, Failure, Input } from './client.js'
import { requireClients } from './install.js'
import { javascriptClient } from './javascript.js'
import { startServer, type Server } from './server.js'

const SCHEMAS: Readonly<Record<string, TSchema>> = { ...responses, ...listings }
const ARN = `arn:aws:appmesh:${REGION}:${ACCOUNT}:mesh/m`
const TAGS = Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: '' }))
const CROWDED = {
  meshName: 'm',
  virtualNodeName: 'n',
  spec: { backends: TAGS.map(({ key }) => ({ virtualService: { virtualServiceName: key } })) },
}
const ODD = "a b/c:é*'(~!"

interface Suite {
  readonly name: string
  readonly connect: (context: Mocha.Context, endpoint: string) => Promise<Client>
  /** Every call of the aws CLI starts a Python: about a second. */
  readonly slow?: boolean
}

const CLIENTS: readonly Suite[] = [
  { name: 'the AWS SDK for JavaScript', connect: (_, endpoint) => Promise.resolve(javascriptClient(endpoint)) },
  {
    name: 'boto3',
    connect: async (context, endpoint) => boto3Client((await requireClients(context)).python, endpoint),
  },
  {
    name: 'the aws CLI',
    connect: async (context, endpoint) => awsCliClient((await requireClients(context)).aws, endpoint),
    slow: true,
  },
]

for (const { name, connect, slow } of CLIENTS) {
  describe(`${name} against the App Mesh API`, function () {
    this.timeout(60_000)
    let server: Server
    let client: Client
    const closers: (() => unknown)[] = []
    before(async function () {
      server = await startServer({ quotas: parseQuotas('backends=50') })
      closers.push(() => server.close())
      client = await connect(this, server.endpoint)
      closers.unshift(() => client.close())
    })
    beforeEach(() => clear(server))
    after(async () => {
      for (const close of closers) await close()
    })

    const ask = async (operation: string, input: Input): Promise<Input> => {
      const outcome = await client.call(operation, input)
      assert.ok(!outcome.error, `${operation}: ${JSON.stringify(outcome)}`)
      return outcome.result
    }
    /** A call whose whole answer is one resource: clients hand it over in a member of its own. */
    const make = async (operation: string, input: Input): Promise<Input> => {
      const result = await ask(operation, input)
      const [member = '', ...more] = Object.keys(result)
      assert.deepEqual(
        [operation.slice(operation.search(/(?!^)[A-Z]/)).toLowerCase(), []],
        [member.toLowerCase(), more],
      )
      return result[member] as Input
    }
    const fail = async (operation: string, input: Input): Promise<Failure> => {
      const outcome = await client.call(operation, input)
      assert.ok(outcome.error, `${operation} was answered: ${JSON.stringify(outcome)}`)
      return outcome.error
    }
    for (const sample of SAMPLES) {
      it(`speaks all operations on a ${sample.kind}, and sees all that is sent`, async () => {
        await makeSurroundings(server)
        const { title, plural, place, nameMember, spec, other } = sample
        const name = { ...place, [nameMember]: ODD }
        const created = await make(`Create${title}`, createInput(sample, ODD))
        assertShape(`${title}Data`, created)
        assert.deepEqual([created[nameMember], created['spec'], versionOf(created)], [ODD, spec, 1])

        assert.deepEqual(await make(`Describe${title}`, name), created)

        const listed = await ask(`List${plural}`, place)
        assertShape(`List${plural}Output`, listed)
        assert.ok(itemsOf(sample, listed).some((item) => item[nameMember] === ODD))

        const updated = await make(`Update${title}`, { ...name, spec: other })
        assertShape(`${title}Data`, updated)
        assert.deepEqual([updated['spec'], versionOf(updated)], [other, 2])

        const deleted = await make(`Delete${title}`, name)
        assertShape(`${title}Data`, deleted)
        assert.deepEqual(deleted['status'], { status: 'DELETED' })
        assert.equal((await fail(`Describe${title}`, name)).name, 'NotFoundException')
      })
    }

    it('speaks the tag operations', async () => {
      const tags = [
        { key: 'a', value: '1' },
        { key: 'b', value: '' },
      ]
      const { metadata } = await make('CreateMesh', { meshName: ODD, tags })
      const { arn: resourceArn } = metadata as { arn: string }
      assert.deepEqual(await ask('ListTagsForResource', { resourceArn }), { tags })
      assert.deepEqual(await ask('TagResource', { resourceArn, tags: [{ key: 'a', value: ODD }] }), {})
      assert.deepEqual(await ask('UntagResource', { resourceArn, tagKeys: ['b'] }), {})
      const pages = await client.paginate('ListTagsForResource', { resourceArn }, 1)
      assert.deepEqual(
        pages.flatMap((page) => page['tags']),
        [{ key: 'a', value: ODD }],
      )
    })

    for (const sample of slow ? SAMPLES.slice(0, 1) : SAMPLES) {
      it(`pages through ${sample.plural} with its own paginator`, async () => {
        await makeSurroundings(server)
        const names = ['a', ODD, 'é', 'z']
        for (const each of names) await server.make(`Create${sample.title}`, createInput(sample, each))
        const pages = await client.paginate(`List${sample.plural}`, sample.place, 1)
        const seen = pages.flatMap((page) => itemsOf(sample, page).map((item) => item[sample.nameMember] as string))
        assert.deepEqual(seen, [...seen].sort())
        assert.deepEqual(
          names.filter((each) => !seen.includes(each)),
          [],
        )
        if (!slow) assert.ok(pages.every((page) => itemsOf(sample, page).length <= 1))
      })
    }

    const FAILURES = [
      { operation: 'DescribeMesh', input: { meshName: ODD }, name: 'NotFoundException', status: 404 },
      { operation: 'CreateMesh', input: { meshName: 'm' }, name: 'ConflictException', status: 409 },
      { operation: 'DeleteMesh', input: { meshName: 'm' }, name: 'ResourceInUseException', status: 409 },
      { operation: 'CreateMesh', input: { meshName: 'x'.repeat(256) }, name: 'BadRequestException', status: 400 },
      { operation: 'ListMeshes', input: { limit: 101 }, name: 'BadRequestException', status: 400 },
      { operation: 'TagResource', input: { resourceArn: ARN, tags: TAGS }, name: 'TooManyTagsException', status: 400 },
      { operation: 'CreateVirtualNode', input: CROWDED, name: 'LimitExceededException', status: 400 },
      {
        operation: 'ListVirtualNodes',
        input: { meshName: 'm', nextToken: 'x' },
        name: 'BadRequestException',
        status: 400,
      },
    ]
    it('makes its own exceptions of what is refused', async () => {
      await makeSurroundings(server)
      for (const { operation, input, ...expected } of slow ? FAILURES.slice(0, 2) : FAILURES) {
        const failure = await fail(operation, input)
        assert.equal(failure.name, expected.name)
        assert.notEqual(failure.message, '')
        if (slow) continue
        assert.deepEqual([failure.status, failure.typed], [expected.status, true])
        assert.match(failure.requestId ?? '', /^[0-9a-f-]{36}$/)
      }
    })

    it('repeats a create whose answer was lost, and gets what it made', async () => {
      server.losing.add('CreateMesh')
      const head = await server.store.head()
      const created = await make('CreateMesh', { meshName: 'm' })
      assert.equal(server.losing.size, 0)
      assert.equal(versionOf(created), 1)
      assert.equal(await server.store.head(), head + 1)
      assert.equal((await fail('CreateMesh', { meshName: 'm' })).name, 'ConflictException')
    })

    it('repeats a call with its own client token', async () => {
      const input = { meshName: 'm', clientToken: 'mine' }
      const first = await make('CreateMesh', input)
      assert.deepEqual(await make('CreateMesh', input), first)
      const other = { ...input, spec: { egressFilter: { type: 'ALLOW_ALL' } } }
      assert.equal((await fail('CreateMesh', other)).name, 'ConflictException')
    })

    it('carries out what a walkthrough of AWS recorded, gateway and all', async () => {
      for (const { operation, input } of readRecording('ingress-gateway')) {
        const result = await ask(operation, input)
        const [answer] = Object.values(result) as Input[]
        if (input['spec'] && !JSON.stringify(input['spec']).includes('healthCheck'))
          assert.deepEqual(answer?.['spec'], input['spec'])
      }
      const meshName = 'color-mesh'
      const { virtualGateways } = await ask('ListVirtualGateways', { meshName })
      const [{ virtualGatewayName } = {}] = virtualGateways as Input[]
      const { gatewayRoutes } = await ask('ListGatewayRoutes', { meshName, virtualGatewayName })
      assert.equal((gatewayRoutes as Input[]).length, 2)
    })

    it('is known by its access key id', async () => {
      await make('CreateMesh', { meshName: 'm' })
      assert.equal((await server.store.changesAfter(0, 1000)).at(-1)?.principal, 'AKIDCLIENTS')
    })
  })
}

/** Every member that the model names and no other. */
function assertShape(title: string, value: unknown): void {
  const schema = SCHEMAS[title]
  assert.ok(schema && Check(schema, value), `${JSON.stringify(value)} is not a ${title}`)
  assert.deepEqual(prune(schema, value), value)
}

function itemsOf({ plural }: Sample, page: Input): Input[] {
  return page[plural.charAt(0).toLowerCase() + plural.slice(1)] as Input[]
}

function versionOf({ metadata }: Input): number {
  return (metadata as { version: number }).version
}

/** Takes everything out of the store, past the API and its rules. */
async function clear({ store }: Server): Promise<void> {
  const { resources } = await store.image()
  await store.write({ principal: 'test', operation: 'Clear' }, async (tx) => {
    for (const { ref } of resources) await tx.remove(ref)
  })
}
