/** Whatever happens to meshes, connections and the store, in whatever order: in the end every Envoy has what a fresh translation gives. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { refKey } from '../../src/model/references.js'
import type { Resource, ResourceRef } from '../../src/model/resource.js'
import type { ProxyRef } from '../../src/translate/proxy.js'
import { nodeRef, turn, World } from '../control/world.js'
import { resourcesOf, type MeshInput } from '../translate/mesh.js'
import { meshArbitrary } from './mesh-arbitrary.js'
import { MATERIAL_ARNS, RandomMaterials } from './random-materials.js'

const RUNS = process.env['LONG_TESTS'] === '1' ? 2000 : 60

const MESHES = ['m', 'n']
const PROXIES = [
  ...['a', 'b', 'c', 'web'].map((name) => `virtualNode/${name}`),
  ...['edge', 'web'].map((name) => `virtualGateway/${name}`),
]
const PARTS = [
  'virtualNode',
  'virtualRouter',
  'virtualService',
  'route',
  'virtualGateway',
  'gatewayRoute',
  'all',
] as const

type Step =
  /** A mesh becomes this one, or a part of it does; in one transaction. */
  | { readonly kind: 'become'; readonly mesh: string; readonly part: (typeof PARTS)[number]; readonly input: MeshInput }
  | { readonly kind: 'delete'; readonly mesh: string }
  /** What cannot be translated is written where a listener or a weight was. */
  | { readonly kind: 'break'; readonly mesh: string; readonly index: number }
  | { readonly kind: 'mend' }
  | { readonly kind: 'connect'; readonly mesh: string; readonly proxy: string; readonly delta: boolean }
  | { readonly kind: 'reconnect' | 'disconnect'; readonly index: number }
  | { readonly kind: 'answer'; readonly index: number; readonly count: number }
  /** Certificates and keys come and go. */
  | { readonly kind: 'material'; readonly arn: string }
  | { readonly kind: 'time'; readonly millis: number }
  | { readonly kind: 'turns'; readonly count: number }
  | { readonly kind: 'failure' | 'deaf' | 'settle' }

const mesh = fc.constantFrom(...MESHES)
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('become' as const),
      mesh,
      part: fc.constantFrom(...PARTS),
      input: meshArbitrary,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), mesh }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('break' as const), mesh, index: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mend' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('connect' as const),
      mesh,
      proxy: fc.constantFrom(...PROXIES),
      delta: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('reconnect' as const, 'disconnect' as const), index: fc.nat(20) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      index: fc.nat(20),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('material' as const), arn: fc.constantFrom(...MATERIAL_ARNS) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), millis: fc.nat(1500) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turns' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('failure' as const, 'deaf' as const, 'settle' as const) }),
  },
)

const lifeArbitrary = fc.array(stepArbitrary, { minLength: 5, maxLength: 40, size: 'max' })

/** The meshes as they are written, and how to write them. */
class Writer {
  readonly #world: World
  readonly #present = new Map<string, Resource>()
  readonly #broken = new Map<string, Resource>()

  constructor(world: World) {
    this.#world = world
  }

  async become(meshName: string, part: string, input: MeshInput): Promise<void> {
    const concerns = ({ kind }: ResourceRef) => part === 'all' || kind === 'mesh' || kind === part
    const wanted = new Map(
      resourcesOf({ ...input, mesh: { ...input.mesh, meshName } })
        .filter(({ ref }) => concerns(ref))
        .map((resource) => [refKey(resource.ref), resource]),
    )
    // A part is changed inside its mesh: the mesh itself stays as it is.
    if (part !== 'all' && this.#of(meshName).length > 0)
      for (const key of wanted.keys()) if (key.startsWith('mesh/')) wanted.delete(key)
    const gone = this.#of(meshName).filter(
      ({ ref }) => concerns(ref) && ref.kind !== 'mesh' && !wanted.has(refKey(ref)),
    )
    await this.#write([...wanted.values()], gone)
  }

  async delete(meshName: string): Promise<void> {
    await this.#write([], this.#of(meshName))
  }

  /** Puts a port or weight that no Envoy message can hold: the API would not let it in. */
  async break(meshName: string, index: number): Promise<void> {
    const breakable = this.#of(meshName).filter(({ ref, spec }) => BREAKABLE.has(ref.kind) && 'listeners' in spec)
    const victim = breakable[index % Math.max(1, breakable.length)]
    if (!victim || this.#broken.has(refKey(victim.ref))) return
    const spec = structuredClone(victim.spec) as { listeners: { portMapping: { port: number } }[] }
    for (const { portMapping } of spec.listeners) portMapping.port = -1
    await this.#write([{ ...victim, spec } as Resource], [])
    this.#broken.set(refKey(victim.ref), victim)
  }

  async mend(): Promise<void> {
    for (const resource of [...this.#broken.values()]) await this.#write([resource], [])
  }

  get isMended(): boolean {
    return this.#broken.size === 0
  }

  #of(meshName: string): Resource[] {
    return [...this.#present.values()].filter(({ ref }) => ref.meshName === meshName)
  }

  async #write(put: readonly Resource[], gone: readonly Resource[]): Promise<void> {
    // Children before their mesh, as the API demands.
    const remove = gone.map(({ ref }) => ref).sort((left, right) => rank(left) - rank(right))
    await this.#world.write({ put, remove })
    for (const ref of remove) {
      this.#present.delete(refKey(ref))
      this.#broken.delete(refKey(ref))
    }
    for (const resource of put) {
      this.#present.set(refKey(resource.ref), resource)
      this.#broken.delete(refKey(resource.ref))
    }
  }
}

const BREAKABLE: ReadonlySet<string> = new Set(['virtualNode', 'virtualGateway'])

const rank = ({ kind }: ResourceRef): number =>
  ['gatewayRoute', 'virtualGateway', 'route', 'virtualService', 'virtualRouter', 'virtualNode', 'mesh'].indexOf(kind)

interface Life {
  readonly world: World
  readonly writer: Writer
  readonly materials: RandomMaterials
}

async function perform({ world, writer, materials }: Life, step: Step): Promise<void> {
  const envoyAt = (index: number) => world.envoys[index % Math.max(1, world.envoys.length)]
  switch (step.kind) {
    case 'become':
      return writer.become(step.mesh, step.part, step.input)
    case 'delete':
      return writer.delete(step.mesh)
    case 'break':
      return writer.break(step.mesh, step.index)
    case 'mend':
      return writer.mend()
    case 'connect':
      if (world.envoys.length < 12) world.envoy(`mesh/${step.mesh}/${step.proxy}`, step.delta ? 'delta' : 'sotw')
      return
    case 'reconnect':
      envoyAt(step.index)?.connect()
      return
    case 'disconnect':
      return envoyAt(step.index)?.disconnect()
    case 'answer':
      for (let count = step.count; count > 0; count--) envoyAt(step.index)?.answer()
      return
    case 'material':
      return materials.toggle(step.arn)
    case 'time':
      return world.clock.advance(step.millis)
    case 'turns':
      for (let count = step.count; count > 0; count--) await turn()
      return
    case 'failure':
      world.reading.failures.push(new Error('the disk is away'))
      return
    case 'deaf':
      world.reading.hints = !world.reading.hints
      return
    case 'settle':
      // What waits for a certificate stays as it was.
      materials.restore()
      await world.settle()
      return check(world)
  }
}

/** Every Envoy that is connected has what it should; those whose node is gone were told so, and no others. */
async function check(world: World): Promise<void> {
  for (const envoy of world.envoys) {
    const [, meshName = '', kind = '', name = ''] = envoy.nodeId.split('/')
    const ref = { ...nodeRef(name, meshName), kind: kind as ProxyRef['kind'] }
    const expected = await world.expected(ref).catch(() => 'cannot be translated' as const)
    if (expected === 'cannot be translated') continue
    if (envoy.stream) assert.deepEqual(envoy.contents(), expected, envoy.nodeId)
    else if (envoy.closed) assert.equal(envoy.closed.code, 3)
    if (!expected) assert.equal(envoy.stream, undefined, `${envoy.nodeId} is connected, but does not exist`)
  }
}

describe('Envoys of meshes with random lives', () => {
  it('end up with exactly what there is', async function () {
    this.timeout(600_000)
    await fc.assert(
      fc.asyncProperty(meshArbitrary, lifeArbitrary, async (input, steps) => {
        const materials = new RandomMaterials()
        const world = await World.startWith({ materials, allowUnauthenticatedSecrets: true })
        try {
          const writer = new Writer(world)
          for (const meshName of MESHES) await writer.become(meshName, 'all', input)
          await world.settle()
          for (const [index, proxy] of PROXIES.entries()) world.envoy(`mesh/m/${proxy}`, index % 2 ? 'delta' : 'sotw')
          for (const step of steps) await perform({ world, writer, materials }, step)
          materials.restore()
          await writer.mend()
          assert.ok(writer.isMended)
          // Those that were turned away come back, as Envoys do.
          for (const envoy of world.envoys) if (!envoy.stream) envoy.connect()
          await world.settle()
          await check(world)
          for (const envoy of world.envoys) if (!envoy.stream) envoy.connect()
          await world.settle()
          await check(world)
          const received = world.envoys.map((envoy) => envoy.received)
          await world.settle()
          assert.deepEqual(
            received,
            world.envoys.map((envoy) => envoy.received),
            'nothing new, and yet something was sent',
          )
        } finally {
          await world.close()
        }
      }),
      { numRuns: RUNS },
    )
  })
})
