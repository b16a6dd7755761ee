/** The list of one kind: its table, with create, edit and delete. */
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Kind } from '../../model/resource.js'
import type { MeshPlace, ResourcePlace } from '../access/place.js'
import { KIND_TEXTS, lower } from '../data/kind-texts.js'
import { createPath, editPath, itemPath } from '../data/paths.js'
import type { BaseRow } from '../data/rows.js'
import { PageButton } from '../frame/button.js'
import { PageLink } from '../frame/link.js'
import { NotFound } from '../frame/not-found.js'
import { isMissing } from '../frame/states.js'
import { DeleteDialog } from '../removal/delete-dialog.js'
import { CollectionTable, type CollectionTableProps } from './collection-table.js'
import type { Column } from './column.js'
import { OWNER_COLUMNS } from './owner-columns.js'

type Passed = 'description' | 'rows' | 'isLoading' | 'error' | 'onRetry' | 'variant' | 'defaultSort'

export interface ResourceTableProps<Row extends BaseRow> extends Pick<CollectionTableProps<Row>, Passed> {
  readonly kind: Kind
  readonly mesh: MeshPlace
  /** The router or gateway whose routes are listed. */
  readonly parentName?: string
  /** Those between the name and the owners. */
  readonly columns: readonly Column<Row>[]
  /** What one of these is for, where there is none yet. */
  readonly purpose: string
}

export function ResourceTable<Row extends BaseRow>(props: ResourceTableProps<Row>) {
  const { kind, mesh, parentName, columns, purpose, ...rest } = props
  const { one, many } = KIND_TEXTS[kind]
  const [doomed, setDoomed] = useState<ResourcePlace>()
  const placeOf = (row: Row): ResourcePlace => ({ ...mesh, kind, name: row.name, parentName: row.parentName })
  const create = createPath({ ...mesh, kind, parentName })
  const allColumns = useMemo(
    () => [nameColumn<Row>(mesh, kind), ...columns, ...OWNER_COLUMNS] as Column<Row>[],
    [mesh, kind, columns],
  )
  if (isMissing(rest.error)) return <NotFound what={`Mesh ${mesh.meshName}`} />
  return (
    <>
      <CollectionTable
        {...rest}
        id={kind}
        title={many}
        columns={allColumns}
        keyOf={({ arn }) => arn}
        nameOf={({ name }) => name}
        empty={{
          title: `No ${lower(many)}`,
          text: purpose,
          action: <PageButton to={create}>{`Create ${lower(one)}`}</PageButton>,
        }}
        actions={(selected) => (
          <Actions
            selected={selected && placeOf(selected)}
            create={create}
            createText={`Create ${lower(one)}`}
            onDelete={setDoomed}
          />
        )}
      />
      {doomed && <DeleteDialog place={doomed} onClose={() => setDoomed(undefined)} />}
    </>
  )
}

function nameColumn<Row extends BaseRow>(mesh: MeshPlace, kind: Kind): Column<Row> {
  return {
    id: 'name',
    header: 'Name',
    width: 210,
    cell: ({ name, parentName }) => <PageLink to={itemPath({ ...mesh, kind, name, parentName })}>{name}</PageLink>,
  }
}

function Actions({
  selected,
  create,
  createText,
  onDelete,
}: {
  readonly selected: ResourcePlace | undefined
  readonly create: string
  readonly createText: string
  readonly onDelete: (place: ResourcePlace) => void
}) {
  const navigate = useNavigate()
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button disabled={!selected} onClick={() => selected && void navigate(editPath(selected))}>
        Edit
      </Button>
      <Button disabled={!selected} onClick={() => selected && onDelete(selected)}>
        Delete
      </Button>
      <PageButton variant="primary" to={create}>
        {createText}
      </PageButton>
    </SpaceBetween>
  )
}
