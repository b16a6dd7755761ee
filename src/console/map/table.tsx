/** The map as a table: the same boxes and the same links, for keyboards and screen readers, and for whoever prefers lists. */
import { useCollection } from '@cloudscape-design/collection-hooks'
import Badge from '@cloudscape-design/components/badge'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Pagination from '@cloudscape-design/components/pagination'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useMemo } from 'react'
import { buildMapRows, type MapRow } from '../data/map-table.js'
import { KIND_TITLES } from '../data/map-style.js'
import { EmptyState } from '../frame/states.js'
import { Attention } from './attention.js'
import { formatEnd, LinkEnds } from './link-ends.js'
import type { MapModel } from './model.js'

const PAGE_SIZE = 50

interface MapTableProps {
  readonly model: MapModel
  readonly selected: string | undefined
  readonly onSelect: (id: string) => void
}

export function MapTable({ model, selected, onSelect }: MapTableProps) {
  const { graph, statuses, visible } = model
  const rows = useMemo(() => buildMapRows(graph, statuses, visible), [graph, statuses, visible])
  const { items, collectionProps, filterProps, filteredItemsCount, paginationProps } = useCollection(rows, {
    filtering: { filteringFunction: (row, text) => searchText(row).includes(text.toLowerCase()) },
    sorting: {},
    pagination: { pageSize: PAGE_SIZE },
  })
  const columns = useMemo(() => buildColumns(onSelect), [onSelect])
  return (
    <Table<MapRow>
      {...collectionProps}
      variant="embedded"
      items={items}
      trackBy="id"
      columnDefinitions={columns}
      selectedItems={rows.filter(({ id }) => id === selected)}
      header={<Header counter={`(${rows.length})`}>Everything on the map</Header>}
      filter={
        <TextFilter
          {...filterProps}
          filteringPlaceholder="Find by any text"
          filteringAriaLabel="Find in the table"
          countText={filterProps.filteringText === '' ? '' : `${filteredItemsCount ?? 0} matches`}
        />
      }
      pagination={<Pagination {...paginationProps} />}
      resizableColumns
      wrapLines
      cellVerticalAlign="top"
      empty={<EmptyState title="Nothing on the map">The mesh is empty, or everything is hidden.</EmptyState>}
      ariaLabels={{ tableLabel: 'Everything on the map' }}
    />
  )
}

function buildColumns(onSelect: (id: string) => void): TableProps.ColumnDefinition<MapRow>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      cell: ({ id, name }) => <Link onFollow={() => onSelect(id)}>{name}</Link>,
      sortingField: 'name',
      isRowHeader: true,
      width: 220,
    },
    {
      id: 'kind',
      header: 'Kind',
      cell: ({ kind }) => KIND_TITLES[kind],
      sortingComparator: (a, b) => KIND_TITLES[a.kind].localeCompare(KIND_TITLES[b.kind]),
      width: 140,
    },
    { id: 'details', header: 'Configuration', cell: ({ details }) => details || '-', width: 230 },
    {
      id: 'leads-to',
      header: 'Leads to',
      cell: ({ leadsTo }) => <LinkEnds ends={leadsTo} onSelect={onSelect} />,
      width: 270,
    },
    {
      id: 'reached-from',
      header: 'Reached from',
      cell: ({ reachedFrom }) => <LinkEnds ends={reachedFrom} onSelect={onSelect} />,
      width: 270,
    },
    { id: 'envoys', header: 'Envoys', cell: ({ envoys }) => envoys || '-', sortingField: 'envoys', width: 150 },
    { id: 'endpoints', header: 'Endpoints', cell: ({ endpoints }) => endpoints || '-', width: 130 },
    { id: 'tls', header: 'TLS', cell: ({ tls }) => (tls ? <Badge>{tls}</Badge> : '-'), width: 130 },
    {
      id: 'attention',
      header: 'Needs attention',
      cell: ({ attention }) => (attention.length === 0 ? '-' : <Attention texts={attention} />),
      sortingComparator: (a, b) => a.attention.length - b.attention.length,
      width: 480,
    },
  ]
}

function searchText(row: MapRow): string {
  const { name, kind, details, envoys, endpoints, tls, attention, leadsTo, reachedFrom } = row
  const ends = [...leadsTo, ...reachedFrom].map(formatEnd)
  return [name, KIND_TITLES[kind], details, envoys, endpoints, tls ?? '', ...attention, ...ends]
    .join('\n')
    .toLowerCase()
}
