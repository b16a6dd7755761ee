import assert from 'node:assert/strict'
import { formatNodeId, parseNodeId, resolveNodeId, type NodeId } from '../../src/model/node-id.js'
import { OWNER } from './sample.js'

const ARN = 'arn:aws:appmesh:us-west-2:210987654321:'

describe('node ids', () => {
  const node = { kind: 'virtualNode', meshName: 'm', name: 'n' } as const
  const cases: { given: string; expect: NodeId }[] = [
    { given: 'mesh/m/virtualNode/n', expect: node },
    { given: 'mesh/m/virtualGateway/g', expect: { kind: 'virtualGateway', meshName: 'm', name: 'g' } },
    { given: 'mesh/m@123456789012/virtualNode/n', expect: { ...node, meshOwner: '123456789012' } },
    { given: `${ARN}mesh/m/virtualNode/n`, expect: { ...node, meshOwner: '210987654321' } },
    { given: `${ARN}mesh/m@123456789012/virtualNode/n`, expect: { ...node, meshOwner: '123456789012' } },
    {
      given: 'arn:aws:appmesh-preview:us-west-2:210987654321:mesh/m/virtualNode/n',
      expect: { ...node, meshOwner: '210987654321' },
    },
    {
      given: 'arn:aws-cn:appmesh:cn-north-1:210987654321:mesh/m/virtualNode/n',
      expect: { ...node, meshOwner: '210987654321' },
    },
    { given: 'mesh/a@b/virtualNode/n_ns', expect: { kind: 'virtualNode', meshName: 'a@b', name: 'n_ns' } },
    { given: 'mesh/m/virtualNode/n/x', expect: { ...node, name: 'n/x' } },
  ]
  for (const { given, expect } of cases) {
    it(`read ${given}`, () => assert.deepEqual(parseNodeId(given), expect))
  }

  const refusals = [
    { given: '', why: /^the node id is empty: give mesh\/MESH\/virtualNode\/NAME/ },
    { given: 'node-1', why: /^"node-1" does not name an App Mesh resource: give / },
    { given: 'mesh/m', why: /^"mesh\/m" names a mesh, which is no proxy: give / },
    { given: 'mesh/m/virtualService/s', why: /names a virtualService, which is no proxy/ },
    { given: 'mesh/m/virtualRouter/r/route/x', why: /names a route, which is no proxy/ },
    { given: 'mesh/m/virtualnode/n', why: /does not name an App Mesh resource/ },
    { given: 'mesh//virtualNode/n', why: /does not name an App Mesh resource/ },
    { given: 'mesh/m/virtualNode/', why: /does not name an App Mesh resource/ },
    { given: `${ARN}mesh/m/virtualRouter/r`, why: /names a virtualRouter, which is no proxy/ },
    {
      given: 'arn:aws:ecs:us-west-2:210987654321:task-set/c/s/ecs-svc/1',
      why: /is not the ARN of an App Mesh resource/,
    },
    { given: 'arn:aws:appmesh:us-west-2:42:mesh/m/virtualNode/n', why: /is not the ARN of an App Mesh resource/ },
    { given: 'a\n"b"', why: /^"a\\n\\"b\\"" does not name/ },
    { given: 'x'.repeat(1000), why: /^"x{200}…" does not name/ },
  ]
  for (const { given, why } of refusals) {
    it(`refuse ${JSON.stringify(given.slice(0, 60))}`, () => {
      const result = parseNodeId(given)
      assert.ok('problem' in result)
      assert.match(result.problem, why)
    })
  }

  it('are in the default account unless they name an owner', () => {
    assert.deepEqual(resolveNodeId(node, OWNER), { ...node, meshOwner: OWNER })
    assert.equal(resolveNodeId({ ...node, meshOwner: '210987654321' }, OWNER).meshOwner, '210987654321')
  })

  it('are written in the short form', () => {
    for (const text of ['mesh/m/virtualNode/n', 'mesh/m@123456789012/virtualGateway/g']) {
      assert.equal(formatNodeId(parseNodeId(text) as NodeId), text)
    }
  })
})
