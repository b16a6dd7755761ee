/** What every operation is given: the service it runs in, and the call it answers. */
import type { Resource, Tag } from '../model/resource.js'
import type { Store } from '../store/store.js'
import type { Quotas } from './quotas.js'

export interface ApiContext {
  readonly store: Store
  /** 12-digit account of everybody who calls, and of everything they create. */
  readonly account: string
  /** Region in ARNs. */
  readonly region: string
  /** Makes uids. */
  readonly uuid: () => string
  readonly quotas: Quotas
}

/** The members of any operation's input that the generic operations read; its schema has checked their types. */
export interface Input {
  readonly [member: string]: unknown
  readonly clientToken?: string
  readonly meshName?: string
  readonly meshOwner?: string
  readonly limit?: number
  readonly nextToken?: string
  readonly resourceArn?: string
  readonly spec?: Resource['spec']
  readonly tags?: readonly Tag[]
}

export interface Call {
  readonly operation: string
  /** Access key id, or `anonymous`. */
  readonly principal: string
  readonly input: Input
}

export interface Answer {
  readonly body: object
  /** Of a write: the revision that made what is answered. */
  readonly revision?: number
}

export type Handler = (context: ApiContext, call: Call) => Promise<Answer>
