/** The page with the list of one kind of a mesh. */
import { useMemo } from 'react'
import type { MeshResource, ProxyNodeStatus } from '../access/management.js'
import { useResources } from '../access/queries.js'
import type { BaseRow } from '../data/rows.js'
import { useMeshPlace } from '../frame/place.js'
import { ResourceTable, type ResourceTableProps } from './resource-table.js'

type Passed = 'kind' | 'columns' | 'description' | 'purpose'

interface KindListProps<Row extends BaseRow> extends Pick<ResourceTableProps<Row>, Passed> {
  /** Stands outside of components, so that rows are made only when what they are made of changes. */
  readonly buildRows: (
    resources: readonly MeshResource[],
    nodes: readonly ProxyNodeStatus[] | undefined,
  ) => readonly Row[]
  /** Of kinds that have Envoys, once it is known. */
  readonly nodes?: readonly ProxyNodeStatus[] | undefined
}

export function KindList<Row extends BaseRow>({ buildRows, nodes, ...table }: KindListProps<Row>) {
  const mesh = useMeshPlace()
  const { data, isPending, error, refetch } = useResources(mesh)
  const rows = useMemo(() => buildRows(data?.resources ?? [], nodes), [buildRows, data, nodes])
  return (
    <ResourceTable
      {...table}
      mesh={mesh}
      rows={rows}
      isLoading={isPending}
      error={error}
      onRetry={() => void refetch()}
    />
  )
}
