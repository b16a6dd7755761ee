/** What a table needs to know of one of its columns. */
import type { ReactNode } from 'react'

export interface Column<Row> {
  /** The member of the row that the column sorts and filters by. */
  readonly id: keyof Row & string
  readonly header: string
  /** Pixels at first; people may drag it. */
  readonly width?: number
  /** Not shown until it is chosen in the preferences. */
  readonly isHidden?: boolean
  /** Absent shows the member as it is. */
  readonly cell?: (row: Row) => ReactNode
  /** Numbers compare as numbers, everything else as text. */
  readonly isNumber?: boolean
}
