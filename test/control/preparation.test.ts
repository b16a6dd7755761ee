/** Configurations that are made before anybody asks: within their time, whatever they are, and to be used by those who ask. */
import assert from 'node:assert/strict'
import { encodeConfig } from '../../src/control/encode-config.js'
import { MeshMemos } from '../../src/control/mesh-memos.js'
import { meshKey } from '../../src/control/mesh-follower.js'
import { prepareConfigs } from '../../src/control/preparation.js'
import { BASELINE } from '../../src/translate/proxy.js'
import { translate } from '../../src/translate/translate.js'
import { buildMeshView, type MeshView } from '../../src/model/mesh-view.js'
import type { Resource } from '../../src/model/resource.js'
import type { Memo } from '../../src/translate/memo.js'
import { resource } from '../translate/mesh.js'
import { nodeRef } from './world.js'

const node = (name: string, port: number) =>
  resource('virtualNode', 'm', name, {
    listeners: [{ portMapping: { port, protocol: 'http' } }],
    serviceDiscovery: { dns: { hostname: `${name}.local` } },
  })
const gateway = resource('virtualGateway', 'm', 'in', {
  listeners: [{ portMapping: { port: 9080, protocol: 'http' } }],
})
const viewOf = (resources: Resource[]): MeshView => buildMeshView([resource('mesh', 'm', 'm', {}), ...resources], 1)
const view = viewOf([node('a', 8080), node('b', 8081), gateway])

class CountingMemos extends MeshMemos {
  /** How often something was not remembered. */
  built = 0

  override of(view: MeshView): Memo {
    const memo = super.of(view)
    return (key, inputs, build) =>
      memo(key, inputs, () => {
        this.built += 1
        return build()
      })
  }
}

describe('preparation', () => {
  it('makes the configuration of every virtual node and gateway, which those who ask later are given', async () => {
    const memos = new CountingMemos()
    assert.equal(await prepareConfigs({ views: [view], memos, millis: 60_000 }), 3)
    const { built } = memos
    assert.ok(built > 0)
    for (const ref of [nodeRef('a'), nodeRef('b'), gateway.ref])
      encodeConfig(translate(view, ref, { dialect: BASELINE, memo: memos.of(view) }))
    assert.equal(memos.built, built)
  })

  it('stops when its time is over', async () => {
    let time = 0
    const now = (): number => (time += 10)
    assert.equal(await prepareConfigs({ views: [view], memos: new MeshMemos(), millis: 20, now }), 1)
    assert.equal(await prepareConfigs({ views: [view], memos: new MeshMemos(), millis: 0 }), 0)
  })

  it('leaves what cannot be made to those who ask for it', async () => {
    // No message holds a negative port.
    const broken = viewOf([node('a', -1), node('b', 8081)])
    assert.equal(await prepareConfigs({ views: [broken], memos: new MeshMemos(), millis: 60_000 }), 1)
  })

  it('is forgotten with its mesh', () => {
    const memos = new MeshMemos()
    const memo = memos.of(view)
    const key = meshKey(view.mesh.ref)
    memos.forget(new Set([key]), () => false)
    memos.forget(new Set(['another']), () => true)
    assert.equal(memos.of(view), memo)
    memos.forget(new Set([key]), () => true)
    assert.notEqual(memos.of(view), memo)
  })

  it('is forgotten piece by piece when the mesh has no more use for it, in the measure of its size', () => {
    const rebuilt = (size: number): boolean => {
      const memo = new MeshMemos().of(viewOf(Array.from({ length: size }, (_, index) => node(`n${index}`, 8080))))
      memo('gone', [], () => 1)
      for (let index = 0; index < 10_000; index++) memo(`other ${index}`, [], () => index)
      return memo('gone', [], () => 2) === 2
    }
    assert.equal(rebuilt(5), true)
    assert.equal(rebuilt(500), false)
  })
})
