/** Fields of all types, beside each other or one below the other. */
import type { ReactNode } from 'react'
import { below } from '../data/draft.js'
import type { Field } from '../data/form/field.js'
import { ChoicesInput, RowsInput, ValuesInput } from './list-fields.js'
import { RowContext } from './labelled.js'
import { ByProtocolInput, GroupInput, MemberInput } from './nested-fields.js'
import { ChoiceInput, DurationInput, FlagInput, TextInput } from './scalar-fields.js'

/** `fields`, whose paths start at `base`. In a row they are children of the row itself. */
export function renderFields(fields: readonly Field[], base: string, as: 'row' | 'column'): ReactNode {
  const inputs = fields.map((field) => (
    <FieldInput key={`${below(base, field.path)} ${field.label}`} field={field} base={base} />
  ))
  const isRow = as === 'row'
  return <RowContext value={isRow}>{isRow ? inputs : <div className="form-column">{inputs}</div>}</RowContext>
}

function FieldInput({ field, base }: { readonly field: Field; readonly base: string }) {
  switch (field.type) {
    case 'text':
    case 'number':
      return <TextInput field={field} base={base} />
    case 'choice':
      return <ChoiceInput field={field} base={base} />
    case 'flag':
      return <FlagInput field={field} base={base} />
    case 'duration':
      return <DurationInput field={field} base={base} />
    case 'choices':
      return <ChoicesInput field={field} base={base} />
    case 'values':
      return <ValuesInput field={field} base={base} />
    case 'rows':
      return <RowsInput field={field} base={base} />
    case 'group':
      return <GroupInput field={field} base={base} />
    case 'member':
      return <MemberInput field={field} base={base} />
    case 'byProtocol':
      return <ByProtocolInput field={field} base={base} />
  }
}
