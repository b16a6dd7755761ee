/** What configurations are for. */
import type { MeshView } from '../model/mesh-view.js'
import { refKey } from '../model/references.js'
import type { Dialect, ProxyRef } from '../translate/proxy.js'

/** One configuration: a virtual node or gateway in one dialect, for all of its Envoys, or for those of them that may not have private keys. */
export interface Proxy {
  readonly key: string
  readonly ref: ProxyRef
  readonly dialect: Dialect
  /** Why there are no private keys in it; absent when they may be. */
  readonly keysRefused?: string
}

/** The key of a configuration, with private keys in it or without. */
export function proxyKey(ref: ProxyRef, dialect: Dialect, keys = true): string {
  return `${refKey(ref)}#${dialect.name}${keys ? '' : '#without-keys'}`
}

/** True when the virtual node or gateway exists. */
export function hasProxy(view: MeshView, { kind, name }: ProxyRef): boolean {
  return (kind === 'virtualNode' ? view.virtualNodes : view.virtualGateways).has(name)
}
