/** Rows of keys and values: attributes of an instance, tags. */
import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Autosuggest from '@cloudscape-design/components/autosuggest'
import Input from '@cloudscape-design/components/input'
import type { KeyValue } from '../data/cloud-map-forms.js'

interface KeyValuesProps {
  /** `attribute`, `tag`. */
  readonly noun: string
  readonly rows: readonly KeyValue[]
  readonly onChange: (rows: readonly KeyValue[]) => void
  /** Keys with a meaning of their own. */
  readonly suggestions?: readonly { readonly value: string; readonly description: string }[]
}

export function KeyValues({ noun, rows, onChange, suggestions = [] }: KeyValuesProps) {
  const change = (at: number, part: Partial<KeyValue>): void =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)))
  return (
    <AttributeEditor<KeyValue>
      items={rows}
      addButtonText={`Add ${noun}`}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ key }) => `Remove ${noun} ${key}`}
      empty={`No ${noun}s.`}
      onAddButtonClick={() => onChange([...rows, { key: '', value: '' }])}
      onRemoveButtonClick={({ detail }) => onChange(rows.filter((_, index) => index !== detail.itemIndex))}
      definition={[
        {
          label: 'Key',
          control: ({ key }, index) => (
            <Autosuggest
              value={key}
              options={[...suggestions]}
              enteredTextLabel={(text) => `Use “${text}”`}
              ariaLabel={`Key of ${noun} ${index + 1}`}
              onChange={({ detail }) => change(index, { key: detail.value })}
            />
          ),
        },
        {
          label: 'Value',
          control: ({ value }, index) => (
            <Input
              value={value}
              ariaLabel={`Value of ${noun} ${index + 1}`}
              onChange={({ detail }) => change(index, { value: detail.value })}
            />
          ),
        },
      ]}
    />
  )
}
