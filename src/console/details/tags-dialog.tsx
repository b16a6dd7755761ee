/** Edits the tags of a resource. */
import Alert from '@cloudscape-design/components/alert'
import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Tag } from '../../model/resource.js'
import { tagResource, untagResource } from '../access/api.js'
import type { ResourcePlace } from '../access/place.js'
import { useRefresh } from '../access/queries.js'
import { checkTagCount, checkTagKeys, checkTagValues, compareTags } from '../data/tag-changes.js'
import { useNotify } from '../frame/notify.js'
import { describeError } from '../frame/states.js'

interface TagsDialogProps {
  readonly place: ResourcePlace
  readonly arn: string
  readonly tags: readonly Tag[]
  readonly onClose: () => void
}

export function TagsDialog({ place, arn, tags, onClose }: TagsDialogProps) {
  const [rows, setRows] = useState<readonly Tag[]>(tags)
  const [isChecked, setChecked] = useState(false)
  const saving = useSaving({ place, arn, tags, onClose })
  const problems = { keys: checkTagKeys(rows), values: checkTagValues(rows), all: checkTagCount(rows) }
  const isSound = [...problems.keys, ...problems.values, problems.all].every((problem) => problem === undefined)
  const save = (): void => {
    setChecked(true)
    if (isSound) saving.mutate(rows)
  }
  return (
    <Modal
      visible
      size="large"
      onDismiss={onClose}
      closeAriaLabel="Close"
      header="Manage tags"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={saving.isPending} onClick={save}>
              Save changes
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {saving.error && (
          <Alert type="error" header="The tags were not saved">
            {describeError(saving.error)}
          </Alert>
        )}
        {isChecked && problems.all !== undefined && <Alert type="error">{problems.all}</Alert>}
        <TagRows rows={rows} onChange={setRows} problems={isChecked ? problems : undefined} />
      </SpaceBetween>
    </Modal>
  )
}

interface TagRowsProps {
  readonly rows: readonly Tag[]
  readonly onChange: (rows: readonly Tag[]) => void
  readonly problems:
    { readonly keys: readonly (string | undefined)[]; readonly values: readonly (string | undefined)[] } | undefined
}

function TagRows({ rows, onChange, problems }: TagRowsProps) {
  const change = (at: number, part: Partial<Tag>): void =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)))
  const input = (member: keyof Tag) =>
    function TagInput(row: Tag, index: number) {
      return (
        <Input
          value={row[member]}
          onChange={({ detail }) => change(index, { [member]: detail.value })}
          ariaLabel={`${member === 'key' ? 'Key' : 'Value'} of tag ${index + 1}`}
        />
      )
    }
  return (
    <AttributeEditor
      items={rows}
      addButtonText="Add tag"
      removeButtonText="Remove"
      removeButtonAriaLabel={({ key }) => `Remove tag ${key}`}
      empty="No tags."
      onAddButtonClick={() => onChange([...rows, { key: '', value: '' }])}
      onRemoveButtonClick={({ detail }) => onChange(rows.filter((_, index) => index !== detail.itemIndex))}
      definition={[
        { label: 'Key', control: input('key'), errorText: (_, index) => problems?.keys[index] },
        { label: 'Value - optional', control: input('value'), errorText: (_, index) => problems?.values[index] },
      ]}
    />
  )
}

/** Two requests: first what is gone, so that there is room for what is new. */
function useSaving({ place, arn, tags, onClose }: TagsDialogProps) {
  const notify = useNotify()
  const refresh = useRefresh()
  return useMutation({
    mutationFn: async (rows: readonly Tag[]) => {
      const { put, remove } = compareTags(tags, rows)
      if (remove.length > 0) await untagResource(arn, remove)
      if (put.length > 0) await tagResource(arn, put)
    },
    onSuccess: () => {
      notify({ type: 'success', content: `The tags of ${place.name} are saved.` })
      onClose()
    },
    onSettled: () => refresh(place),
  })
}
