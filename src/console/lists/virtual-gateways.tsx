/** The list of virtual gateways. */
import { useStatus } from '../access/queries.js'
import { buildGatewayRows, type GatewayRow } from '../data/rows.js'
import { useMeshPlace } from '../frame/place.js'
import type { Column } from './column.js'
import { ENVOYS_COLUMN } from './envoys-column.js'
import { KindList } from './kind-list.js'

export function Component() {
  const nodes = useStatus(useMeshPlace()).data?.nodes
  return (
    <KindList
      kind="virtualGateway"
      columns={COLUMNS}
      buildRows={buildGatewayRows}
      nodes={nodes}
      description="Where traffic from outside comes in."
      purpose="A virtual gateway lets traffic from outside reach virtual services, by its gateway routes."
    />
  )
}

const COLUMNS: readonly Column<GatewayRow>[] = [
  ENVOYS_COLUMN,
  { id: 'listeners', header: 'Listeners', width: 180 },
  { id: 'routes', header: 'Gateway routes', width: 150, isNumber: true },
]
