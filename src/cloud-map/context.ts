/** What every operation of Cloud Map is given: the service it runs in, and the call it answers. */
import type { TObject } from 'typebox'
import type { Store } from '../store/store.js'
import type { Registry } from './registry.js'

/** The most there may be of each; what is absent has no limit. */
export interface CloudMapQuotas {
  /** Namespaces of the account. */
  readonly namespaces?: number
  /** Instances of one service. */
  readonly instances?: number
  /** Attributes of one instance, those with a meaning of their own not counted. */
  readonly instanceAttributes?: number
}

export interface CloudMapContext {
  readonly store: Store
  readonly registry: Registry
  /** 12-digit account that owns everything here. */
  readonly account: string
  /** Region in ARNs. */
  readonly region: string
  readonly quotas: CloudMapQuotas
  /** Makes ids: `length` lower-case letters and digits. */
  readonly randomText: (length: number) => string
}

export interface CloudMapCall<Input> {
  readonly operation: string
  /** Access key id, or `anonymous`. */
  readonly principal: string
  readonly input: Input
}

export interface CloudMapAnswer {
  readonly body: object
  /** Of a write: the revision that made what is answered. */
  readonly revision?: number
}

export type CloudMapHandler<Input> = (context: CloudMapContext, call: CloudMapCall<Input>) => Promise<CloudMapAnswer>

/** One row of the table of operations. */
export interface CloudMapOperation {
  readonly input: TObject
  readonly handle: CloudMapHandler<never>
}
