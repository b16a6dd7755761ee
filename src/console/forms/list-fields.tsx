/** Fields of several values: rows of records, rows of values, and sets of choices. */
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { below, isRequiredAt, itemsIn, schemaAt, textIn, valueAt, withValue } from '../data/draft.js'
import { addRow, addValue, removeRow, toggleValue } from '../data/form/edit.js'
import type { ChoicesField, Field, RowsField, ValuesField } from '../data/form/field.js'
import { OptionalLabel } from './labelled.js'
import type { FieldProps } from './scalar-fields.js'
import { useForm } from './use-form.js'

export function RowsInput({ field, base }: FieldProps<RowsField>) {
  const form = useForm()
  const path = below(base, field.path)
  const rows = itemsIn(valueAt(form.draft, path))
  const items = rows.map((_, index) => {
    const name = `${field.item} ${index + 1}`
    const remove = (
      <Button
        formAction="none"
        ariaLabel={`Remove ${name}`}
        onClick={() => form.update((subject) => removeRow(subject, base, field.path, index))}
      >
        Remove
      </Button>
    )
    const inside = form.renderFields(field.fields, `${path}[${index}]`, field.inline ? 'row' : 'column')
    return field.inline ? (
      <div key={index} role="group" aria-label={name} className="form-row">
        {inside}
        <div className="form-row-remove">{remove}</div>
      </div>
    ) : (
      <div key={index} role="group" aria-label={name} className="form-block">
        <SpaceBetween size="l">
          <Header variant="h3" actions={remove}>
            {name}
          </Header>
          {inside}
        </SpaceBetween>
      </div>
    )
  })
  return (
    <ListField field={field} path={path}>
      {items}
      {rows.length > 0 && field.summary && <Box color="text-body-secondary">{field.summary(rows)}</Box>}
      <AddButton
        field={field}
        path={path}
        count={rows.length}
        onAdd={() => form.update((subject) => addRow(subject, { field, base }))}
      />
    </ListField>
  )
}

export function ValuesInput({ field, base }: FieldProps<ValuesField>) {
  const form = useForm()
  const path = below(base, field.path)
  const values = itemsIn(valueAt(form.draft, path))
  return (
    <ListField field={field} path={path}>
      {values.map((value, index) => {
        const at = `${path}[${index}]`
        return (
          <div key={index} className="form-row" data-field={at}>
            <FormField errorText={form.problemAt(at)} stretch>
              <Input
                value={textIn(value)}
                ariaLabel={`${field.item} ${index + 1}`}
                placeholder={field.placeholder ?? ''}
                autoComplete={false}
                invalid={form.problemAt(at) !== ''}
                onChange={({ detail }) => form.update(({ draft }) => withValue(draft, at, detail.value))}
                onBlur={() => form.touch(at)}
              />
            </FormField>
            <Button
              formAction="none"
              ariaLabel={`Remove ${field.item} ${index + 1}`}
              onClick={() => form.update((subject) => removeRow(subject, base, field.path, index))}
            >
              Remove
            </Button>
          </div>
        )
      })}
      <AddButton
        field={field}
        path={path}
        count={values.length}
        onAdd={() => form.update((subject) => addValue(subject, path))}
      />
    </ListField>
  )
}

export function ChoicesInput({ field, base }: FieldProps<ChoicesField>) {
  const form = useForm()
  const path = below(base, field.path)
  const chosen = itemsIn(valueAt(form.draft, path)).map(textIn)
  const strangers = chosen.filter((value) => !(value in field.labels))
  const labels = { ...field.labels, ...Object.fromEntries(strangers.map((value) => [value, value])) }
  return (
    <ListField field={field} path={path}>
      {Object.entries(labels).map(([value, label]) => (
        <Checkbox
          key={value}
          checked={chosen.includes(value)}
          onChange={({ detail }) =>
            form.update((subject) => toggleValue(subject, base, field.path, value, detail.checked))
          }
        >
          {label}
        </Checkbox>
      ))}
    </ListField>
  )
}

interface Listed {
  readonly field: Field
  readonly path: string
  readonly children: ReactNode
}

/** A list is a group of controls: its label belongs to all of them, and its problems are told above them. */
function ListField({ field, path, children }: Listed) {
  const { schema, problemAt } = useForm()
  const isOptional = !isRequiredAt(schema, path) && field.path !== ''
  const isAlone = field.type === 'rows' && (field.isAlone ?? false)
  return (
    <div data-field={path} role="group" aria-label={field.label}>
      <FormField
        label={isAlone ? undefined : isOptional ? <OptionalLabel text={field.label} /> : field.label}
        description={field.description}
        errorText={problemAt(path)}
        stretch
      >
        <SpaceBetween size={field.type === 'choices' ? 'xxs' : 's'}>{children}</SpaceBetween>
      </FormField>
    </div>
  )
}

interface Adding {
  readonly field: RowsField | ValuesField
  readonly path: string
  readonly count: number
  readonly onAdd: () => void
}

function AddButton({ field, path, count, onAdd }: Adding) {
  const { schema } = useForm()
  const { maxItems = Infinity } = schemaAt(schema, path) ?? {}
  return (
    <Button
      formAction="none"
      iconName="add-plus"
      disabled={count >= maxItems}
      disabledReason={`There can be ${maxItems} at most.`}
      onClick={onAdd}
    >
      {field.add}
    </Button>
  )
}
