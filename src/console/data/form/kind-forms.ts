/** The form of every kind. */
import type { Kind } from '../../../model/resource.js'
import type { KindForm } from './field.js'
import { GATEWAY_ROUTE_FORM } from './gateway-route-form.js'
import { MESH_FORM } from './mesh-form.js'
import { ROUTE_FORM } from './route-form.js'
import { VIRTUAL_GATEWAY_FORM } from './virtual-gateway-form.js'
import { VIRTUAL_NODE_FORM } from './virtual-node-form.js'
import { VIRTUAL_ROUTER_FORM } from './virtual-router-form.js'
import { VIRTUAL_SERVICE_FORM } from './virtual-service-form.js'

export const KIND_FORMS: { readonly [K in Kind]: KindForm<K> } = {
  mesh: MESH_FORM,
  virtualNode: VIRTUAL_NODE_FORM,
  virtualService: VIRTUAL_SERVICE_FORM,
  virtualRouter: VIRTUAL_ROUTER_FORM,
  route: ROUTE_FORM,
  virtualGateway: VIRTUAL_GATEWAY_FORM,
  gatewayRoute: GATEWAY_ROUTE_FORM,
}
