/** The Envoys of a virtual node or gateway that are connected now. */
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import type { Proxy } from '../access/management.js'
import type { ResourcePlace } from '../access/place.js'
import { useProxies } from '../access/queries.js'
import { PageLink } from '../frame/link.js'
import { EmptyState, LoadFailure } from '../frame/states.js'
import { proxyPath } from '../proxies/path.js'
import { State } from '../proxies/state.js'

export function ConnectedEnvoys({ place, arn }: { readonly place: ResourcePlace; readonly arn: string }) {
  const { data, isPending, error, refetch } = useProxies({ node: arn })
  const items = data?.proxies ?? []
  if (error) return <LoadFailure what="the Envoys" error={error} onRetry={() => void refetch()} />
  return (
    <Table
      header={
        <Header
          variant="h2"
          {...(!isPending && { counter: `(${items.length})` })}
          description="Live: what each was sent, and what it answered."
        >
          Connected Envoys
        </Header>
      }
      loading={isPending}
      loadingText="Loading Envoys"
      items={items}
      trackBy={({ id, replica = '' }) => `${replica}/${id}`}
      ariaLabels={{ tableLabel: 'Connected Envoys' }}
      empty={
        <EmptyState title="No Envoy is connected">
          Start an Envoy with APPMESH_RESOURCE_ARN=mesh/{place.meshName}/{place.kind}/{place.name}
        </EmptyState>
      }
      columnDefinitions={COLUMNS}
    />
  )
}

const COLUMNS = [
  {
    id: 'peer',
    header: 'Address',
    isRowHeader: true,
    cell: (proxy: Proxy) => <PageLink to={proxyPath(proxy)}>{proxy.peer}</PageLink>,
  },
  { id: 'state', header: 'State', cell: ({ state }: Proxy) => <State state={state} /> },
  { id: 'version', header: 'Envoy version', cell: ({ envoyVersion }: Proxy) => envoyVersion },
  {
    id: 'protocol',
    header: 'xDS',
    cell: ({ protocol }: Proxy) => (protocol === 'delta' ? 'Delta' : 'State of the world'),
  },
  { id: 'revision', header: 'Accepted revision', cell: ({ revision }: Proxy) => revision ?? '-' },
  { id: 'error', header: 'Last rejection', cell: ({ types }: Proxy) => types.find(({ error }) => error)?.error ?? '-' },
]
