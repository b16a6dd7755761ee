/** What follows from a deletion. */
import type { Kind } from '../../model/resource.js'

export const CONSEQUENCES: Readonly<Record<Kind, string>> = {
  mesh: 'Envoys that name this mesh are turned away.',
  virtualNode: 'Envoys of this virtual node are disconnected. They go on with what they have until they are restarted.',
  virtualRouter: 'Virtual services can no longer be provided by this virtual router.',
  route: 'Requests that only this route takes are answered with an error.',
  virtualService:
    'Virtual nodes that have it as a backend can no longer call it. Backends that name it stay as they are.',
  virtualGateway:
    'Envoys of this virtual gateway are disconnected. They go on with what they have until they are restarted.',
  gatewayRoute: 'Requests from outside that only this gateway route takes are answered with an error.',
}
