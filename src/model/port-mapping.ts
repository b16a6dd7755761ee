/** The port and protocol of a listener of a virtual node or router. */
import { type Static } from 'typebox'
import { PortNumber, PortProtocol } from './scalars.js'
import { shape } from './schema.js'

/** Where a listener takes traffic. */
export const PortMapping = shape('PortMapping', {
  port: PortNumber,
  protocol: PortProtocol,
})
export type PortMapping = Static<typeof PortMapping>
