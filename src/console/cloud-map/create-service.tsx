/** Creates a service in a namespace. */
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { buildCreateService, emptyService, type HealthCheckKind, type ServiceForm } from '../data/cloud-map-forms.js'
import { useNotify } from '../frame/notify.js'
import { Additional } from './additional.js'
import { DnsFields } from './dns-fields.js'
import { Field, FormDialog } from './form-dialog.js'
import { useWrite, type Namespace } from './queries.js'

const MEMBERS = [
  'Name',
  'Description',
  'Type',
  'DnsConfig',
  'HealthCheckConfig',
  'HealthCheckCustomConfig',
  'CreatorRequestId',
  'Tags',
]

const HEALTH_CHECKS: readonly {
  readonly value: HealthCheckKind
  readonly label: string
  readonly description: string
}[] = [
  { value: 'none', label: 'None', description: 'Every instance counts as healthy' },
  { value: 'custom', label: 'Custom', description: 'Healthy until UpdateInstanceCustomHealthStatus says otherwise' },
  { value: 'route53', label: 'Route 53', description: 'Kept, but not carried out here: instances count as healthy' },
]

interface CreateServiceProps {
  readonly namespace: Namespace
  readonly onClose: () => void
}

export function CreateService({ namespace, onClose }: CreateServiceProps) {
  const [form, setForm] = useState(() => emptyService(namespace.Type))
  const notify = useNotify()
  const write = useWrite(() => {
    notify({ type: 'success', content: `The service ${form.name} is created.` })
    onClose()
  })
  const change = (part: Partial<ServiceForm>): void => setForm({ ...form, ...part })
  return (
    <FormDialog
      title={`Create service in ${namespace.Name}`}
      submit="Create service"
      members={MEMBERS}
      write={write}
      request={buildCreateService(form, namespace.Id)}
      onClose={onClose}
    >
      <Field member="Name" label="Service name">
        <Input value={form.name} onChange={({ detail }) => change({ name: detail.value })} ariaRequired />
      </Field>
      <Field member="Description" label="Service description - optional">
        <Textarea rows={2} value={form.description} onChange={({ detail }) => change({ description: detail.value })} />
      </Field>
      {namespace.Type !== 'HTTP' && <DnsFields form={form} onChange={change} />}
      <Field member="Health" label="Health check">
        <RadioGroup
          value={form.healthCheck}
          items={[...HEALTH_CHECKS]}
          onChange={({ detail }) => change({ healthCheck: detail.value as HealthCheckKind })}
        />
      </Field>
      {form.healthCheck === 'route53' && <Route53Fields form={form} onChange={change} />}
      {form.healthCheck !== 'none' && (
        <Field
          member={form.healthCheck === 'custom' ? 'HealthCheckCustomConfig' : 'HealthCheckThreshold'}
          label="Failure threshold - optional"
          description="1 to 10"
        >
          <Input
            type="number"
            inputMode="numeric"
            value={form.failureThreshold}
            onChange={({ detail }) => change({ failureThreshold: detail.value })}
          />
        </Field>
      )}
      <Additional creatorRequestId={form.creatorRequestId} tags={form.tags} onChange={change} />
    </FormDialog>
  )
}

const CHECK_TYPES = ['HTTP', 'HTTPS', 'TCP'].map((value) => ({ value, label: value }))

interface FieldsProps {
  readonly form: ServiceForm
  readonly onChange: (part: Partial<ServiceForm>) => void
}

function Route53Fields({ form, onChange }: FieldsProps) {
  return (
    <>
      <Field member="HealthCheckConfig" label="Health check protocol">
        <Select
          options={CHECK_TYPES}
          selectedOption={CHECK_TYPES.find(({ value }) => value === form.checkType) ?? null}
          onChange={({ detail }) => onChange({ checkType: detail.selectedOption.value as ServiceForm['checkType'] })}
        />
      </Field>
      <Field member="HealthCheckPath" label="Path - optional" description="For HTTP and HTTPS">
        <Input
          disabled={form.checkType === 'TCP'}
          value={form.checkType === 'TCP' ? '' : form.resourcePath}
          placeholder="/"
          onChange={({ detail }) => onChange({ resourcePath: detail.value })}
        />
      </Field>
    </>
  )
}
