/** Fields of one value: texts, numbers, choices, flags and durations. */
import Autosuggest from '@cloudscape-design/components/autosuggest'
import Checkbox from '@cloudscape-design/components/checkbox'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import Textarea from '@cloudscape-design/components/textarea'
import { below, textIn, valueAt } from '../data/draft.js'
import { setChoice, setValue } from '../data/form/edit.js'
import type { ChoiceField, DurationField, Enabling, FlagField, NumberField, TextField } from '../data/form/field.js'
import { suggest } from '../data/form/suggestions.js'
import { LabelledField } from './labelled.js'
import { useForm } from './use-form.js'

export interface FieldProps<F> {
  readonly field: F
  readonly base: string
}

export function TextInput({ field, base }: FieldProps<TextField | NumberField>) {
  const form = useForm()
  const path = below(base, field.path)
  const keepsEmpty = field.type === 'text' && (field.keepsEmpty ?? false)
  const blocked =
    field.type === 'text' ? blockedBy(field.enabledBy, (beside) => valueAt(form.draft, below(base, beside))) : ''
  const control = {
    value: textIn(valueAt(form.draft, path)),
    placeholder: field.placeholder ?? '',
    disabled: blocked !== '',
    invalid: form.problemAt(path) !== '',
    onChange: ({ detail: { value } }: { detail: { value: string } }) =>
      form.update((subject) => setValue(subject, base, field.path, value === '' && !keepsEmpty ? undefined : value)),
    onBlur: () => form.touch(path),
  }
  const unit = field.type === 'number' ? field.unit : undefined
  const shown = { ...field, description: [field.description, blocked, unit && `In ${unit}.`].filter(Boolean).join(' ') }
  return (
    <LabelledField field={shown} path={path}>
      <TextControl field={field} base={base} control={control} />
    </LabelledField>
  )
}

interface Control {
  readonly value: string
  readonly placeholder: string
  readonly disabled: boolean
  readonly invalid: boolean
  readonly onChange: (event: { detail: { value: string } }) => void
  readonly onBlur: () => void
}

function TextControl({ field, base, control }: FieldProps<TextField | NumberField> & { readonly control: Control }) {
  const { draft, place, neighbours } = useForm()
  if (field.type === 'text' && field.lines !== undefined) return <Textarea {...control} rows={field.lines} />
  if (field.suggest === undefined)
    return (
      <Input {...control} {...(field.type === 'number' && { inputMode: 'numeric' as const })} autoComplete={false} />
    )
  const values = suggest(field.suggest, { place, neighbours, draft, record: valueAt(draft, base) })
  return (
    <Autosuggest
      {...control}
      options={values.map((value) => ({ value }))}
      enteredTextLabel={(value) => `Use: "${value}"`}
      empty="The mesh has none to suggest"
    />
  )
}

/** Why a field is greyed out; empty while it is not. */
function blockedBy(enabledBy: Enabling | undefined, valueOf: (path: string) => unknown): string {
  if (!enabledBy) return ''
  const value = valueOf(enabledBy.path)
  return typeof value === 'string' && enabledBy.values.includes(value) ? '' : enabledBy.otherwise
}

export function ChoiceInput({ field, base }: FieldProps<ChoiceField>) {
  const form = useForm()
  const path = below(base, field.path)
  const value = textIn(valueAt(form.draft, path))
  const choose = (chosen: string): void => {
    form.update((subject) => setChoice(subject, { field, base }, chosen === '' ? undefined : chosen))
    form.touch(path)
  }
  const options = optionsOf(field, value)
  return (
    <LabelledField field={field} path={path} isComplete={field.absent !== undefined}>
      {field.as === 'radio' ? (
        <RadioGroup items={options} value={value} onChange={({ detail }) => choose(detail.value)} />
      ) : (
        <Select
          options={options}
          selectedOption={options.find((option) => option.value === value) ?? null}
          placeholder="Choose"
          invalid={form.problemAt(path) !== ''}
          onChange={({ detail }) => choose(detail.selectedOption.value ?? '')}
          onBlur={() => form.touch(path)}
        />
      )}
    </LabelledField>
  )
}

interface Option {
  readonly value: string
  readonly label: string
  readonly description: string
}

/** The values to choose from; `value` is among them even when the form does not know it. */
function optionsOf({ labels, absent, descriptions = {} }: ChoiceField, value: string): Option[] {
  const known: Record<string, string> = { ...(absent !== undefined && { '': absent }), ...labels }
  const all = value in known || value === '' ? known : { ...known, [value]: value }
  return Object.entries(all).map(([each, label]) => ({ value: each, label, description: descriptions[each] ?? '' }))
}

export function FlagInput({ field, base }: FieldProps<FlagField>) {
  const form = useForm()
  const path = below(base, field.path)
  const value = valueAt(form.draft, path)
  return (
    <div data-field={path} className="form-flag">
      <Checkbox
        checked={typeof value === 'boolean' ? value : field.default}
        description={field.description}
        onChange={({ detail: { checked } }) =>
          form.update((subject) => setValue(subject, base, field.path, checked === field.default ? undefined : checked))
        }
      >
        {field.label}
      </Checkbox>
    </div>
  )
}

const UNITS = [
  { value: 's', label: 'seconds' },
  { value: 'ms', label: 'milliseconds' },
]

export function DurationInput({ field, base }: FieldProps<DurationField>) {
  const form = useForm()
  const path = below(base, field.path)
  const duration = valueAt(form.draft, path)
  const unit = textIn(valueAt(form.draft, `${path}.unit`)) || 's'
  const isInvalid = form.problemAt(path) !== ''
  const setLength = (value: string): void =>
    form.update(({ schema, draft }) => {
      if (value === '') return setValue({ schema, draft }, base, field.path, undefined)
      const valued = setValue({ schema, draft }, base, `${field.path}.value`, value)
      return setValue({ schema, draft: valued }, base, `${field.path}.unit`, unit)
    })
  return (
    <LabelledField field={field} path={path}>
      <div className="form-duration">
        <Input
          // A duration without a value is 0, other than none at all.
          value={duration === undefined ? '' : textIn(valueAt(duration, 'value')) || '0'}
          placeholder={field.placeholder ?? ''}
          inputMode="numeric"
          autoComplete={false}
          invalid={isInvalid}
          onChange={({ detail }) => setLength(detail.value)}
          onBlur={() => form.touch(path)}
        />
        <Select
          options={UNITS}
          selectedOption={UNITS.find(({ value }) => value === unit) ?? null}
          disabled={duration === undefined}
          ariaLabel={`Unit of ${field.label}`}
          invalid={isInvalid}
          onChange={({ detail }) =>
            form.update((subject) => setValue(subject, base, `${field.path}.unit`, detail.selectedOption.value ?? 's'))
          }
        />
      </div>
    </LabelledField>
  )
}
