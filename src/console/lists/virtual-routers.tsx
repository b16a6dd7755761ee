/** The list of virtual routers. */
import { useMemo } from 'react'
import { useResources } from '../access/queries.js'
import { buildRouterRows, type RouterRow } from '../data/rows.js'
import { useMeshPlace } from '../frame/place.js'
import type { Column } from './column.js'
import { ResourceTable } from './resource-table.js'

export function Component() {
  const mesh = useMeshPlace()
  const { data, isPending, error, refetch } = useResources(mesh)
  const rows = useMemo(() => buildRouterRows(data?.resources ?? []), [data])
  return (
    <ResourceTable
      kind="virtualRouter"
      mesh={mesh}
      columns={COLUMNS}
      rows={rows}
      isLoading={isPending}
      error={error}
      onRetry={() => void refetch()}
      description="How requests for virtual services are shared among virtual nodes."
      purpose="A virtual router takes the requests for virtual services and shares them among virtual nodes by its routes."
    />
  )
}

const COLUMNS: readonly Column<RouterRow>[] = [
  { id: 'listeners', header: 'Listeners', width: 180 },
  { id: 'routes', header: 'Routes', width: 110, isNumber: true },
]
