/** The list of virtual gateways. */
import { useMemo } from 'react'
import { useResources, useStatus } from '../access/queries.js'
import { buildGatewayRows, type GatewayRow } from '../data/rows.js'
import { EnvoyIndicator } from '../frame/envoy-indicator.js'
import { useMeshPlace } from '../frame/place.js'
import type { Column } from './column.js'
import { ResourceTable } from './resource-table.js'

export function Component() {
  const mesh = useMeshPlace()
  const { data, isPending, error, refetch } = useResources(mesh)
  const status = useStatus(mesh).data
  const rows = useMemo(() => buildGatewayRows(data?.resources ?? [], status?.nodes), [data, status])
  return (
    <ResourceTable
      kind="virtualGateway"
      mesh={mesh}
      columns={COLUMNS}
      rows={rows}
      isLoading={isPending}
      error={error}
      onRetry={() => void refetch()}
      description="Where traffic from outside comes in."
      purpose="A virtual gateway lets traffic from outside reach virtual services, by its gateway routes."
    />
  )
}

const COLUMNS: readonly Column<GatewayRow>[] = [
  {
    id: 'envoys',
    header: 'Envoys',
    width: 170,
    cell: (row) => <EnvoyIndicator type={row.envoyType} text={row.envoys} />,
  },
  { id: 'listeners', header: 'Listeners', width: 180 },
  { id: 'routes', header: 'Gateway routes', width: 150, isNumber: true },
]
