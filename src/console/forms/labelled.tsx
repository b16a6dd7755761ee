/** What surrounds every control: label, what it means, its limits, and what is wrong with its value. */
import FormField from '@cloudscape-design/components/form-field'
import { createContext, useContext, type ReactNode } from 'react'
import { isRequiredAt, schemaAt, type SchemaNode } from '../data/draft.js'
import type { Field } from '../data/form/field.js'
import { useForm } from './use-form.js'

/** Whether a field stands in a row with others. */
export const RowContext = createContext(false)

interface Labelled {
  readonly field: Field
  readonly path: string
  readonly children: ReactNode
  /** Absence is a value of its own here, so nothing is said of it being optional. */
  readonly isComplete?: boolean
}

export function LabelledField({ field, path, children, isComplete = false }: Labelled) {
  const { schema, problemAt } = useForm()
  const isInRow = useContext(RowContext)
  const isOptional = !isComplete && field.path !== '' && !isRequiredAt(schema, path)
  const limits = limitsOf(schemaAt(schema, path))
  // Beside each other, controls start at the same height only without anything above them but their labels.
  const notes = isInRow ? [field.description, limits] : [limits]
  return (
    <div data-field={path}>
      <FormField
        label={isOptional ? <OptionalLabel text={field.label} /> : field.label}
        description={isInRow ? undefined : field.description}
        constraintText={notes.filter(Boolean).join(' ')}
        errorText={problemAt(path)}
        stretch
      >
        {children}
      </FormField>
    </div>
  )
}

export function OptionalLabel({ text }: { readonly text: string }) {
  return (
    <span>
      {text} <i>- optional</i>
    </span>
  )
}

const OPEN_END = 2 ** 31 - 1
const GREATEST_PORT = 65535

/** Bounds that are worth saying: those of numbers that have both, unless these are those of ports, which everybody knows. */
function limitsOf({ type, minimum, maximum }: SchemaNode = {}): string | undefined {
  if (type !== 'integer' || minimum === undefined || minimum < 0 || maximum === GREATEST_PORT) return undefined
  return maximum === undefined || maximum >= OPEN_END ? undefined : `From ${minimum} to ${maximum}.`
}
