import assert from 'node:assert/strict'
import type { TObject } from 'typebox'
import { CreateGatewayRouteInput } from '../../src/model/gateway-route.js'
import { CreateMeshInput } from '../../src/model/mesh.js'
import { CreateRouteInput } from '../../src/model/route.js'
import { CreateVirtualGatewayInput } from '../../src/model/virtual-gateway.js'
import { CreateVirtualNodeInput } from '../../src/model/virtual-node.js'
import { CreateVirtualRouterInput } from '../../src/model/virtual-router.js'
import { CreateVirtualServiceInput } from '../../src/model/virtual-service.js'
import { judge } from '../model/sample.js'
import type { MeshInput } from './mesh.js'
import {
  formatOutputs,
  goldenCases,
  orphans,
  readExpected,
  removeOrphans,
  translateCase,
  writeExpected,
} from './golden.js'

const UPDATE = process.env['UPDATE_GOLDEN'] === '1'

/** What the API has against each part of a mesh, taken by itself. */
function refusals({ mesh, ...children }: MeshInput): string[] {
  const { meshName } = mesh
  const bodies: [TObject, object][] = [
    [CreateMeshInput, mesh],
    ...(children.virtualNodes ?? []).map((body): [TObject, object] => [CreateVirtualNodeInput, body]),
    ...(children.virtualRouters ?? []).map((body): [TObject, object] => [CreateVirtualRouterInput, body]),
    ...(children.routes ?? []).map((body): [TObject, object] => [CreateRouteInput, body]),
    ...(children.virtualServices ?? []).map((body): [TObject, object] => [CreateVirtualServiceInput, body]),
    ...(children.virtualGateways ?? []).map((body): [TObject, object] => [CreateVirtualGatewayInput, body]),
    ...(children.gatewayRoutes ?? []).map((body): [TObject, object] => [CreateGatewayRouteInput, body]),
  ]
  return bodies.map(([schema, body]) => judge(schema, { meshName, ...body })).filter((verdict) => verdict !== 'ok')
}

describe('golden files', () => {
  before(() => {
    assert.ok(!(UPDATE && process.env['CI']), 'UPDATE_GOLDEN=1 is for people, not for CI')
    if (UPDATE) removeOrphans()
  })

  for (const golden of goldenCases()) {
    it(golden.name, () => {
      assert.equal(
        refusals(golden.input).length > 0,
        golden.input.refusedByApi ?? false,
        refusals(golden.input).join('\n'),
      )
      const actual = formatOutputs(translateCase(golden))
      if (UPDATE) return writeExpected(golden.name, actual)
      const hint = `test/golden/${golden.name}.out.yaml differs; if that is right: UPDATE_GOLDEN=1 npx mocha test/translate/golden.test.ts`
      assert.equal(actual, readExpected(golden.name), hint)
    })
  }

  it('has no output without an input', () => {
    assert.deepEqual(orphans(), [])
  })
})
