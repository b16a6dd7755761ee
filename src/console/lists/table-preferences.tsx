/** The gear above a table. */
import CollectionPreferences from '@cloudscape-design/components/collection-preferences'
import type { Column } from './column.js'
import { PAGE_SIZES, type TablePreferences } from './preferences.js'

export function TablePreferencesButton<Row>({
  columns,
  state: { preferences, change },
}: {
  readonly columns: readonly Column<Row>[]
  readonly state: TablePreferences
}) {
  return (
    <CollectionPreferences
      title="Preferences"
      confirmLabel="Confirm"
      cancelLabel="Cancel"
      preferences={preferences}
      onConfirm={({ detail }) => change(detail)}
      pageSizePreference={{
        title: 'Page size',
        options: PAGE_SIZES.map((value) => ({ value, label: `${value} resources` })),
      }}
      wrapLinesPreference={{ label: 'Wrap lines', description: 'Show all of the text of a cell' }}
      stripedRowsPreference={{ label: 'Striped rows', description: 'Shade every other row' }}
      contentDisplayPreference={{
        title: 'Columns',
        description: 'Which columns are shown, and in which order',
        options: columns.map(({ id, header }, index) => ({ id, label: header, alwaysVisible: index === 0 })),
      }}
    />
  )
}
