/** Who receives the pushes: a bare gRPC client, or a real Envoy. */
import { buildMeshView } from '../../src/model/mesh-view.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE } from '../../src/translate/proxy.js'
import { translate } from '../../src/translate/translate.js'
import { envoyBinary, NEWEST } from '../../test/envoy/install.js'
import { startLocalEnvoy } from '../../test/envoy/local-envoy.js'
import { buildMesh, nodeName, refTo, type MeshShape } from '../mesh.js'
import { startScript, stopScript } from './planes.js'

export interface Client {
  readonly name: string
  /** Connects to `address`; the result ends it. */
  readonly start: (address: string, directory: string) => Promise<() => Promise<void>>
}

/** Acknowledges at once whatever comes: what is left is the server's and the transport's. */
export function bareClient(shape: MeshShape): Client {
  const proxy = refTo(shape, 'virtualNode', nodeName(0))
  const { routes } = translate(buildMeshView(buildMesh(shape), 1), proxy, { dialect: BASELINE, memo: createMemo() })
  return {
    name: 'bare client',
    async start(address) {
      const child = startScript('bare-client.ts', [address, nodeId(shape), ...routes.map(({ name }) => name ?? '')])
      return () => stopScript(child)
    },
  }
}

/** The newest Envoy with the bootstrap that meshkeeper prints. It listens on ports 15000 and 15001 of this machine. */
export function realEnvoy(shape: MeshShape): Client {
  return {
    name: `Envoy ${NEWEST}`,
    async start(address, directory) {
      const environment = { APPMESH_RESOURCE_ARN: nodeId(shape), APPMESH_XDS_ENDPOINT: address }
      const binary = await envoyBinary()
      const envoy = await startLocalEnvoy({ binary, directory, input: { image: 'stock', environment } })
      return async () => {
        await envoy.child.stop()
      }
    },
  }
}

function nodeId({ name }: MeshShape): string {
  return `mesh/${name}/virtualNode/${nodeName(0)}`
}
