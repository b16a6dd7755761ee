/** The column of lists whose resources have Envoys. */
import type { GatewayRow, NodeRow } from '../data/rows.js'
import { EnvoyIndicator } from '../frame/envoy-indicator.js'
import type { Column } from './column.js'

export const ENVOYS_COLUMN: Column<NodeRow | GatewayRow> = {
  id: 'envoys',
  header: 'Envoys',
  width: 170,
  cell: (row) => <EnvoyIndicator type={row.envoyType} text={row.envoys} />,
}
