/** The log as views: whatever was written, however it is paged, the views are what a reader of the whole store would build. */
import assert from 'node:assert/strict'
import { meshKey, MeshFollower } from '../../src/control/mesh-follower.js'
import { buildMeshView } from '../../src/model/mesh-view.js'
import { refKey } from '../../src/model/references.js'
import type { Resource } from '../../src/model/resource.js'
import type { Change, Store } from '../../src/store/store.js'
import { openStore } from '../../src/store/open-store.js'
import { AUTHOR, mesh, MESH, node, OWNER, refOf, route, router, service } from '../store/resources.js'

const SHOP = { meshOwner: OWNER, meshName: MESH }

/** What `view` is made of, by kind and name, with versions. */
function contentsOf(follower: MeshFollower): string[] | undefined {
  const view = follower.view(SHOP)
  if (!view) return undefined
  const { mesh, virtualNodes, virtualRouters, virtualServices, routes } = view
  const nested = [...routes.values()].flatMap((siblings) => [...siblings.values()])
  const all: Resource[] = [
    mesh,
    ...virtualNodes.values(),
    ...virtualRouters.values(),
    ...virtualServices.values(),
    ...nested,
  ]
  return all.map(({ ref, metadata }) => `${ref.kind} ${ref.name} ${metadata.version}`).sort()
}

describe('MeshFollower', () => {
  let store: Store
  let follower: MeshFollower

  beforeEach(async () => {
    store = await openStore('sqlite::memory:')
    follower = new MeshFollower(store)
  })
  afterEach(() => store.close())

  const write = (work: Parameters<Store['write']>[1]) => store.write(AUTHOR, work).then(({ revision }) => revision)
  const put = (...resources: Resource[]) =>
    write(async (tx) => {
      for (const resource of resources) await tx.put(resource)
    })

  it('has nothing of an empty store, and no changes', async () => {
    await follower.load()
    assert.equal(follower.view(SHOP), undefined)
    assert.equal(follower.meshCount, 0)
    assert.equal(await follower.advance(), undefined)
  })

  it('loads what is there, at its revision', async () => {
    const revision = await put(mesh(), node('a'), router('r'), route('r', 'x', ['a']), service('s', 'a'))
    await follower.load()
    assert.equal(follower.revision, revision)
    assert.equal(follower.view(SHOP)?.revision, revision)
    assert.deepEqual(contentsOf(follower), [
      'mesh shop 1',
      'route x 1',
      'virtualNode a 1',
      'virtualRouter r 1',
      'virtualService s 1',
    ])
    assert.equal(await follower.advance(), undefined)
  })

  it('applies what was written since, and says what it was', async () => {
    await put(mesh(), node('a'))
    await follower.load()
    const before = follower.view(SHOP)
    await put(node('a', 2))
    const revision = await put(route('r', 'x'))
    const batch = await follower.advance()
    assert.equal(batch?.revision, revision)
    // A route concerns those who depend on its router.
    assert.deepEqual([...batch.keys].sort(), [`virtualNode/${OWNER}/${MESH}/a`, `virtualRouter/${OWNER}/${MESH}/r`])
    assert.deepEqual(contentsOf(follower), ['mesh shop 1', 'route x 1', 'virtualNode a 2'])
    assert.equal(before?.virtualNodes.get('a')?.metadata.version, 1, 'a view never changes')
    assert.equal(follower.view(SHOP)?.revision, revision)
  })

  it('leaves other meshes as they are, and their revisions', async () => {
    const other = { ...node('b'), ref: { ...refOf('virtualNode', 'b'), meshName: 'other' } }
    await put(mesh(), mesh('other'))
    await follower.load()
    const before = follower.view(SHOP)
    await put(other)
    await follower.advance()
    assert.equal(follower.view(SHOP), before)
    assert.equal(follower.view({ ...SHOP, meshName: 'other' })?.virtualNodes.size, 1)
  })

  it('keeps nothing of a mesh that was deleted and made again between two readings', async () => {
    await put(mesh(), node('old'))
    await follower.load()
    await write(async (tx) => {
      await tx.remove(refOf('virtualNode', 'old'))
      await tx.remove(refOf('mesh', MESH))
    })
    await put(mesh(), node('new'))
    const batch = await follower.advance()
    assert.deepEqual(contentsOf(follower), ['mesh shop 1', 'virtualNode new 1'])
    assert.ok(batch?.keys.has(meshKey(SHOP)))
    assert.ok(batch?.keys.has(`virtualNode/${OWNER}/${MESH}/old`))
  })

  it('forgets a mesh that was deleted', async () => {
    await put(mesh(), mesh('other'))
    await follower.load()
    await write((tx) => tx.remove(refOf('mesh', MESH)))
    const batch = await follower.advance()
    assert.equal(follower.view(SHOP), undefined)
    assert.equal(follower.meshCount, 1)
    assert.deepEqual([...(batch?.keys ?? [])], [meshKey(SHOP)])
  })

  it('knows a mesh that was made and deleted between two readings only by its key', async () => {
    await follower.load()
    await put(mesh(), node('a'))
    await write(async (tx) => {
      await tx.remove(refOf('virtualNode', 'a'))
      await tx.remove(refOf('mesh', MESH))
    })
    assert.equal((await follower.advance())?.revision, 2)
    assert.equal(follower.view(SHOP), undefined)
  })

  it('keeps what is in a mesh that is updated', async () => {
    await put(mesh(), node('a'))
    await follower.load()
    await put({ ...mesh(), metadata: { ...mesh().metadata, version: 2 } })
    await follower.advance()
    assert.deepEqual(contentsOf(follower), ['mesh shop 2', 'virtualNode a 1'])
  })

  it('moves on over changes of tags alone, which concern nobody', async () => {
    await put(mesh(), node('a'))
    await follower.load()
    const before = follower.view(SHOP)?.virtualNodes.get('a')
    const revision = await write((tx) => tx.setTags(node('a').metadata.arn, [{ key: 'k', value: 'v' }]))
    const batch = await follower.advance()
    assert.equal(batch?.revision, revision)
    assert.deepEqual([...batch.keys], [])
    assert.equal(follower.view(SHOP)?.virtualNodes.get('a'), before)
    assert.equal(await follower.advance(), undefined)
  })

  it('reads a log of any length in one go, page by page', async () => {
    await put(mesh())
    await follower.load()
    for (let index = 0; index < 3; index++)
      await put(...Array.from({ length: 700 }, (_, each) => node(`n${index}-${each}`)))
    const batch = await follower.advance()
    assert.equal(batch?.revision, 4)
    assert.equal(batch.keys.size, 2100)
    assert.equal(follower.view(SHOP)?.virtualNodes.size, 2100)
  })

  it('stands more changes than a call can have arguments', async () => {
    const change: Change = {
      revision: 1,
      time: 5,
      principal: 'p',
      operation: 'o',
      ref: refOf('virtualNode', 'a'),
      arn: 'arn',
      after: node('a'),
    }
    const changes = Array.from({ length: 200_000 }, (_, index) => ({ ...change, revision: index + 1 }))
    changes[1000] = { ...change, revision: 1001, time: 3 }
    const long = new MeshFollower({
      changesAfter: (revision: number) => Promise.resolve(revision === 0 ? changes : []),
    } as Partial<Store> as Store)
    assert.equal((await long.advance())?.oldestChange, 3)
    assert.equal(long.revision, 200_000)
  })

  it('is where it was after a reading that failed, also half-way', async () => {
    await put(mesh())
    await follower.load()
    let failing = true
    const flaky = new MeshFollower({
      image: () => store.image(),
      changesAfter: async (revision: number) => {
        if (failing && revision > 1) throw new Error('away')
        return store.changesAfter(revision, 1)
      },
    } as Partial<Store> as Store)
    await flaky.load()
    await put(node('a'))
    await put(node('b'))
    await assert.rejects(flaky.advance(), /away/)
    assert.equal(flaky.revision, 1)
    assert.equal(flaky.view(SHOP)?.virtualNodes.size, 0)
    failing = false
    assert.equal((await flaky.advance())?.keys.size, 2)
    assert.equal(flaky.view(SHOP)?.virtualNodes.size, 2)
  })

  it('begins again where the log no longer tells what followed, and says what is different', async () => {
    let now = 0
    const old = await openStore('sqlite::memory:', { now: () => now })
    const late = new MeshFollower(old)
    const write = (work: Parameters<Store['write']>[1]) => old.write(AUTHOR, work)
    await write(async (tx) => {
      for (const resource of [mesh(), node('same'), node('gone'), node('other'), router('r'), route('r', 'x')])
        await tx.put(resource)
    })
    await write((tx) => tx.put(mesh('empty')))
    await late.load()
    await write((tx) => tx.remove(refOf('virtualNode', 'gone')))
    await write((tx) => tx.put(node('other', 2)))
    await write((tx) => tx.put(route('r', 'y')))
    await write((tx) => tx.remove(refOf('mesh', 'empty')))
    now = 1000
    await write((tx) => tx.put(node('new')))
    assert.equal(await old.trimLog(500), 11)
    const batch = await late.advance(await old.head())
    const places = [
      ['virtualNode', 'gone'],
      ['virtualNode', 'other'],
      ['virtualNode', 'new'],
      ['virtualRouter', 'r'],
      ['mesh', 'empty'],
    ] as const
    const changed = places.map(([kind, name]) => refKey(refOf(kind, name)))
    assert.deepEqual([...(batch?.keys ?? [])].sort(), changed.sort())
    assert.equal(late.revision, 7)
    assert.equal(late.meshCount, 1)
    assert.deepEqual([...late.view(SHOP)!.virtualNodes.keys()].sort(), ['new', 'other', 'same'])
    await old.close()
  })

  it('ends where a reader of the whole store ends', async () => {
    await put(mesh(), node('a'), service('s', 'a'))
    await follower.load()
    await put(node('b'), router('r'), route('r', 'x'), route('r', 'y'))
    await write(async (tx) => {
      await tx.remove(refOf('route', 'x', 'r'))
      await tx.remove(refOf('virtualNode', 'a'))
    })
    await put(node('a', 3))
    await follower.advance()
    const { resources, revision } = await store.image()
    const whole = buildMeshView(resources, revision)
    const view = follower.view(SHOP)
    assert.deepEqual({ ...view, revision }, whole)
  })
})
