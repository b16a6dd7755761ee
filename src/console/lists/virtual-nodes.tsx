/** The list of virtual nodes. */
import { useStatus } from '../access/queries.js'
import { buildNodeRows, type NodeRow } from '../data/rows.js'
import { useMeshPlace } from '../frame/place.js'
import type { Column } from './column.js'
import { ENVOYS_COLUMN } from './envoys-column.js'
import { KindList } from './kind-list.js'

export function Component() {
  const nodes = useStatus(useMeshPlace()).data?.nodes
  return (
    <KindList
      kind="virtualNode"
      columns={COLUMNS}
      buildRows={buildNodeRows}
      nodes={nodes}
      description="What runs: listeners, where the endpoints are, and which services they call."
      purpose="A virtual node stands for the tasks, pods or machines of one version of a service."
    />
  )
}

const COLUMNS: readonly Column<NodeRow>[] = [
  ENVOYS_COLUMN,
  { id: 'discovery', header: 'Service discovery', width: 230 },
  { id: 'listeners', header: 'Listeners', width: 130 },
  { id: 'backends', header: 'Backends', width: 130, isNumber: true },
]
