/** What was changed of one resource, when and by whom. */
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import type { Change } from '../access/management.js'
import type { ResourcePlace } from '../access/place.js'
import { useHistory } from '../access/queries.js'
import { EmptyState, LoadFailure } from '../frame/states.js'
import { Time } from '../frame/time.js'
import { ChangeDialog } from './change-dialog.js'

export function ResourceChanges({ place }: { readonly place: ResourcePlace }) {
  const { meshName: mesh, meshOwner, kind, name, parentName: parent } = place
  const history = useHistory({ mesh, meshOwner, kind, name, parent })
  const [shown, setShown] = useState<Change>()
  const changes = history.data?.pages.flatMap((page) => page.changes) ?? []
  if (history.error) {
    return <LoadFailure what="the history" error={history.error} onRetry={() => void history.refetch()} />
  }
  return (
    <SpaceBetween size="m">
      <Table
        header={
          <Header variant="h2" counter={`(${changes.length}${history.hasNextPage ? '+' : ''})`}>
            History
          </Header>
        }
        loading={history.isPending}
        loadingText="Loading the history"
        items={changes}
        trackBy={({ revision, operation }) => `${revision}/${operation}`}
        ariaLabels={{ tableLabel: 'History' }}
        empty={<EmptyState title="No history">Its changes are no longer kept.</EmptyState>}
        columnDefinitions={[
          { id: 'revision', header: 'Revision', isRowHeader: true, cell: ({ revision }) => revision },
          { id: 'time', header: 'Time', cell: ({ time }) => <Time time={time} /> },
          { id: 'operation', header: 'Operation', cell: ({ operation }) => operation },
          { id: 'principal', header: 'By', cell: ({ principal }) => principal },
          {
            id: 'difference',
            header: 'Difference',
            cell: (change) => (
              <Button
                variant="inline-link"
                ariaLabel={`Show the difference of revision ${change.revision}`}
                onClick={() => setShown(change)}
              >
                Show
              </Button>
            ),
          },
        ]}
      />
      {history.hasNextPage && (
        <Button loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          Load older changes
        </Button>
      )}
      {shown && <ChangeDialog change={shown} onClose={() => setShown(undefined)} />}
    </SpaceBetween>
  )
}
