/** Which of the Envoys to show: kept in the address, so that it can be passed on. */
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select, { type SelectProps } from '@cloudscape-design/components/select'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { Proxy, SyncState } from '../access/management.js'
import { STATE_TEXTS, SYNC_STATES } from '../data/proxy-texts.js'

interface Values {
  readonly text: string
  readonly mesh: string | undefined
  readonly state: SyncState | undefined
}

export interface ProxyFiltersState {
  readonly values: Values
  readonly set: (name: 'node' | 'in' | 'state', value: string) => void
}

export function useProxyFilters(): ProxyFiltersState {
  const [params, setParams] = useSearchParams()
  const [text, mesh, state] = [params.get('node') ?? '', params.get('in'), params.get('state')]
  const values = useMemo(
    () => ({ text, mesh: mesh ?? undefined, state: SYNC_STATES.find((each) => each === state) }),
    [text, mesh, state],
  )
  const set: ProxyFiltersState['set'] = (name, value) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  return { values, set }
}

interface ProxyFiltersProps {
  readonly filters: ProxyFiltersState
  readonly proxies: readonly Proxy[]
  readonly showMesh: boolean
}

export function ProxyFilters({ filters: { values, set }, proxies, showMesh }: ProxyFiltersProps) {
  const meshes = [...new Set(proxies.flatMap(({ resource }) => resource?.meshName ?? []))].sort()
  return (
    <div className="proxy-filters">
      <FormField label="Find">
        <Input
          type="search"
          placeholder="Name, address, version or error"
          value={values.text}
          onChange={({ detail }) => set('node', detail.value)}
        />
      </FormField>
      {showMesh && (
        <Choice label="Mesh" value={values.mesh} options={meshes.map(plain)} onChange={(value) => set('in', value)} />
      )}
      <Choice
        label="State"
        value={values.state}
        options={SYNC_STATES.map((state) => ({
          value: state,
          label: STATE_TEXTS[state].text,
          description: STATE_TEXTS[state].meaning,
        }))}
        onChange={(value) => set('state', value)}
      />
    </div>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string | undefined
  readonly options: readonly SelectProps.Option[]
  readonly onChange: (value: string) => void
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const all = [{ value: '', label: 'Any' }, ...options]
  return (
    <FormField label={label}>
      <Select
        options={all}
        selectedOption={all.find((option) => option.value === (value ?? '')) ?? null}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  )
}

function plain(value: string): SelectProps.Option {
  return { value, label: value }
}
