/** The revision log: what was changed, when, by whom, and how. */
import './history.css'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useMemo, useState } from 'react'
import type { Change } from '../access/management.js'
import { useHistory } from '../access/queries.js'
import { kindTitle } from '../data/change-texts.js'
import { meshPath } from '../data/paths.js'
import { PageLink } from '../frame/link.js'
import { useSplitPanel } from '../frame/panel.js'
import { EmptyState, LoadFailure } from '../frame/states.js'
import { ChangedLink, ChangePanel, Verb } from './change-panel.js'
import type { DiffForm } from './diff.js'
import { HistoryFilters, useHistoryFilter } from './filters.js'
import { formatTime } from './time.js'

export function Component() {
  const [filter, setFilter] = useHistoryFilter()
  const { data, error, isLoading, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useHistory(filter)
  const changes = useMemo(() => data?.pages.flatMap((page) => page.changes) ?? [], [data])
  const [selected, select] = useState<string>()
  useChangePanel(changes, selected, select)
  const columns = useMemo(() => buildColumns(select), [])
  if (error) return <LoadFailure what="the history" error={error} onRetry={() => void refetch()} />
  return (
    <Table<Change>
      variant="full-page"
      stickyHeader
      resizableColumns
      items={changes}
      trackBy={keyOf}
      loading={isLoading}
      loadingText="Loading the history"
      columnDefinitions={columns}
      header={
        <Header
          variant="awsui-h1-sticky"
          counter={`(${changes.length}${hasNextPage ? '+' : ''})`}
          description="What was changed, when and by whom. Newest first."
          actions={<Button iconName="refresh" ariaLabel="Refresh" onClick={() => void refetch()} />}
        >
          History
        </Header>
      }
      filter={
        <HistoryFilters
          filter={filter}
          onChange={setFilter}
          principals={distinct(changes.map(({ principal }) => principal))}
          operations={distinct(changes.map(({ operation }) => operation))}
        />
      }
      footer={
        hasNextPage && (
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older changes
          </Button>
        )
      }
      empty={
        <EmptyState title="No changes">Nothing has been written yet, or nothing that fits the filters.</EmptyState>
      }
      ariaLabels={{ tableLabel: 'History' }}
    />
  )
}

function buildColumns(select: (key: string) => void): TableProps.ColumnDefinition<Change>[] {
  return [
    {
      id: 'revision',
      header: 'Revision',
      cell: (change) => (
        <Link ariaLabel={`Show the change of revision ${change.revision}`} onFollow={() => select(keyOf(change))}>
          {change.revision}
        </Link>
      ),
      isRowHeader: true,
      width: 110,
    },
    { id: 'time', header: 'When', cell: ({ time }) => formatTime(time), width: 210 },
    { id: 'verb', header: 'Change', cell: (change) => <Verb change={change} />, width: 110 },
    { id: 'kind', header: 'Kind', cell: ({ ref }) => kindTitle(ref.kind), width: 170 },
    { id: 'name', header: 'Name', cell: (change) => <ChangedLink change={change} />, width: 260 },
    {
      id: 'mesh',
      header: 'Mesh',
      cell: ({ ref: { meshName } }) =>
        meshName === undefined ? '-' : <PageLink to={meshPath({ meshName })}>{meshName}</PageLink>,
      width: 150,
    },
    { id: 'operation', header: 'Operation', cell: ({ operation }) => operation, width: 220 },
    { id: 'principal', header: 'By', cell: ({ principal }) => principal, width: 180 },
  ]
}

function useChangePanel(
  changes: readonly Change[],
  selected: string | undefined,
  select: (key: string | undefined) => void,
): void {
  const [form, setForm] = useState<DiffForm>('unified')
  const panel = useMemo(() => {
    const change = changes.find((each) => keyOf(each) === selected)
    if (!change) return undefined
    return {
      content: <ChangePanel change={change} form={form} onForm={setForm} />,
      isOpen: true,
      onToggle: (isOpen: boolean) => (isOpen ? undefined : select(undefined)),
    }
  }, [changes, selected, form, select])
  useSplitPanel(panel)
}

/** One revision may change several things. */
function keyOf({ revision, arn, operation }: Change): string {
  return `${revision}/${operation}/${arn}`
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}
