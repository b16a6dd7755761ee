/** How somebody wants to see a table: kept in the browser, by table. */
import type { CollectionPreferencesProps } from '@cloudscape-design/components/collection-preferences'
import { useCallback, useState } from 'react'
import { readStored, writeStored } from '../frame/storage.js'
import type { Column } from './column.js'

export type Preferences = Omit<CollectionPreferencesProps.Preferences<never>, 'custom'>

export interface TablePreferences {
  readonly preferences: Preferences
  readonly change: (preferences: Preferences) => void
  readonly widths: Readonly<Record<string, number>>
  readonly changeWidths: (widths: Readonly<Record<string, number>>) => void
}

const PAGE_SIZE = 20
export const PAGE_SIZES = [20, 50, 100]

export function usePreferences<Row>(table: string, columns: readonly Column<Row>[]): TablePreferences {
  const [preferences, setPreferences] = useState<Preferences>(() => ({
    ...defaults(columns),
    ...readStored<Preferences>(`table:${table}`, {}),
  }))
  const [widths, setWidths] = useState(() => readStored<Readonly<Record<string, number>>>(`widths:${table}`, {}))
  const change = useCallback(
    (changed: Preferences) => {
      setPreferences(changed)
      writeStored(`table:${table}`, changed)
    },
    [table],
  )
  const changeWidths = useCallback(
    (changed: Readonly<Record<string, number>>) => {
      setWidths(changed)
      writeStored(`widths:${table}`, changed)
    },
    [table],
  )
  return { preferences, change, widths, changeWidths }
}

function defaults<Row>(columns: readonly Column<Row>[]): Preferences {
  return {
    pageSize: PAGE_SIZE,
    wrapLines: false,
    stripedRows: false,
    contentDisplay: columns.map(({ id, isHidden }) => ({ id, visible: !isHidden })),
  }
}
