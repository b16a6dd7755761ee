/** What a form says, as labels and values: for somebody who looks it over before it is sent. */
import { below, itemsIn, textIn, valueAt, type Draft } from '../draft.js'
import { chosenOption } from './edit.js'
import type { Field, KindForm, MemberField } from './field.js'
import { shownSections } from './places.js'

export interface ReviewEntry {
  /** The path of the field. */
  readonly path: string
  readonly label: string
  readonly value: string
}

/** Every field of the form that has a value, in its order. */
export function reviewForm(form: KindForm, draft: Draft): ReviewEntry[] {
  return shownSections(form, draft).flatMap(({ base, fields }) => reviewFields(fields, base, draft))
}

function reviewFields(fields: readonly Field[], base: string, draft: Draft): ReviewEntry[] {
  return fields.flatMap((field) => {
    const path = below(base, field.path)
    const value = valueAt(draft, path)
    if (field.type === 'member') return reviewMember(field, base, draft)
    if (value === undefined) return []
    if (field.type === 'group') return reviewFields(field.fields, path, draft)
    if (field.type === 'rows')
      return itemsIn(value).flatMap((_, index) =>
        prefix(`${field.item} ${index + 1}`, reviewFields(field.fields, `${path}[${index}]`, draft)),
      )
    if (field.type === 'byProtocol') {
      const protocol = textIn(valueAt(draft, below(base, field.protocol)))
      return prefix(field.label, reviewFields(field.options[protocol] ?? [], below(path, protocol), draft))
    }
    return [{ path, label: field.label, value: formatValue(field, value) }]
  })
}

function reviewMember(field: MemberField, base: string, draft: Draft): ReviewEntry[] {
  const path = below(base, field.path)
  const chosen = chosenOption(draft, { field, base })
  if (!chosen) return []
  return [
    { path, label: field.label, value: chosen.label },
    ...reviewFields(chosen.fields, below(path, chosen.member), draft),
  ]
}

function formatValue(field: Field, value: Draft): string {
  if (field.type === 'choice') return field.labels[textIn(value)] ?? textIn(value)
  if (field.type === 'flag') return value === true ? 'Yes' : 'No'
  if (field.type === 'duration')
    return `${textIn(valueAt(value, 'value')) || '0'} ${textIn(valueAt(value, 'unit')) || 's'}`
  if (field.type === 'choices')
    return itemsIn(value)
      .map((each) => field.labels[textIn(each)] ?? textIn(each))
      .join(', ')
  if (field.type === 'values') return itemsIn(value).map(textIn).join(', ')
  return textIn(value)
}

function prefix(name: string, entries: readonly ReviewEntry[]): ReviewEntry[] {
  return entries.map(({ label, ...rest }) => ({ ...rest, label: `${name}: ${lower(label)}` }))
}

function lower(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label
}
