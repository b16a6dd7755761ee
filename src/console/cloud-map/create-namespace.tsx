/** Creates a namespace. */
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import {
  buildCreateNamespace,
  EMPTY_NAMESPACE,
  type NamespaceForm,
  type NamespaceType,
} from '../data/cloud-map-forms.js'
import { useNotify } from '../frame/notify.js'
import { Additional } from './additional.js'
import { Field, FormDialog } from './form-dialog.js'
import { useWrite } from './queries.js'

const TYPES: readonly { readonly value: NamespaceType; readonly label: string; readonly description: string }[] = [
  { value: 'HTTP', label: 'API calls', description: 'Found by DiscoverInstances and by virtual nodes' },
  { value: 'DNS_PRIVATE', label: 'API calls and DNS queries in VPCs', description: 'A private DNS namespace' },
  { value: 'DNS_PUBLIC', label: 'API calls and public DNS queries', description: 'A public DNS namespace' },
]

export function CreateNamespace({ onClose }: { readonly onClose: () => void }) {
  const [form, setForm] = useState(EMPTY_NAMESPACE)
  const notify = useNotify()
  const write = useWrite(() => {
    notify({ type: 'success', content: `The namespace ${form.name} is created.` })
    onClose()
  })
  const change = (part: Partial<NamespaceForm>): void => setForm({ ...form, ...part })
  return (
    <FormDialog
      title="Create namespace"
      submit="Create namespace"
      members={['Name', 'Description', 'Vpc', 'Properties', 'CreatorRequestId', 'Tags']}
      write={write}
      request={buildCreateNamespace(form)}
      onClose={onClose}
    >
      <Field member="Name" label="Namespace name" description="For example shop.local">
        <Input value={form.name} onChange={({ detail }) => change({ name: detail.value })} ariaRequired />
      </Field>
      <Field member="Description" label="Description - optional">
        <Textarea rows={2} value={form.description} onChange={({ detail }) => change({ description: detail.value })} />
      </Field>
      <Field member="Type" label="Instance discovery">
        <RadioGroup
          value={form.type}
          items={[...TYPES]}
          onChange={({ detail }) => change({ type: detail.value as NamespaceType })}
        />
      </Field>
      {form.type === 'DNS_PRIVATE' && (
        <Field member="Vpc" label="VPC" description="Kept as it is given: it does not limit who may ask.">
          <Input
            value={form.vpc}
            placeholder="vpc-0123456789abcdef0"
            onChange={({ detail }) => change({ vpc: detail.value })}
          />
        </Field>
      )}
      {form.type !== 'HTTP' && (
        <Field
          member="Properties"
          label="TTL of the SOA record - optional"
          description="Seconds for which resolvers remember that a name does not exist"
        >
          <Input
            type="number"
            inputMode="numeric"
            value={form.soaTtl}
            placeholder="15"
            onChange={({ detail }) => change({ soaTtl: detail.value })}
          />
        </Field>
      )}
      <Additional creatorRequestId={form.creatorRequestId} tags={form.tags} onChange={change} />
    </FormDialog>
  )
}
