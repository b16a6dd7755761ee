/** Instances as those see them who look for endpoints, wherever they are kept. */
import type { Attributes } from './resource.js'

/** What a virtual node's service discovery names: the HttpName of a namespace, and a service in it. */
export interface ServicePlace {
  readonly namespaceName: string
  readonly serviceName: string
}

export interface DiscoveredInstance {
  readonly id: string
  readonly attributes: Attributes
  /** May be given traffic. */
  readonly healthy: boolean
}

/** The key of a place in maps. */
export function placeKey({ namespaceName, serviceName }: ServicePlace): string {
  return JSON.stringify([namespaceName, serviceName])
}
