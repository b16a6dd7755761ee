/** Which DNS records a service has, in a namespace with DNS. */
import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Checkbox from '@cloudscape-design/components/checkbox'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import type { RecordType, ServiceForm } from '../data/cloud-map-forms.js'
import { Field } from './form-dialog.js'

type DnsRecord = ServiceForm['records'][number]

const RECORD_TYPES = ['A', 'AAAA', 'SRV', 'CNAME'].map((value) => ({ value, label: value }))
const POLICIES = [
  { value: '', label: 'Default' },
  { value: 'MULTIVALUE', label: 'Multivalue answer routing' },
  { value: 'WEIGHTED', label: 'Weighted routing' },
]

interface DnsFieldsProps {
  readonly form: ServiceForm
  readonly onChange: (part: Partial<ServiceForm>) => void
}

export function DnsFields({ form, onChange }: DnsFieldsProps) {
  return (
    <>
      <Field member="Type" label="Service discovery">
        <Checkbox checked={form.httpOnly} onChange={({ detail }) => onChange({ httpOnly: detail.checked })}>
          API calls only, no DNS records
        </Checkbox>
      </Field>
      {!form.httpOnly && (
        <>
          <Field member="DnsPolicy" label="Routing policy">
            <Select
              options={POLICIES}
              selectedOption={POLICIES.find(({ value }) => value === form.routingPolicy) ?? null}
              onChange={({ detail }) =>
                onChange({ routingPolicy: (detail.selectedOption.value ?? '') as ServiceForm['routingPolicy'] })
              }
            />
          </Field>
          <Field member="DnsConfig" label="DNS records" description="A, AAAA, A and AAAA, SRV or CNAME" stretch>
            <Records records={form.records} onChange={(records) => onChange({ records })} />
          </Field>
        </>
      )}
    </>
  )
}

interface RecordsProps {
  readonly records: readonly DnsRecord[]
  readonly onChange: (records: readonly DnsRecord[]) => void
}

function Records({ records, onChange }: RecordsProps) {
  const change = (at: number, part: Partial<DnsRecord>): void =>
    onChange(records.map((record, index) => (index === at ? { ...record, ...part } : record)))
  return (
    <AttributeEditor<DnsRecord>
      items={records}
      addButtonText="Add record"
      removeButtonText="Remove"
      removeButtonAriaLabel={({ type }) => `Remove record ${type}`}
      empty="No DNS records."
      onAddButtonClick={() => onChange([...records, { type: 'A', ttl: '60' }])}
      onRemoveButtonClick={({ detail }) => onChange(records.filter((_, index) => index !== detail.itemIndex))}
      definition={[
        {
          label: 'Type',
          control: ({ type }, index) => (
            <Select
              ariaLabel={`Type of record ${index + 1}`}
              options={RECORD_TYPES}
              selectedOption={RECORD_TYPES.find(({ value }) => value === type) ?? null}
              onChange={({ detail }) => change(index, { type: detail.selectedOption.value as RecordType })}
            />
          ),
        },
        {
          label: 'TTL in seconds',
          control: ({ ttl }, index) => (
            <Input
              type="number"
              inputMode="numeric"
              ariaLabel={`TTL of record ${index + 1}`}
              value={ttl}
              onChange={({ detail }) => change(index, { ttl: detail.value })}
            />
          ),
        },
      ]}
    />
  )
}
