/** The table of meshes: each row names a mesh of its own, unlike those of the tables inside one. */
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { ResourcePlace } from '../access/place.js'
import { useInfo } from '../access/queries.js'
import { editPath, meshPath } from '../data/paths.js'
import type { BaseRow } from '../data/rows.js'
import { PageButton } from '../frame/button.js'
import { PageLink } from '../frame/link.js'
import { DeleteDialog } from '../removal/delete-dialog.js'
import { CollectionTable, type CollectionTableProps } from './collection-table.js'
import type { Column } from './column.js'
import { OWNER_COLUMNS } from './owner-columns.js'

export function MeshTable(props: Pick<CollectionTableProps<BaseRow>, 'rows' | 'isLoading' | 'error' | 'onRetry'>) {
  const navigate = useNavigate()
  const [doomed, setDoomed] = useState<ResourcePlace>()
  const placeOf = useMeshPlaceOf()
  return (
    <>
      <CollectionTable
        {...props}
        id="mesh"
        title="Meshes"
        description="Each mesh is a boundary in which services call each other by name."
        columns={COLUMNS}
        keyOf={({ arn }) => arn}
        nameOf={({ name }) => name}
        empty={{
          title: 'No meshes',
          text: 'Create one, or let Get started make one with everything that a first service needs.',
          action: (
            <SpaceBetween direction="horizontal" size="xs" alignItems="center">
              <PageButton to="/get-started">Get started</PageButton>
              <PageButton to="/meshes/create">Create mesh</PageButton>
            </SpaceBetween>
          ),
        }}
        actions={(selected) => (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!selected} onClick={() => selected && void navigate(editPath(placeOf(selected)))}>
              Edit
            </Button>
            <Button disabled={!selected} onClick={() => selected && setDoomed(placeOf(selected))}>
              Delete
            </Button>
            <PageButton to="/get-started">Get started</PageButton>
            <PageButton variant="primary" to="/meshes/create">
              Create mesh
            </PageButton>
          </SpaceBetween>
        )}
      />
      {doomed && <DeleteDialog place={doomed} onClose={() => setDoomed(undefined)} />}
    </>
  )
}

const COLUMNS: readonly Column<BaseRow>[] = [
  { id: 'name', header: 'Name', width: 280, cell: (row) => <MeshLink row={row} /> },
  ...OWNER_COLUMNS,
]

function MeshLink({ row }: { readonly row: BaseRow }) {
  const placeOf = useMeshPlaceOf()
  return <PageLink to={meshPath(placeOf(row))}>{row.name}</PageLink>
}

/** The owner stands in an address only where it is not the server's own account. */
function useMeshPlaceOf(): (row: BaseRow) => ResourcePlace {
  const own = useInfo().data?.account
  return ({ name, meshOwner }) => ({
    kind: 'mesh',
    meshName: name,
    name,
    ...(own !== undefined && meshOwner !== own && { meshOwner }),
  })
}
