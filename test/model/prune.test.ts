import assert from 'node:assert/strict'
import { CreateMeshInput } from '../../src/model/mesh.js'
import { prune } from '../../src/model/prune.js'
import { CreateVirtualNodeInput } from '../../src/model/virtual-node.js'

describe('prune', () => {
  const cases = [
    { name: 'drops unknown members', given: { meshName: 'm', color: 1 }, expect: { meshName: 'm' } },
    {
      name: 'drops them at every depth, in lists too',
      given: {
        meshName: 'm',
        spec: { egressFilter: { type: 'DROP_ALL', x: {} }, y: 1 },
        tags: [{ key: 'k', value: 'v', z: 0 }],
      },
      expect: { meshName: 'm', spec: { egressFilter: { type: 'DROP_ALL' } }, tags: [{ key: 'k', value: 'v' }] },
    },
    {
      name: 'takes null for absent',
      given: { meshName: 'm', spec: { egressFilter: null } },
      expect: { meshName: 'm', spec: {} },
    },
    {
      name: 'keeps what has the wrong type',
      given: { meshName: 5, spec: 'x', tags: {} },
      expect: { meshName: 5, spec: 'x', tags: {} },
    },
    { name: 'keeps null in a list', given: { tags: [null] }, expect: { tags: [null] } },
    { name: 'keeps empty lists and objects', given: { spec: {}, tags: [] }, expect: { spec: {}, tags: [] } },
    { name: 'leaves no object as it is', given: [1], expect: [1] },
    {
      name: 'drops a member named __proto__',
      given: JSON.parse('{"__proto__": {"meshName": "m"}}') as unknown,
      expect: {},
    },
    { name: 'does not read inherited members', given: Object.create({ meshName: 'm' }) as unknown, expect: {} },
  ]
  for (const { name, given, expect } of cases) {
    it(name, () => assert.deepEqual(prune(CreateMeshInput, given), expect))
  }

  it('brings members into one order, so that equal requests have equal texts', () => {
    const [a, b] = [
      { virtualNodeName: 'n', spec: { listeners: [], backends: [] }, meshName: 'm' },
      { meshName: 'm', spec: { backends: [], listeners: [] }, virtualNodeName: 'n' },
    ]
    assert.equal(JSON.stringify(prune(CreateVirtualNodeInput, a)), JSON.stringify(prune(CreateVirtualNodeInput, b)))
  })

  it('does not change what it is given', () => {
    const given = { meshName: 'm', x: 1, tags: [{ key: 'k', value: 'v', y: 1 }] }
    const before = structuredClone(given)
    prune(CreateMeshInput, given)
    assert.deepEqual(given, before)
  })
})
