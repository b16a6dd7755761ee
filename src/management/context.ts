/** What every endpoint is given. */
import type { ControlPlane } from '../control/control-plane.js'
import type { ProxyDirectory } from '../control/proxy-directory.js'
import type { Problem } from '../model/problem.js'
import type { Store } from '../store/store.js'

/** Where instances of Cloud Map services come from. */
export interface CloudMapOrigin {
  readonly source: 'embedded' | 'aws'
  /** Of AWS: the region that is asked; absent when the environment decides. */
  readonly region?: string
  readonly endpoint?: string
  /** Of AWS: the namespaces that it is asked for; absent means every one that the embedded Cloud Map does not have. */
  readonly namespaces?: readonly string[]
}

/** Where Envoys find this server. */
export type XdsListener = ({ readonly port: number } | { readonly path: string }) & { readonly tls: boolean }

/** Makes the bootstrap that the environment variables mean. */
export type BuildBootstrap = (
  flavour: 'stock' | 'appmesh',
  environment: Readonly<Record<string, string>>,
) => { readonly yaml: string; readonly warnings: readonly string[] } | { readonly problems: readonly Problem[] }

export interface ManagementContext {
  readonly store: Store
  readonly control: ControlPlane
  readonly directory: ProxyDirectory
  /** Of this program. */
  readonly version: string
  /** 12-digit account whose meshes are meant when no owner is given. */
  readonly account: string
  /** Region in ARNs. */
  readonly region: string
  readonly storeKind: 'sqlite' | 'postgres'
  readonly cloudMap: readonly CloudMapOrigin[]
  readonly xds: XdsListener
  readonly bootstrap: BuildBootstrap
}
