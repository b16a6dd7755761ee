/** What the kinds are called in sentences and headings. */
import type { Kind } from '../../model/resource.js'

export interface KindTexts {
  /** `Virtual node`. */
  readonly one: string
  /** `Virtual nodes`. */
  readonly many: string
}

export const KIND_TEXTS: Readonly<Record<Kind, KindTexts>> = {
  mesh: { one: 'Mesh', many: 'Meshes' },
  virtualNode: { one: 'Virtual node', many: 'Virtual nodes' },
  virtualRouter: { one: 'Virtual router', many: 'Virtual routers' },
  route: { one: 'Route', many: 'Routes' },
  virtualService: { one: 'Virtual service', many: 'Virtual services' },
  virtualGateway: { one: 'Virtual gateway', many: 'Virtual gateways' },
  gatewayRoute: { one: 'Gateway route', many: 'Gateway routes' },
}

/** `virtual node`, for the middle of a sentence. */
export function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
