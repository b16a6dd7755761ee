/** Every Envoy that is connected, or those of one mesh: is it in sync, and why not? */
import './proxies.css'
import { useCollection } from '@cloudscape-design/collection-hooks'
import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import CollectionPreferences, {
  type CollectionPreferencesProps,
} from '@cloudscape-design/components/collection-preferences'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useMemo, useState } from 'react'
import { useParams } from 'react-router'
import type { Proxy } from '../access/management.js'
import { useProxies } from '../access/queries.js'
import { proxyFits } from '../data/proxy-texts.js'
import { useMeshPlace } from '../frame/place.js'
import { EmptyState, LoadFailure } from '../frame/states.js'
import { readStored, writeStored } from '../frame/storage.js'
import { useElapsed } from './age.js'
import { buildColumns, FIRST_HIDDEN } from './columns.js'
import { ConnectHelp } from './connect-help.js'
import { ProxyFilters, useProxyFilters } from './filters.js'
import { Rejections } from './rejections.js'

export function Component() {
  const place = useMeshPlace()
  const isOfMesh = useParams()['mesh'] !== undefined
  const mesh = isOfMesh ? place : undefined
  const { data, error, isLoading, refetch, dataUpdatedAt } = useProxies(mesh ? { mesh: meshText(mesh) } : {})
  const elapsed = useElapsed(dataUpdatedAt)
  if (error) return <LoadFailure what="the Envoys" error={error} onRetry={() => void refetch()} />
  return (
    <ProxyTable
      proxies={data?.proxies ?? []}
      notice={data?.notice}
      mesh={mesh}
      elapsed={elapsed}
      isLoading={isLoading}
      onRefresh={() => void refetch()}
    />
  )
}

function meshText({
  meshName,
  meshOwner,
}: {
  readonly meshName: string
  readonly meshOwner?: string | undefined
}): string {
  return meshOwner === undefined ? meshName : `${meshName}@${meshOwner}`
}

interface ProxyTableProps {
  readonly proxies: readonly Proxy[]
  readonly notice: string | undefined
  readonly mesh: ReturnType<typeof useMeshPlace> | undefined
  readonly elapsed: number
  readonly isLoading: boolean
  readonly onRefresh: () => void
}

function ProxyTable({ proxies, notice, mesh, elapsed, isLoading, onRefresh }: ProxyTableProps) {
  const filters = useProxyFilters()
  const fitting = useMemo(() => proxies.filter((proxy) => fits(proxy, filters.values)), [proxies, filters.values])
  const [preferences, setPreferences] = usePreferences()
  const showReplica = proxies.some(({ replica }) => replica !== undefined)
  const columns = useMemo(
    () => buildColumns({ elapsed, showMesh: mesh === undefined, showReplica }),
    [elapsed, mesh, showReplica],
  )
  const { items, collectionProps, paginationProps } = useCollection(fitting, {
    filtering: {
      empty: <ConnectHelp mesh={mesh} />,
      noMatch: <EmptyState title="No Envoy fits the filters" />,
    },
    sorting: {},
    pagination: { pageSize: preferences.pageSize ?? FIRST_PAGE_SIZE },
  })
  const isFiltered = fitting.length < proxies.length
  return (
    <Table<Proxy>
      {...collectionProps}
      variant="full-page"
      stickyHeader
      resizableColumns
      items={items}
      trackBy={({ replica, id }) => `${replica ?? ''}/${id}`}
      loading={isLoading}
      loadingText="Loading the Envoys"
      columnDefinitions={columns}
      columnDisplay={columns.map(({ id }) => ({ id, visible: !preferences.hidden.includes(id) }))}
      header={
        <SpaceBetween size="m">
          <Header
            variant="awsui-h1-sticky"
            counter={isFiltered ? `(${fitting.length}/${proxies.length})` : `(${proxies.length})`}
            description="Every Envoy that is connected, and whether it has what it should have. Live."
            actions={<Button iconName="refresh" ariaLabel="Refresh" onClick={onRefresh} />}
          >
            Proxies
          </Header>
          {notice !== undefined && <Alert type="warning">{notice}</Alert>}
          <Rejections proxies={fitting} elapsed={elapsed} />
        </SpaceBetween>
      }
      filter={<ProxyFilters filters={filters} proxies={proxies} showMesh={mesh === undefined} />}
      pagination={<Pagination {...paginationProps} />}
      preferences={<Preferences preferences={preferences} columns={columns} onChange={setPreferences} />}
      empty={isFiltered ? <EmptyState title="No Envoy fits the filters" /> : <ConnectHelp mesh={mesh} />}
      ariaLabels={{ tableLabel: 'Proxies' }}
    />
  )
}

function fits(proxy: Proxy, { text, mesh, state }: ReturnType<typeof useProxyFilters>['values']): boolean {
  if (state !== undefined && proxy.state !== state) return false
  if (mesh !== undefined && proxy.resource?.meshName !== mesh) return false
  return text === '' || proxyFits(proxy, text)
}

interface Chosen {
  readonly pageSize?: number | undefined
  readonly hidden: readonly string[]
}

const FIRST_PAGE_SIZE = 50

function usePreferences(): [Chosen, (chosen: Chosen) => void] {
  const [chosen, choose] = useState(() => readStored<Chosen>('proxies', { hidden: FIRST_HIDDEN }))
  const keep = (next: Chosen): void => {
    writeStored('proxies', next)
    choose(next)
  }
  return [chosen, keep]
}

interface PreferencesProps {
  readonly preferences: Chosen
  readonly columns: ReturnType<typeof buildColumns>
  readonly onChange: (chosen: Chosen) => void
}

function Preferences({ preferences: { pageSize = FIRST_PAGE_SIZE, hidden }, columns, onChange }: PreferencesProps) {
  const display = columns.map(({ id }) => ({ id, visible: !hidden.includes(id) }))
  const confirm = ({ detail }: { readonly detail: CollectionPreferencesProps.Preferences }): void =>
    onChange({
      pageSize: detail.pageSize,
      hidden: (detail.contentDisplay ?? []).filter(({ visible }) => !visible).map(({ id }) => id),
    })
  return (
    <CollectionPreferences
      title="Preferences"
      confirmLabel="Confirm"
      cancelLabel="Cancel"
      preferences={{ pageSize, contentDisplay: display }}
      pageSizePreference={{ options: [20, 50, 100, 200].map((value) => ({ value, label: `${value} Envoys` })) }}
      contentDisplayPreference={{
        options: columns.map(({ id, header }) => ({ id, label: header, alwaysVisible: id === 'name' })),
      }}
      onConfirm={confirm}
    />
  )
}
