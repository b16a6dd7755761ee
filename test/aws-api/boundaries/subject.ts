/** What the boundary suite has to know of an API. */
import type { Member, Model } from '../model.js'
import type { Answer, ApiService, Input } from '../service.js'
import type { Place } from './places.js'
import type { Probe } from './probes.js'

export interface Limits {
  readonly min?: number
  readonly max?: number
}

export interface Rule extends Limits {
  /** What the service says outside of these limits, of the member's path; a pattern of the whole message where it speaks of another path. */
  readonly text?: string | RegExp
  /** Of those that the model has, or where it has none. */
  readonly enum?: readonly string[]
  readonly required?: boolean
  /** What the service says of values that only it can make. */
  readonly foreign?: string
  /** The exception for too many of something, where it has one of its own. */
  readonly excess?: { readonly code: string; readonly text: RegExp }
  /** What the service says of keys that are too long, or against their pattern. */
  readonly keys?: { readonly size: string; readonly pattern?: string }
  /** On either side of the member's pattern. */
  readonly samples?: { readonly taken: readonly string[]; readonly refused: readonly string[] }
}

/** Where the documented rules say more than the model's constraints, and values that satisfy all of them. By `Shape.member`, with `[]` for items. */
export interface LimitBook {
  readonly rule: (key: string) => Rule | undefined
  /** A text of `length` characters that the rules take. */
  readonly text: (key: string, length: number) => string
  /** A list of `length` items like `item` that the rules take: where items must differ, they do. */
  readonly list: (key: string, item: unknown, length: number) => unknown[]
}

export type BodyOf<Service> = Service extends ApiService<infer Body> ? Body : never

export interface Subject<Service extends ApiService<object>> {
  readonly model: Model
  readonly limits: LimitBook
  /** Of an input that breaks a limit. */
  readonly refusal: string
  /** Legal inputs that have, together, every member that an input of the operation can have. */
  readonly inputsOf: (operation: string) => readonly Input[]
  /** Shapes that are no unions in the model, but of which exactly one member must be there all the same. */
  readonly unions: Readonly<Record<string, readonly string[]>>
  readonly open: () => Promise<Service>
  /** Whether the value can be sent in that place at all. */
  readonly canBeSent: (operation: string, place: Place, probe: Probe, member: Member) => boolean
  /** The input with the probe in it, and with what must go with it. */
  readonly buildInput: (key: string, probe: Probe, place: Place) => Input
  /** What must be there before the call. */
  readonly prepare: (service: Service, operation: string, place: Place) => Promise<void>
  /** Takes away what the call has made. */
  readonly cleanUp: (service: Service, operation: string, answer: Answer<object>) => Promise<void>
  /** The exception that a legal value is answered with, such as one for a name that nothing has; undefined for a result. */
  readonly exceptionFor: (operation: string, key: string, place: Place, value: unknown) => string | undefined
  /** What is wrong with the result for a legal value. */
  readonly faultOf: (
    service: Service,
    operation: string,
    input: Input,
    body: BodyOf<Service>,
  ) => Promise<string | undefined>
}
