/**
 * What forms are described with. A form is data: sections of fields, each with the place in the request that it edits, so that pages,
 * problems and tests can all walk it. Limits, what is required and the values of a choice come from the model's schemas, not from here.
 */
import type { TObject } from 'typebox'
import type { Kind } from '../../../model/resource.js'
import type { Draft, DraftRecord } from '../draft.js'

export type Field =
  | TextField
  | NumberField
  | ChoiceField
  | FlagField
  | DurationField
  | ChoicesField
  | ValuesField
  | RowsField
  | GroupField
  | MemberField
  | ByProtocolField

interface AnyField {
  /** Below the place of the section, row, group or member that has the field, e.g. `portMapping.port`; empty for that place itself. */
  readonly path: string
  readonly label: string
  readonly description?: string
}

/** What a field offers to choose from besides free text: names and ports of the mesh. */
export type Suggest =
  'virtualNode' | 'virtualRouter' | 'virtualService' | 'targetPort' | 'routerPort' | 'gatewayPort' | 'servicePort'

export interface TextField extends AnyField {
  readonly type: 'text'
  readonly placeholder?: string
  readonly suggest?: Suggest
  /** Empty is a value of its own here, other than absent. */
  readonly keepsEmpty?: boolean
  readonly lines?: number
  readonly enabledBy?: Enabling
}

export interface NumberField extends AnyField {
  readonly type: 'number'
  readonly placeholder?: string
  readonly suggest?: Suggest
  /** What is counted, e.g. `milliseconds`. */
  readonly unit?: string
}

/** One of the values of an enumeration, in the order of `labels`. */
export interface ChoiceField extends AnyField {
  readonly type: 'choice'
  readonly labels: Readonly<Record<string, string>>
  readonly descriptions?: Readonly<Record<string, string>>
  /** How absence is called, where the value may be absent. */
  readonly absent?: string
  readonly as?: 'select' | 'radio'
  /** What else changes in the record that has the field, once this value has. */
  readonly then?: Consequence
}

export interface FlagField extends AnyField {
  readonly type: 'flag'
  /** What absence means. */
  readonly default: boolean
}

/** A value and its unit. */
export interface DurationField extends AnyField {
  readonly type: 'duration'
  readonly placeholder?: string
}

/** Several values of a list of texts, each with its label. */
export interface ChoicesField extends AnyField {
  readonly type: 'choices'
  readonly labels: Readonly<Record<string, string>>
}

/** A list of texts or numbers, one to a row. */
export interface ValuesField extends AnyField {
  readonly type: 'values'
  readonly add: string
  /** What one is called. */
  readonly item: string
  readonly placeholder?: string
}

/** A list of records. */
export interface RowsField extends AnyField {
  readonly type: 'rows'
  readonly add: string
  readonly item: string
  readonly fields: readonly Field[]
  readonly initial: DraftRecord
  /** One line to a record, its fields side by side; else a block to a record. */
  readonly inline?: boolean
  /** It is all that its section has, so that the title of the section says what it is. */
  readonly isAlone?: boolean
  /** What is said below the rows. */
  readonly summary?: (rows: readonly Draft[]) => string
}

/** Fields of a record. With `toggle` the record may be absent, and the toggle makes it. */
export interface GroupField extends AnyField {
  readonly type: 'group'
  readonly fields: readonly Field[]
  readonly toggle?: string
  readonly initial?: DraftRecord
  readonly inline?: boolean
}

/** A place below which exactly one of several values is there, or none where `none` says what that is called. */
export interface MemberField extends AnyField {
  readonly type: 'member'
  readonly as: 'tiles' | 'radio' | 'select'
  readonly options: readonly MemberOption[]
  readonly none?: string
  /** The other fields stand beside the choice, not below it. */
  readonly inline?: boolean
}

export interface MemberOption {
  /** Where the value is, below the field: a member of a union, or a path such as `path.exact`. */
  readonly member: string
  readonly label: string
  readonly description?: string
  /** Below the member. */
  readonly fields: readonly Field[]
  /** What the member is when it has just been chosen. A text that is there already goes over to another text. */
  readonly initial: Draft
}

/** A record whose one member is that of the listener's protocol. */
export interface ByProtocolField extends AnyField {
  readonly type: 'byProtocol'
  readonly toggle: string
  /** Beside this field: where the protocol is. */
  readonly protocol: string
  readonly options: Readonly<Record<string, readonly Field[]>>
}

/** Enabled while the value beside the field is one of these. */
export interface Enabling {
  readonly path: string
  readonly values: readonly string[]
  readonly otherwise: string
}

/** The record after a choice in it has changed. */
export type Consequence = (record: Draft, pathOfChoice: string) => Draft

export interface Section {
  readonly title: string
  readonly description?: string
  /** Where its fields start. Shown only while there is something at `base`, unless that is the spec itself or what is above it. */
  readonly base: string
  /** Folded until it has content. */
  readonly optional?: boolean
  readonly fields: readonly Field[]
}

export interface KindForm<K extends Kind = Kind> {
  readonly kind: K
  /** As headings say it, e.g. `virtual node`. */
  readonly noun: string
  readonly create: TObject
  readonly update: TObject
  /** What a new form starts with. */
  readonly initial: DraftRecord
  readonly sections: readonly Section[]
}
