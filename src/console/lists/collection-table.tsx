/** The table of every list: counter, filter, sort, pages, preferences, and what it shows while it has nothing. */
import { useCollection } from '@cloudscape-design/collection-hooks'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import PropertyFilter from '@cloudscape-design/components/property-filter'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useMemo, type ReactNode } from 'react'
import { EmptyState, LoadFailure } from '../frame/states.js'
import { compareCells } from './compare.js'
import type { Column } from './column.js'
import { usePreferences } from './preferences.js'
import { TablePreferencesButton } from './table-preferences.js'

export interface CollectionTableProps<Row> {
  /** Names what the browser keeps of it, e.g. `virtual-nodes`. */
  readonly id: string
  /** `Virtual nodes`. */
  readonly title: string
  readonly description?: ReactNode
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly nameOf: (row: Row) => string
  readonly defaultSort?: keyof Row & string
  readonly isLoading: boolean
  readonly error: unknown
  readonly onRetry: () => void
  /** Gets the selected row, or undefined. */
  readonly actions?: (selected: Row | undefined) => ReactNode
  /** What there is to do while there is none. */
  readonly empty: { readonly title: string; readonly text?: string; readonly action?: ReactNode }
  /** `full-page` for a list of its own, `container` for one inside a page. */
  readonly variant?: 'full-page' | 'container'
}

export function CollectionTable<Row extends object>(props: CollectionTableProps<Row>) {
  const { id, title, columns, rows, keyOf, nameOf, isLoading, error, onRetry, variant = 'full-page' } = props
  const state = usePreferences(id, columns)
  const { preferences, widths } = state
  const collection = useTableCollection(props, preferences.pageSize)
  const definitions = useMemo(() => columns.map((column) => define(column, widths)), [columns, widths])
  const { items, filterProps, filteredItemsCount, collectionProps, paginationProps } = collection
  const selected = collectionProps.selectedItems?.[0]
  if (error && rows.length === 0) return <LoadFailure what={title.toLowerCase()} error={error} onRetry={onRetry} />
  return (
    <Table
      {...collectionProps}
      variant={variant}
      stickyHeader={variant === 'full-page'}
      resizableColumns
      enableKeyboardNavigation
      trackBy={keyOf}
      items={items}
      columnDefinitions={definitions}
      wrapLines={preferences.wrapLines ?? false}
      stripedRows={preferences.stripedRows ?? false}
      {...(preferences.contentDisplay && { columnDisplay: preferences.contentDisplay })}
      onColumnWidthsChange={({ detail }) => state.changeWidths(zipWidths(definitions, preferences, detail.widths))}
      loading={isLoading}
      loadingText={`Loading ${title.toLowerCase()}`}
      {...(props.actions && { selectionType: 'single' as const })}
      onRowClick={({ detail }) => collection.actions.setSelectedItems(props.actions ? [detail.item] : [])}
      ariaLabels={{
        tableLabel: title,
        selectionGroupLabel: `Selection of ${title.toLowerCase()}`,
        itemSelectionLabel: (_, row) => nameOf(row),
      }}
      header={<TableHeader {...props} selected={selected} />}
      filter={
        <PropertyFilter
          {...filterProps}
          filteringPlaceholder={`Find ${title.toLowerCase()}`}
          filteringAriaLabel={`Find ${title.toLowerCase()}`}
          countText={filteredItemsCount === 1 ? '1 match' : `${filteredItemsCount ?? 0} matches`}
          expandToViewport
        />
      }
      pagination={<Pagination {...paginationProps} />}
      preferences={<TablePreferencesButton columns={columns} state={state} />}
    />
  )
}

function TableHeader<Row>({
  title,
  description,
  rows,
  isLoading,
  actions,
  selected,
  variant = 'full-page',
}: CollectionTableProps<Row> & { readonly selected: Row | undefined }) {
  return (
    <Header
      variant={variant === 'full-page' ? 'awsui-h1-sticky' : 'h2'}
      {...(!isLoading && { counter: `(${rows.length})` })}
      description={description}
      actions={actions?.(selected)}
    >
      {title}
    </Header>
  )
}

function useTableCollection<Row extends object>(
  { columns, rows, keyOf, defaultSort, empty, title }: CollectionTableProps<Row>,
  pageSize = 20,
) {
  const filteringProperties = useMemo(
    () =>
      columns.map(({ id, header, isNumber }) => ({
        key: id,
        propertyLabel: header,
        groupValuesLabel: `${header} values`,
        operators: isNumber ? ['=', '!=', '<', '<=', '>', '>='] : [':', '!:', '=', '!=', '^'],
      })),
    [columns],
  )
  const collection = useCollection(rows, {
    propertyFiltering: {
      filteringProperties: filteringProperties as never,
      empty: (
        <EmptyState title={empty.title} action={empty.action}>
          {empty.text}
        </EmptyState>
      ),
      noMatch: (
        <EmptyState
          title="No matches"
          action={
            <Button onClick={() => collection.actions.setPropertyFiltering({ tokens: [], operation: 'and' })}>
              Clear filter
            </Button>
          }
        >
          No {title.toLowerCase()} match the filter.
        </EmptyState>
      ),
    },
    pagination: { pageSize },
    sorting: { defaultState: { sortingColumn: sortBy<Row>(defaultSort ?? columns[0]?.id) } },
    selection: { trackBy: keyOf },
  })
  return { ...collection, filterProps: collection.propertyFilterProps }
}

function sortBy<Row>(id: (keyof Row & string) | undefined): TableProps.SortingColumn<Row> {
  return id === undefined ? {} : { sortingField: id, sortingComparator: compareCells(id) }
}

function define<Row>(
  { id, header, width, cell }: Column<Row>,
  widths: Readonly<Record<string, number>>,
): TableProps.ColumnDefinition<Row> {
  return {
    id,
    header,
    ...sortBy<Row>(id),
    cell: cell ?? ((row) => String(row[id])),
    minWidth: 90,
    width: widths[id] ?? width ?? 180,
    isRowHeader: id === 'name',
  }
}

/** Widths come in the order in which the columns stand. */
function zipWidths<Row>(
  definitions: readonly TableProps.ColumnDefinition<Row>[],
  { contentDisplay }: { readonly contentDisplay?: readonly { readonly id: string; readonly visible: boolean }[] },
  widths: readonly number[],
): Record<string, number> {
  const shown = contentDisplay?.filter(({ visible }) => visible).map(({ id }) => id)
  const ids = shown ?? definitions.map(({ id }) => id ?? '')
  return Object.fromEntries(ids.flatMap((id, index) => (widths[index] === undefined ? [] : [[id, widths[index]]])))
}
