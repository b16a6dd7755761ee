/** The tags of a resource: shown, added, changed, removed. */
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import type { Tag } from '../../model/resource.js'
import type { ResourcePlace } from '../access/place.js'
import { useTags } from '../access/queries.js'
import { EmptyState, LoadFailure } from '../frame/states.js'
import { TagsDialog } from './tags-dialog.js'

export function Tags({ place, arn }: { readonly place: ResourcePlace; readonly arn: string }) {
  const { data, isPending, error, refetch } = useTags(place, arn)
  const [isEditing, setEditing] = useState(false)
  const tags = data ?? []
  if (error) return <LoadFailure what="the tags" error={error} onRetry={() => void refetch()} />
  return (
    <>
      <Table
        header={
          <Header
            variant="h2"
            {...(!isPending && { counter: `(${tags.length})` })}
            description="Labels that you give to a resource, to search and sort by."
            actions={
              <Button disabled={isPending} onClick={() => setEditing(true)}>
                Manage tags
              </Button>
            }
          >
            Tags
          </Header>
        }
        loading={isPending}
        loadingText="Loading tags"
        items={tags}
        trackBy="key"
        ariaLabels={{ tableLabel: 'Tags' }}
        empty={<EmptyState title="No tags">This resource has no tags.</EmptyState>}
        columnDefinitions={[
          { id: 'key', header: 'Key', isRowHeader: true, cell: ({ key }: Tag) => key },
          { id: 'value', header: 'Value', cell: ({ value }: Tag) => (value === '' ? '-' : value) },
        ]}
      />
      {isEditing && <TagsDialog place={place} arn={arn} tags={tags} onClose={() => setEditing(false)} />}
    </>
  )
}
