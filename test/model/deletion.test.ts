import assert from 'node:assert/strict'
import { checkDeletion } from '../../src/model/deletion.js'
import type { ResourceRef } from '../../src/model/resource.js'
import { OWNER, refOf } from './sample.js'

const meshRef: ResourceRef<'mesh'> = { kind: 'mesh', meshOwner: OWNER, meshName: 'm', name: 'm' }
const at = (...refs: ResourceRef[]) => refs.map((ref) => ({ ref }))

describe('checkDeletion', () => {
  const cases: {
    name: string
    ref: ResourceRef
    children?: ResourceRef[]
    referrers?: ResourceRef[]
    expect?: string
  }[] = [
    { name: 'an empty mesh', ref: meshRef },
    {
      name: 'a mesh with nodes',
      ref: meshRef,
      children: [refOf('virtualService', 's'), refOf('virtualNode', 'a'), refOf('virtualNode', 'b')],
      expect:
        'Mesh m for account 123456789012 has active VirtualNodes, please delete VirtualNodes before deleting the Mesh. VirtualNodes: [a, b]',
    },
    ...(['virtualRouter', 'virtualService', 'virtualGateway'] as const).map((kind) => {
      const kinds = `V${kind.slice(1)}s`
      return {
        name: `a mesh with a ${kind}`,
        ref: meshRef,
        children: [refOf(kind, 'x')],
        expect: `Mesh m for account 123456789012 has active ${kinds}, please delete ${kinds} before deleting the Mesh. ${kinds}: [x]`,
      }
    }),
    { name: 'a node that nothing points at', ref: refOf('virtualNode', 'n') },
    {
      name: 'a node that routes target',
      ref: refOf('virtualNode', 'n'),
      referrers: [refOf('route', 'x', 'r'), refOf('route', 'x', 'q')],
      expect:
        'VirtualNode with name n cannot be deleted because it is the target of one or more routes. Routes: [r/x, q/x]',
    },
    {
      name: 'a node that provides a service',
      ref: refOf('virtualNode', 'n'),
      referrers: [refOf('virtualService', 's')],
      expect: 'VirtualNode with name n cannot be deleted because it is a VirtualService provider. VirtualServices: [s]',
    },
    { name: 'a router without routes', ref: refOf('virtualRouter', 'r') },
    {
      name: 'a router with routes',
      ref: refOf('virtualRouter', 'r'),
      children: [refOf('route', 'x', 'r')],
      expect:
        'VirtualRouter r has active Routes, please delete Routes before deleting the VirtualRouter. Routes: [r/x]',
    },
    {
      name: 'a router that provides a service',
      ref: refOf('virtualRouter', 'r'),
      referrers: [refOf('virtualService', 's')],
      expect:
        'VirtualRouter with name r cannot be deleted because it is a VirtualService provider. VirtualServices: [s]',
    },
    { name: 'a service that is a backend', ref: refOf('virtualService', 's'), referrers: [refOf('virtualNode', 'n')] },
    {
      name: 'a service that gateway routes lead to',
      ref: refOf('virtualService', 's'),
      referrers: [refOf('virtualNode', 'n'), refOf('gatewayRoute', 'x', 'g'), refOf('gatewayRoute', 'y', 'g')],
      expect: 'VirtualService s is being referenced in the following: GATEWAY_ROUTE: [x, y]',
    },
    {
      name: 'a gateway with gateway routes',
      ref: refOf('virtualGateway', 'g'),
      children: ['a', 'b', 'c', 'd', 'e', 'f', 'h'].map((name) => refOf('gatewayRoute', name, 'g')),
      expect:
        'VirtualGateway g has active GatewayRoutes, please delete GatewayRoutes before deleting the VirtualGateway. ' +
        'GatewayRoutes: [a, b, c, d, e and 2 more]',
    },
    { name: 'a route', ref: refOf('route', 'x', 'r') },
    { name: 'a gateway route', ref: refOf('gatewayRoute', 'x', 'g') },
  ]
  for (const { name, ref, children = [], referrers = [], expect } of cases) {
    it(`${expect === undefined ? 'allows' : 'refuses'} to delete ${name}`, () => {
      assert.equal(checkDeletion(ref, { children: at(...children), referrers: at(...referrers) }), expect)
    })
  }
})
