/** Fields that hold other fields: groups, choices between members, and what depends on a protocol. */
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tiles from '@cloudscape-design/components/tiles'
import Toggle from '@cloudscape-design/components/toggle'
import Box from '@cloudscape-design/components/box'
import type { ReactNode } from 'react'
import { below, textIn, valueAt } from '../data/draft.js'
import { chooseOption, chosenOption, setValue, toggleGroup } from '../data/form/edit.js'
import type { ByProtocolField, GroupField, MemberField } from '../data/form/field.js'
import { LabelledField, RowContext } from './labelled.js'
import type { FieldProps } from './scalar-fields.js'
import { useForm } from './use-form.js'

export function GroupInput({ field, base }: FieldProps<GroupField>) {
  const form = useForm()
  const path = below(base, field.path)
  const inside = form.renderFields(field.fields, path, field.inline ? 'row' : 'column')
  const inline = <div className="form-row">{inside}</div>
  if (field.toggle !== undefined) {
    return (
      <Toggled
        path={path}
        label={field.label}
        toggle={field.toggle}
        description={field.description}
        isOn={valueAt(form.draft, path) !== undefined}
        onToggle={(on) => form.update((subject) => toggleGroup(subject, { field, base }, on))}
      >
        {field.inline ? inline : inside}
      </Toggled>
    )
  }
  if (field.inline) return inline
  return (
    <div data-field={path} role="group" aria-label={field.label}>
      <SpaceBetween size="s">
        <Box variant="h4">{field.label}</Box>
        <ErrorLine path={path} />
        <div className="form-nested">{inside}</div>
      </SpaceBetween>
    </div>
  )
}

export function ByProtocolInput({ field, base }: FieldProps<ByProtocolField>) {
  const form = useForm()
  const path = below(base, field.path)
  const protocol = textIn(valueAt(form.draft, below(base, field.protocol)))
  return (
    <Toggled
      path={path}
      label={field.label}
      toggle={field.toggle}
      description={field.description}
      isOn={valueAt(form.draft, path) !== undefined}
      onToggle={(on) =>
        form.update((subject) => setValue(subject, base, field.path, on ? { [protocol]: {} } : undefined))
      }
    >
      <div className="form-row">{form.renderFields(field.options[protocol] ?? [], below(path, protocol), 'row')}</div>
    </Toggled>
  )
}

interface Switched {
  readonly path: string
  readonly label: string
  readonly toggle: string
  readonly description: string | undefined
  readonly isOn: boolean
  readonly onToggle: (on: boolean) => void
  readonly children: ReactNode
}

/** A part that may be absent: a switch, and the fields of the part below it while it is there. */
function Toggled({ path, label, toggle, description, isOn, onToggle, children }: Switched) {
  return (
    <div data-field={path} role="group" aria-label={label}>
      <SpaceBetween size="s">
        <Toggle checked={isOn} description={description} onChange={({ detail }) => onToggle(detail.checked)}>
          {toggle}
        </Toggle>
        <ErrorLine path={path} />
        {isOn && <div className="form-nested">{children}</div>}
      </SpaceBetween>
    </div>
  )
}

/** What is wrong with a group as a whole. */
function ErrorLine({ path }: { readonly path: string }) {
  const text = useForm().problemAt(path)
  return text === '' ? null : <FormField errorText={text} />
}

const NONE = ''

export function MemberInput({ field, base }: FieldProps<MemberField>) {
  const form = useForm()
  const path = below(base, field.path)
  const chosen = chosenOption(form.draft, { field, base })
  const inside =
    chosen &&
    chosen.fields.length > 0 &&
    form.renderFields(chosen.fields, below(path, chosen.member), field.inline ? 'row' : 'column')
  const choice = (
    <LabelledField field={field} path={path} isComplete>
      <MemberChoice
        field={field}
        value={chosen?.member ?? (field.none === undefined ? null : NONE)}
        isInvalid={form.problemAt(path) !== ''}
        onChoose={(member) => {
          form.update((subject) => chooseOption(subject, { field, base }, member === NONE ? undefined : member))
          form.touch(path)
        }}
      />
    </LabelledField>
  )
  if (field.inline) {
    return (
      <div className="form-row form-wide">
        <RowContext value>{choice}</RowContext>
        {inside}
      </div>
    )
  }
  return (
    <SpaceBetween size="m">
      {choice}
      {inside && <div className="form-nested">{inside}</div>}
    </SpaceBetween>
  )
}

interface Option {
  readonly value: string
  readonly label: string
  readonly description?: string
}

interface MemberControl {
  readonly field: MemberField
  readonly value: string | null
  readonly isInvalid: boolean
  readonly onChoose: (member: string) => void
}

function MemberChoice({ field, value, isInvalid, onChoose }: MemberControl) {
  const options: Option[] = field.options.map(({ member, label, description }) => ({
    value: member,
    label,
    ...(description !== undefined && { description }),
  }))
  const none: Option[] = field.none === undefined ? [] : [{ value: NONE, label: field.none }]
  if (field.as === 'select') {
    const ordered = [...none, ...options]
    return (
      <Select
        options={ordered}
        selectedOption={ordered.find((option) => option.value === value) ?? null}
        placeholder="Choose"
        invalid={isInvalid}
        onChange={({ detail }) => onChoose(detail.selectedOption.value ?? NONE)}
      />
    )
  }
  const change = ({ detail }: { detail: { value: string } }): void => onChoose(detail.value)
  return field.as === 'tiles' ? (
    <Tiles items={[...options, ...none]} value={value} onChange={change} />
  ) : (
    <RadioGroup items={[...options, ...none]} value={value} onChange={change} />
  )
}
