/** What few people fill in: the id of the request, and tags. */
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { KeyValue } from '../data/cloud-map-forms.js'
import { Field } from './form-dialog.js'
import { KeyValues } from './key-values.js'

interface AdditionalProps {
  readonly creatorRequestId: string
  readonly tags?: readonly KeyValue[]
  readonly onChange: (change: { readonly creatorRequestId?: string; readonly tags?: readonly KeyValue[] }) => void
}

export function Additional({ creatorRequestId, tags, onChange }: AdditionalProps) {
  return (
    <ExpandableSection headerText="Additional configuration">
      <SpaceBetween size="m">
        <Field
          member="CreatorRequestId"
          label="Creator request ID - optional"
          description="The same request with the same ID is carried out once."
        >
          <Input value={creatorRequestId} onChange={({ detail }) => onChange({ creatorRequestId: detail.value })} />
        </Field>
        {tags && (
          <Field member="Tags" label="Tags - optional" stretch>
            <KeyValues noun="tag" rows={tags} onChange={(rows) => onChange({ tags: rows })} />
          </Field>
        )}
      </SpaceBetween>
    </ExpandableSection>
  )
}
