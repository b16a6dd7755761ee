/** The list of virtual routers. */
import { buildRouterRows, type RouterRow } from '../data/rows.js'
import type { Column } from './column.js'
import { KindList } from './kind-list.js'

export function Component() {
  return (
    <KindList
      kind="virtualRouter"
      columns={COLUMNS}
      buildRows={buildRouterRows}
      description="How requests for virtual services are shared among virtual nodes."
      purpose="A virtual router takes the requests for virtual services and shares them among virtual nodes by its routes."
    />
  )
}

const COLUMNS: readonly Column<RouterRow>[] = [
  { id: 'listeners', header: 'Listeners', width: 180 },
  { id: 'routes', header: 'Routes', width: 110, isNumber: true },
]
