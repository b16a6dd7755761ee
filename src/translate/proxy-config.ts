/** What translation makes for one proxy. */
import type { Cluster, Listener, RouteConfiguration } from '../envoy/types.js'
import type { Problem } from '../model/problem.js'
import type { EndpointNeed } from './endpoint-need.js'
import type { SecretNeed } from './secret-need.js'

/** Messages that did not change since the last translation with the same memo are the same objects. */
export interface ProxyConfig {
  readonly listeners: readonly Listener[]
  readonly routes: readonly RouteConfiguration[]
  readonly clusters: readonly Cluster[]
  /** The clusters whose endpoints come from Cloud Map, apart from all else: they change by themselves. */
  readonly endpoints: readonly EndpointNeed[]
  /** What the listeners and clusters fetch by SDS over ADS, each name once, by name. */
  readonly secrets: readonly SecretNeed[]
  /** What in the mesh could not be followed; the configuration is valid for Envoy all the same. */
  readonly problems: readonly Problem[]
}
