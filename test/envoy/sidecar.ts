/** The bootstrap of a pod's Envoy: what `meshkeeper bootstrap` prints for the environment that the sidecar sample has. */
import { join } from 'node:path'
import { buildBootstrap } from '../../src/bootstrap/bootstrap.js'
import type { ControlPlane } from './control-plane.js'

export interface Sidecar {
  /** JSON. */
  readonly bootstrap: string
  /** Envoy's command line beyond `-c FILE`. */
  readonly args: readonly string[]
}

/** `directory` takes what the Envoy writes; `node` is a virtual node or gateway as APPMESH_RESOURCE_ARN names it. */
export function buildSidecar(
  keeper: Pick<ControlPlane, 'xdsHost' | 'xdsPort'>,
  directory: string,
  node: string,
  more: Readonly<Record<string, string>> = {},
): Sidecar {
  const environment = {
    APPMESH_RESOURCE_ARN: node,
    APPMESH_XDS_ENDPOINT: `${keeper.xdsHost}:${keeper.xdsPort}`,
    ENVOY_ADMIN_ACCESS_LOG_FILE: join(directory, 'admin.log'),
    ENVOY_CONCURRENCY: '2',
    ...more,
  }
  const result = buildBootstrap({ image: 'stock', environment, files: {}, host: {} })
  if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path} ${message}`).join('; '))
  return { bootstrap: JSON.stringify(result.bootstrap), args: result.arguments }
}
