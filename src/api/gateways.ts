/** Virtual gateways and gateway routes: their operations are there, and say that they come with a later version. */
import Type from 'typebox'
import { ApiError } from '../model/errors.js'
import type { Handler } from './context.js'
import type { KindPlace } from './kind.js'

export const GATEWAY_KINDS: readonly KindPlace[] = [
  { kind: 'virtualGateway', plural: 'virtualGateways', path: '/meshes/:meshName/virtualGateways' },
  {
    kind: 'gatewayRoute',
    plural: 'gatewayRoutes',
    path: '/meshes/:meshName/virtualGateway/:virtualGatewayName/gatewayRoutes',
  },
]

export const ANY_INPUT = Type.Object({})

/** Refuses every call to it. */
export const refuseGateways: Handler = (_context, { operation }) => {
  const text = `${operation} is not supported yet: virtual gateways and gateway routes come with a later version`
  return Promise.reject(new ApiError('BadRequestException', text))
}
