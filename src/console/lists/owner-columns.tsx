/** The columns that every list has after its own. */
import type { BaseRow } from '../data/rows.js'
import { Time } from '../frame/time.js'
import type { Column } from './column.js'

export const OWNER_COLUMNS: readonly Column<BaseRow>[] = [
  { id: 'meshOwner', header: 'Mesh owner', width: 150 },
  { id: 'resourceOwner', header: 'Resource owner', width: 170 },
  { id: 'version', header: 'Version', width: 110, isHidden: true, isNumber: true },
  { id: 'createdAt', header: 'Created', width: 200, isHidden: true, cell: (row) => <Time time={row.createdAt} /> },
  { id: 'lastUpdatedAt', header: 'Last updated', width: 200, cell: (row) => <Time time={row.lastUpdatedAt} /> },
  { id: 'arn', header: 'ARN', width: 420, isHidden: true },
]
