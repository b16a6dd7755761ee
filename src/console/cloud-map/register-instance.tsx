/** Registers an instance, or gives one that is registered other attributes. */
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { buildRegisterInstance, EMPTY_INSTANCE, instanceForm, type InstanceForm } from '../data/cloud-map-forms.js'
import { useNotify } from '../frame/notify.js'
import { Additional } from './additional.js'
import { Field, FormDialog } from './form-dialog.js'
import { KeyValues } from './key-values.js'
import { useWrite, type Instance } from './queries.js'

const ATTRIBUTES = [
  { value: 'AWS_INSTANCE_IPV4', description: 'Where requests go' },
  { value: 'AWS_INSTANCE_IPV6', description: 'Where requests go' },
  { value: 'AWS_INSTANCE_PORT', description: 'For SRV records; Envoys use the port of the listener' },
  { value: 'AWS_INSTANCE_CNAME', description: 'For CNAME records' },
  { value: 'AWS_ALIAS_DNS_NAME', description: 'Another name that DNS answers with' },
  { value: 'AWS_INIT_HEALTH_STATUS', description: 'HEALTHY or UNHEALTHY at first, with a custom health check' },
  { value: 'AVAILABILITY_ZONE', description: 'Becomes the zone of the locality' },
  { value: 'MESHKEEPER_TTL', description: 'Seconds after which it is removed unless it reports again' },
]

interface RegisterInstanceProps {
  readonly serviceId: string
  /** Given to change what is registered. */
  readonly instance?: Instance | undefined
  readonly onClose: () => void
}

export function RegisterInstance({ serviceId, instance, onClose }: RegisterInstanceProps) {
  const [form, setForm] = useState(() => (instance ? instanceForm(instance.Id, instance.Attributes) : EMPTY_INSTANCE))
  const notify = useNotify()
  const write = useWrite(() => {
    notify({ type: 'success', content: `The instance ${form.id} is registered.` })
    onClose()
  })
  const change = (part: Partial<InstanceForm>): void => setForm({ ...form, ...part })
  return (
    <FormDialog
      title={instance ? `Edit instance ${instance.Id}` : 'Register instance'}
      submit={instance ? 'Save changes' : 'Register instance'}
      members={['InstanceId', 'Attributes', 'CreatorRequestId']}
      write={write}
      request={buildRegisterInstance(form, serviceId)}
      onClose={onClose}
    >
      <Field member="InstanceId" label="Instance ID">
        <Input
          value={form.id}
          disabled={instance !== undefined}
          onChange={({ detail }) => change({ id: detail.value })}
          ariaRequired
        />
      </Field>
      <Field
        member="Attributes"
        label="Attributes"
        description="Virtual nodes may select instances by them, key and value. Rows without a value are left out."
        stretch
      >
        <KeyValues
          noun="attribute"
          rows={form.attributes}
          onChange={(attributes) => change({ attributes })}
          suggestions={ATTRIBUTES}
        />
      </Field>
      <Additional creatorRequestId={form.creatorRequestId} onChange={change} />
    </FormDialog>
  )
}
