/** Which changes to show: kept in the address, and asked of the server. */
import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import { useEffect, useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { HistoryFilter } from '../access/management.js'
import { useMeshes } from '../access/queries.js'
import { LOGGED_KINDS } from '../data/change-texts.js'

const NAMES = ['mesh', 'meshOwner', 'kind', 'name', 'parent', 'principal', 'operation'] as const
type FilterName = (typeof NAMES)[number]

/** Somebody who types is not asked for after each letter. */
const PAUSE_MILLIS = 350

export function useHistoryFilter(): [HistoryFilter, (name: FilterName, value: string) => void] {
  const [params, setParams] = useSearchParams()
  const given = NAMES.map((name) => `${name}=${params.get(name) ?? ''}`).join('&')
  const filter = useMemo(() => {
    const values = NAMES.flatMap((name) => {
      const value = new URLSearchParams(given).get(name) ?? ''
      return value === '' ? [] : [[name, value]]
    })
    return Object.fromEntries(values) as HistoryFilter
  }, [given])
  const set = (name: FilterName, value: string): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  return [filter, set]
}

interface HistoryFiltersProps {
  readonly filter: HistoryFilter
  readonly onChange: (name: FilterName, value: string) => void
  /** Those of the changes that are shown. */
  readonly principals: readonly string[]
  readonly operations: readonly string[]
}

export function HistoryFilters({ filter, onChange, principals, operations }: HistoryFiltersProps) {
  const meshes = useMeshes().data ?? []
  const names = [...new Set([...meshes.map(({ meshName }) => meshName), ...(filter.mesh ? [filter.mesh] : [])])]
  return (
    <div className="history-filters">
      <Choice
        label="Mesh"
        any="Every mesh, and Cloud Map"
        value={filter.mesh ?? ''}
        options={names.map((name) => ({ value: name, label: name }))}
        onChange={(value) => onChange('mesh', value)}
      />
      <Choice
        label="Kind"
        any="Every kind"
        value={filter.kind ?? ''}
        options={LOGGED_KINDS.map(({ kind, title }) => ({ value: kind, label: title }))}
        onChange={(value) => onChange('kind', value)}
      />
      <Text label="Name" value={filter.name ?? ''} onChange={(value) => onChange('name', value)} />
      <Suggested
        label="Operation"
        value={filter.operation ?? ''}
        options={operations}
        onChange={(value) => onChange('operation', value)}
      />
      <Suggested
        label="By"
        value={filter.principal ?? ''}
        options={principals}
        onChange={(value) => onChange('principal', value)}
      />
    </div>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly any: string
  readonly value: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly onChange: (value: string) => void
}

function Choice({ label, any, value, options, onChange }: ChoiceProps) {
  const all = [{ value: '', label: any }, ...options]
  return (
    <FormField label={label}>
      <Select
        options={all}
        selectedOption={all.find((option) => option.value === value) ?? null}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  )
}

interface TextProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

function Text(props: TextProps) {
  const [text, setText] = usePausedText(props)
  return (
    <FormField label={props.label}>
      <Input type="search" placeholder="Exact" value={text} onChange={({ detail }) => setText(detail.value)} />
    </FormField>
  )
}

function Suggested(props: TextProps & { readonly options: readonly string[] }) {
  const [text, setText] = usePausedText(props)
  return (
    <FormField label={props.label}>
      <Autosuggest
        value={text}
        options={props.options.map((value) => ({ value }))}
        enteredTextLabel={(value) => `Use “${value}”`}
        onChange={({ detail }) => setText(detail.value)}
      />
    </FormField>
  )
}

/** What is typed, passed on after a pause. */
function usePausedText({ value, onChange }: TextProps): [string, (text: string) => void] {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), PAUSE_MILLIS)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return [text, setText]
}
