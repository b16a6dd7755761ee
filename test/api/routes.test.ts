import assert from 'node:assert/strict'
import { OPERATIONS, PREFIX } from '../../src/api/routes.js'
import { MODEL } from './model.js'

/** Method and path of every operation of App Mesh, under the prefix. */
const EXPECTED: Readonly<Record<string, string>> = {
  CreateMesh: 'PUT /meshes',
  DescribeMesh: 'GET /meshes/:meshName',
  UpdateMesh: 'PUT /meshes/:meshName',
  DeleteMesh: 'DELETE /meshes/:meshName',
  ListMeshes: 'GET /meshes',
  CreateVirtualNode: 'PUT /meshes/:meshName/virtualNodes',
  DescribeVirtualNode: 'GET /meshes/:meshName/virtualNodes/:virtualNodeName',
  UpdateVirtualNode: 'PUT /meshes/:meshName/virtualNodes/:virtualNodeName',
  DeleteVirtualNode: 'DELETE /meshes/:meshName/virtualNodes/:virtualNodeName',
  ListVirtualNodes: 'GET /meshes/:meshName/virtualNodes',
  CreateVirtualRouter: 'PUT /meshes/:meshName/virtualRouters',
  DescribeVirtualRouter: 'GET /meshes/:meshName/virtualRouters/:virtualRouterName',
  UpdateVirtualRouter: 'PUT /meshes/:meshName/virtualRouters/:virtualRouterName',
  DeleteVirtualRouter: 'DELETE /meshes/:meshName/virtualRouters/:virtualRouterName',
  ListVirtualRouters: 'GET /meshes/:meshName/virtualRouters',
  CreateRoute: 'PUT /meshes/:meshName/virtualRouter/:virtualRouterName/routes',
  DescribeRoute: 'GET /meshes/:meshName/virtualRouter/:virtualRouterName/routes/:routeName',
  UpdateRoute: 'PUT /meshes/:meshName/virtualRouter/:virtualRouterName/routes/:routeName',
  DeleteRoute: 'DELETE /meshes/:meshName/virtualRouter/:virtualRouterName/routes/:routeName',
  ListRoutes: 'GET /meshes/:meshName/virtualRouter/:virtualRouterName/routes',
  CreateVirtualService: 'PUT /meshes/:meshName/virtualServices',
  DescribeVirtualService: 'GET /meshes/:meshName/virtualServices/:virtualServiceName',
  UpdateVirtualService: 'PUT /meshes/:meshName/virtualServices/:virtualServiceName',
  DeleteVirtualService: 'DELETE /meshes/:meshName/virtualServices/:virtualServiceName',
  ListVirtualServices: 'GET /meshes/:meshName/virtualServices',
  CreateVirtualGateway: 'PUT /meshes/:meshName/virtualGateways',
  DescribeVirtualGateway: 'GET /meshes/:meshName/virtualGateways/:virtualGatewayName',
  UpdateVirtualGateway: 'PUT /meshes/:meshName/virtualGateways/:virtualGatewayName',
  DeleteVirtualGateway: 'DELETE /meshes/:meshName/virtualGateways/:virtualGatewayName',
  ListVirtualGateways: 'GET /meshes/:meshName/virtualGateways',
  CreateGatewayRoute: 'PUT /meshes/:meshName/virtualGateway/:virtualGatewayName/gatewayRoutes',
  DescribeGatewayRoute: 'GET /meshes/:meshName/virtualGateway/:virtualGatewayName/gatewayRoutes/:gatewayRouteName',
  UpdateGatewayRoute: 'PUT /meshes/:meshName/virtualGateway/:virtualGatewayName/gatewayRoutes/:gatewayRouteName',
  DeleteGatewayRoute: 'DELETE /meshes/:meshName/virtualGateway/:virtualGatewayName/gatewayRoutes/:gatewayRouteName',
  ListGatewayRoutes: 'GET /meshes/:meshName/virtualGateway/:virtualGatewayName/gatewayRoutes',
  TagResource: 'PUT /tag',
  UntagResource: 'PUT /untag',
  ListTagsForResource: 'GET /tags',
}

describe('the routes table', () => {
  it('has the prefix of the API version', () => assert.equal(PREFIX, '/v20190125'))

  it('has every operation of App Mesh, each at its method and path', () => {
    const found = OPERATIONS.map(({ name, method, path }) => [name, `${method} ${path}`] as const)
    assert.equal(found.length, 38)
    assert.deepEqual(Object.fromEntries(found), EXPECTED)
  })

  it('agrees with the model', () => {
    const wanted = Object.entries(MODEL.operations).map(
      ([name, { method, path }]) => [name, `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`] as const,
    )
    assert.deepEqual(EXPECTED, Object.fromEntries(wanted))
  })
})
