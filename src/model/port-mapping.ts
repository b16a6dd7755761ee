/** The port and protocol of a listener of a virtual node or router. */
import Type, { type Static } from 'typebox'
import { PortNumber, PortProtocol } from './scalars.js'

/** Where a listener takes traffic. */
export const PortMapping = Type.Object({
  port: PortNumber,
  protocol: PortProtocol,
})
export type PortMapping = Static<typeof PortMapping>
