/** Which Envoy a configuration is for. */
import type { ResourceRef } from '../model/resource.js'

/** The virtual node or gateway that an Envoy stands for. */
export type ProxyRef = ResourceRef<'virtualNode' | 'virtualGateway'>

/**
 * What an Envoy understands beyond the baseline (Envoy 1.20: every type, enum value and extension that is emitted without a condition is known there).
 * A small value computed from the xDS node; snapshots are shared per (proxy, dialect). Today there is one.
 */
export interface Dialect {
  readonly name: 'baseline'
}

export const BASELINE: Dialect = { name: 'baseline' }
