/** Where the control plane listens. */
import { parseHostPort } from './address.js'
import type { Image } from './variable.js'
import type { Outcome } from './outcome.js'
import type { Settings } from './variables.js'

export type Endpoint =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly text: string }
  | { readonly kind: 'unix'; readonly path: string; readonly text: string }

/** Where `meshkeeper serve` listens unless told otherwise. */
const DEFAULT_ENDPOINT = '127.0.0.1:18000'

/**
 * The endpoint from APPMESH_XDS_ENDPOINT: `host:port`, `[v6]:port` or `unix:///path`. A stock Envoy finds a local meshkeeper without it; for the App Mesh
 * image it must be set, because without it that image's agent calls AWS (bootstrap.md section 2).
 */
export function resolveEndpoint(settings: Settings, image: Image): Outcome<Endpoint> {
  const text = settings.APPMESH_XDS_ENDPOINT ?? (image === 'stock' ? DEFAULT_ENDPOINT : undefined)
  if (text === undefined)
    return {
      path: 'APPMESH_XDS_ENDPOINT',
      message: 'must be set for the App Mesh image: without it its agent calls AWS',
    }
  return parseEndpoint(text) ?? { path: 'APPMESH_XDS_ENDPOINT', message: `must be ${FORMS}, not "${text}"` }
}

const FORMS = 'HOST:PORT, [IPV6]:PORT or unix:///PATH'

function parseEndpoint(text: string): Endpoint | undefined {
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length)
    return /^\/[^/]/.test(path) ? { kind: 'unix', path, text } : undefined
  }
  const target = parseHostPort(text)
  return target && { kind: 'tcp', ...target, text }
}
