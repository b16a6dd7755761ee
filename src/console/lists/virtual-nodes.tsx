/** The list of virtual nodes. */
import { useMemo } from 'react'
import { useResources, useStatus } from '../access/queries.js'
import { buildNodeRows, type NodeRow } from '../data/rows.js'
import { EnvoyIndicator } from '../frame/envoy-indicator.js'
import { useMeshPlace } from '../frame/place.js'
import type { Column } from './column.js'
import { ResourceTable } from './resource-table.js'

export function Component() {
  const mesh = useMeshPlace()
  const { data, isPending, error, refetch } = useResources(mesh)
  const status = useStatus(mesh).data
  const rows = useMemo(() => buildNodeRows(data?.resources ?? [], status?.nodes), [data, status])
  return (
    <ResourceTable
      kind="virtualNode"
      mesh={mesh}
      columns={COLUMNS}
      rows={rows}
      isLoading={isPending}
      error={error}
      onRetry={() => void refetch()}
      description="What runs: listeners, where the endpoints are, and which services they call."
      purpose="A virtual node stands for the tasks, pods or machines of one version of a service."
    />
  )
}

const COLUMNS: readonly Column<NodeRow>[] = [
  {
    id: 'envoys',
    header: 'Envoys',
    width: 170,
    cell: (row) => <EnvoyIndicator type={row.envoyType} text={row.envoys} />,
  },
  { id: 'discovery', header: 'Service discovery', width: 230 },
  { id: 'listeners', header: 'Listeners', width: 130 },
  { id: 'backends', header: 'Backends', width: 130, isNumber: true },
]
