/** What a form does to its draft. */
import type { TSchema } from 'typebox'
import { isRecord, prune } from '../../../model/prune.js'
import {
  below,
  isRequiredAt,
  itemsIn,
  schemaAt,
  valueAt,
  withoutValue,
  withValue,
  type Draft,
  type DraftRecord,
} from '../draft.js'
import type { ChoiceField, GroupField, MemberField, MemberOption, RowsField } from './field.js'

/** The draft of a request, and the schema of that request. */
export interface Subject {
  readonly schema: TSchema
  readonly draft: Draft
}

/** A field, and the path below which it stands. */
export interface Placed<F> {
  readonly field: F
  readonly base: string
}

/** Sets the value of `path`, which is below `base`; undefined removes it, and what this leaves empty between both. */
export function setValue({ schema, draft }: Subject, base: string, path: string, value: Draft | undefined): Draft {
  const full = below(base, path)
  return value === undefined ? withoutValue(schema, draft, full, base) : withValue(draft, full, value)
}

/** Sets a choice and what follows from it. */
export function setChoice(subject: Subject, { field, base }: Placed<ChoiceField>, value: string | undefined): Draft {
  const draft = setValue(subject, base, field.path, value)
  const record = valueAt(draft, base)
  return field.then && record !== undefined ? withValue(draft, base, field.then(record, field.path)) : draft
}

/** The option of which there is something; undefined when there is none. */
export function chosenOption(draft: Draft, { field, base }: Placed<MemberField>): MemberOption | undefined {
  const place = below(base, field.path)
  return field.options.find(({ member }) => valueAt(draft, below(place, member)) !== undefined)
}

/** Makes `member` the one that is there, with as much of the former one as fits; undefined for none. */
export function chooseOption(
  { schema, draft }: Subject,
  placed: Placed<MemberField>,
  member: string | undefined,
): Draft {
  const { field, base } = placed
  const place = below(base, field.path)
  const former = chosenOption(draft, placed)
  if (former?.member === member) return draft
  const before = former && valueAt(draft, below(place, former.member))
  const others = field.options.filter((option) => option.member !== member)
  const cleared = others.reduce((left, option) => withoutValue(schema, left, below(place, option.member), base), draft)
  const chosen = field.options.find((option) => option.member === member)
  if (!chosen) return cleared
  return withValue(cleared, below(place, chosen.member), carryOver(schema, below(place, chosen.member), before, chosen))
}

/** What of a former member fits the chosen one: a text stays, a record keeps the members that the new one has, too. */
function carryOver(schema: TSchema, path: string, before: Draft | undefined, { initial, fields }: MemberOption): Draft {
  const isText = fields[0]?.type === 'text' && fields[0].path === ''
  if (isText && typeof before === 'string') return before
  if (!isRecord(initial) || !isRecord(before)) return initial
  const kept = prune(schemaAt(schema, path) ?? {}, before) as DraftRecord
  return { ...initial, ...kept }
}

/** Makes the record of a group, or removes it. */
export function toggleGroup(subject: Subject, { field, base }: Placed<GroupField>, on: boolean): Draft {
  return setValue(subject, base, field.path, on ? (field.initial ?? {}) : undefined)
}

/** One more row, as the field says new ones are. */
export function addRow({ draft }: Subject, { field, base }: Placed<RowsField>): Draft {
  const path = below(base, field.path)
  return withValue(draft, path, [...itemsIn(valueAt(draft, path)), field.initial])
}

/** One more empty value. */
export function addValue({ draft }: Subject, path: string): Draft {
  return withValue(draft, path, [...itemsIn(valueAt(draft, path)), ''])
}

/** Removes a row; with the last one goes the list, unless its record requires it or the field stands for the list itself. */
export function removeRow({ schema, draft }: Subject, base: string, path: string, index: number): Draft {
  const full = below(base, path)
  const left = itemsIn(valueAt(draft, full)).filter((_, at) => at !== index)
  if (left.length > 0 || path === '') return withValue(draft, full, left)
  const emptied = withoutValue(schema, draft, full, base)
  return isRequiredAt(schema, full) && valueAt(emptied, parentOf(full)) !== undefined
    ? withValue(draft, full, [])
    : emptied
}

function parentOf(path: string): string {
  return path.replace(/(?:\[\d+\]|\.?[^.[\]]+)$/, '')
}

/** Adds or removes one value of a list of texts; the others keep their order. */
export function toggleValue(subject: Subject, base: string, path: string, value: string, on: boolean): Draft {
  const others = itemsIn(valueAt(subject.draft, below(base, path))).filter((item) => item !== value)
  const values = on ? [...others, value] : others
  return setValue(subject, base, path, values.length > 0 ? values : undefined)
}
