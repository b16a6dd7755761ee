/** `apply --prune` from any mesh to any other: it ends in the second one exactly, nothing is refused on the way, wherever it is interrupted. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Transport } from '../../src/cli/access/transport.js'
import { openMeshService, runMeshCommand, type MeshService } from '../cli/mesh-service.js'
import type { MeshInput } from '../translate/mesh.js'
import { coupledMesh, type Body } from './coupled-meshes.js'
import { meshArbitrary } from './mesh-arbitrary.js'

const RUNS = process.env['LONG_TESTS'] === '1' ? 1000 : 100
const EXHAUSTIVE_RUNS = 6

const tag = fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.constantFrom('1', '2') })
const tags = fc.uniqueArray(tag, { selector: ({ key }) => key, maxLength: 3 })

/**
 * The bodies of create calls for one mesh, in an order in which they can be made, but for what other resources do not allow. Routes have few
 * names, so that two meshes share some; the ports of some are left out, so that routes come to stand in the way of listeners.
 */
const meshBodies: fc.Arbitrary<Body[]> = fc
  .tuple(meshArbitrary, fc.infiniteStream(tags), fc.infiniteStream(fc.boolean()))
  .map(([input, someTags, coins]) => {
    const coin = (): boolean => coins.next().value === true
    return bodiesOf(input).map((body) => {
      const spec = coin() ? body['spec'] : withoutPorts(body['spec'])
      return { ...body, spec, tags: someTags.next().value as unknown }
    })
  })

function bodiesOf(input: MeshInput): Body[] {
  const { mesh, virtualNodes = [], virtualRouters = [], routes = [], virtualServices = [] } = input
  const { virtualGateways = [], gatewayRoutes = [] } = input
  const named = <T extends object>(bodies: readonly T[], member: string) =>
    bodies.map((body, index) => ({ ...body, [member]: `r${index % 4}` }))
  return [
    mesh,
    ...[...virtualNodes, ...virtualRouters, ...named(routes, 'routeName'), ...virtualServices],
    ...[...virtualGateways, ...named(gatewayRoutes, 'gatewayRouteName')],
  ].map((body) => ({ ...body, meshName: 'm' }))
}

/** Ports of matches and targets, not those of listeners. */
function withoutPorts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPorts)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value)
  const isListener = members.some(([name]) => name === 'portMapping')
  if (isListener) return value
  return Object.fromEntries(
    members.filter(([name]) => name !== 'port').map(([name, each]) => [name, withoutPorts(each)]),
  )
}

const OPERATIONS = ['Route', 'GatewayRoute', 'VirtualNode', 'VirtualService', 'VirtualRouter', 'VirtualGateway', 'Mesh']

interface Possible {
  readonly bodies: readonly Body[]
  readonly expected: readonly unknown[]
}

/** Those of `bodies` that the API takes in this order: a mesh that can be, and what the API says of it. */
async function possible(bodies: readonly Body[]): Promise<Possible> {
  const service = await openMeshService()
  try {
    const taken: Body[] = []
    for (const body of bodies) {
      const kind = OPERATIONS.find((each) => `${each.charAt(0).toLowerCase()}${each.slice(1)}Name` in body) ?? 'Mesh'
      const { status } = await service.call(`Create${kind}`, body)
      if (status === 200) taken.push(body)
    }
    return { bodies: taken, expected: await contents(service) }
  } finally {
    await service.close()
  }
}

interface World {
  readonly service: MeshService
  readonly apply: (bodies: readonly Body[], transport?: Transport) => ReturnType<typeof runMeshCommand>
}

async function withWorld(work: (world: World) => Promise<void>): Promise<void> {
  const service = await openMeshService()
  try {
    const apply: World['apply'] = (bodies, transport = service.transport) =>
      runMeshCommand(['apply', '--prune', '-m', 'm', '-f', '-'], { stdin: JSON.stringify(bodies), transport })
    await work({ service, apply })
  } finally {
    await service.close()
  }
}

/** Every resource of the mesh without what differs from server to server. */
async function contents(service: MeshService): Promise<unknown[]> {
  const response = await service.app.inject('/meshkeeper/v1/meshes/m/resources')
  const { resources } = response.json<{ resources: Body[] }>()
  return resources.map(({ kind, name, parentName, spec, tags: given = [] }) => ({
    kind,
    name,
    parentName,
    spec,
    tags: given,
  }))
}

const isWrite = ({ method }: { readonly method: string }): boolean => method !== 'GET'

/** A server that is lost after `writes` writes. */
function lostAfter(writes: number, transport: Transport): Transport {
  let left = writes
  return (request) => {
    if (isWrite(request) && (left -= 1) < 0)
      return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
    return transport(request)
  }
}

async function assertDone(
  { service, apply }: World,
  second: readonly Body[],
  expected: readonly unknown[],
): Promise<void> {
  const { code, stderr } = await apply(second)
  assert.equal(code, 0, stderr)
  assert.deepEqual(await contents(service), expected)
  const before = service.sent.length
  const again = await apply(second)
  assert.doesNotMatch(again.stdout, /created|updated|replaced|deleted/)
  assert.deepEqual(
    service.sent.slice(before).filter(({ request }) => isWrite(request)),
    [],
    'a second run writes nothing',
  )
  const refused = service.sent.filter(({ request, answer }) => isWrite(request) && answer.status !== 200)
  assert.deepEqual(refused, [])
}

/** Runs it again after an interruption; false when it ends before `k` writes. */
async function isInterruptedAfter(
  k: number,
  first: readonly Body[],
  second: readonly Body[],
  expected: readonly unknown[],
): Promise<boolean> {
  let code: number | undefined
  await withWorld(async (world) => {
    await world.apply(first)
    code = (await world.apply(second, lostAfter(k, world.service.transport))).code
    await assertDone(world, second, expected)
  })
  return code !== 0
}

describe('apply --prune', () => {
  const pair = fc.oneof(fc.tuple(meshBodies, meshBodies), fc.tuple(coupledMesh, coupledMesh))

  it(`ends in the second mesh, interrupted and run again or not (${RUNS} random pairs)`, async function () {
    this.timeout(RUNS * 3_000)
    await fc.assert(
      fc.asyncProperty(pair, fc.nat(1000), async ([one, other], random) => {
        const { bodies: first } = await possible(one)
        const { bodies: second, expected } = await possible(other)
        await withWorld(async (world) => {
          assert.equal((await world.apply(first)).code, 0)
          const writes = world.service.sent.length
          await assertDone(world, second, expected)
          const steps = world.service.sent.slice(writes).filter(({ request }) => isWrite(request)).length
          await withWorld(async (interrupted) => {
            await interrupted.apply(first)
            const k = random % (steps + 1)
            await interrupted.apply(second, lostAfter(k, interrupted.service.transport))
            await assertDone(interrupted, second, expected)
          })
        })
      }),
      { numRuns: RUNS },
    )
  })

  it(`ends in the second mesh wherever it is interrupted (${EXHAUSTIVE_RUNS} random pairs, after each step)`, async function () {
    this.timeout(EXHAUSTIVE_RUNS * 60_000)
    await fc.assert(
      fc.asyncProperty(pair, async ([one, other]) => {
        const { bodies: first } = await possible(one)
        const { bodies: second, expected } = await possible(other)
        for (let k = 0; await isInterruptedAfter(k, first, second, expected); k += 1);
      }),
      { numRuns: EXHAUSTIVE_RUNS },
    )
  })
})
