/** What of the map to show, and how. */
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select, { type SelectProps } from '@cloudscape-design/components/select'
import { canArrangeByTraffic, type Arrangement } from '../data/map-layout.js'
import type { PictureFormat } from './export.js'
import type { Backends, MapModel, MapView } from './model.js'

interface ControlsProps {
  readonly model: MapModel
  readonly view: MapView
  readonly onChange: (change: Partial<MapView>) => void
}

const BACKENDS: readonly { readonly value: Backends; readonly label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'selected', label: 'Of the selected' },
  { value: 'none', label: 'None' },
]

export function MapControls({ model, view, onChange }: ControlsProps) {
  const { graph, layout, found, visible, problems } = model
  const hidden = graph.boxes.length - visible.size
  return (
    <div className="map-controls">
      <Expression
        label="Find"
        value={view.find}
        problem={problems.find}
        told={view.find === '' ? undefined : `${found.size} found`}
        placeholder="cart kind:node is:nack"
        onChange={(find) => onChange({ find })}
      />
      <Expression
        label="Hide"
        value={view.hide}
        problem={problems.hide}
        told={hidden === 0 ? undefined : `${hidden} of ${graph.boxes.length} hidden`}
        placeholder="kind:route"
        onChange={(hide) => onChange({ hide })}
      />
      <Choice
        label="Arrangement"
        options={arrangements(canArrangeByTraffic(graph))}
        value={layout.arrangement}
        onChange={(arrangement) => onChange({ arrangement: arrangement as Arrangement })}
      />
      <Choice
        label="Backends"
        options={BACKENDS}
        value={view.backends}
        onChange={(backends) => onChange({ backends: backends as Backends })}
      />
    </div>
  )
}

function arrangements(isSmall: boolean): SelectProps.Option[] {
  return [
    {
      value: 'traffic',
      label: 'By traffic',
      description: 'Callers left of what they call',
      ...(!isSmall && { disabled: true, disabledReason: 'This mesh is too large for it' }),
    },
    { value: 'columns', label: 'By kind', description: 'One column for each kind' },
  ]
}

export function ExportButton({ onExport }: { readonly onExport: (format: PictureFormat) => void }) {
  return (
    <ButtonDropdown
      items={[
        { id: 'png', text: 'Picture (PNG)' },
        { id: 'svg', text: 'Drawing (SVG)' },
      ]}
      onItemClick={({ detail }) => onExport(detail.id === 'svg' ? 'svg' : 'png')}
    >
      Export
    </ButtonDropdown>
  )
}

interface ExpressionProps {
  readonly label: string
  readonly value: string
  readonly problem: string | undefined
  readonly told: string | undefined
  readonly placeholder: string
  readonly onChange: (text: string) => void
}

function Expression({ label, value, problem, told, placeholder, onChange }: ExpressionProps) {
  return (
    <FormField label={label} constraintText={told} {...(problem !== undefined && { errorText: problem })}>
      <Input type="search" value={value} placeholder={placeholder} onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly options: readonly SelectProps.Option[]
  readonly value: string
  readonly onChange: (value: string) => void
}

function Choice({ label, options, value, onChange }: ChoiceProps) {
  return (
    <FormField label={label}>
      <Select
        options={options}
        selectedOption={options.find((option) => option.value === value) ?? null}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  )
}
