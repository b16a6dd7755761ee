/** The Envoys of a mesh that have not accepted what was published for them. */
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import type { MeshPlace } from '../access/place.js'
import { useProxies } from '../access/queries.js'
import { proxyName } from '../data/proxy-texts.js'
import { PageLink } from '../frame/link.js'
import { EmptyState, LoadFailure } from '../frame/states.js'
import { proxyPath } from '../proxies/path.js'
import { State } from '../proxies/state.js'

export function OutOfSync({ mesh: { meshName, meshOwner } }: { readonly mesh: MeshPlace }) {
  const mesh = meshOwner === undefined ? meshName : `${meshName}@${meshOwner}`
  const { data, isPending, error, refetch } = useProxies({ mesh })
  const items = (data?.proxies ?? []).filter(({ state }) => state !== 'SYNCED')
  if (error) return <LoadFailure what="the Envoys" error={error} onRetry={() => void refetch()} />
  return (
    <Table
      header={
        <Header variant="h2" {...(!isPending && { counter: `(${items.length})` })}>
          Envoys that are not in sync
        </Header>
      }
      wrapLines
      loading={isPending}
      loadingText="Loading Envoys"
      items={items}
      trackBy={({ id, replica = '' }) => `${replica}/${id}`}
      ariaLabels={{ tableLabel: 'Envoys that are not in sync' }}
      empty={<EmptyState title="Every connected Envoy is in sync" />}
      columnDefinitions={[
        {
          id: 'name',
          header: 'Envoy of',
          width: 220,
          isRowHeader: true,
          cell: (proxy) => <PageLink to={proxyPath(proxy)}>{proxyName(proxy)}</PageLink>,
        },
        { id: 'peer', header: 'Address', width: 180, cell: ({ peer }) => peer },
        { id: 'state', header: 'State', width: 140, cell: ({ state }) => <State state={state} /> },
        {
          id: 'why',
          header: 'Why',
          cell: ({ types }) => types.flatMap((type) => type.error ?? [])[0] ?? 'No answer yet',
        },
      ]}
    />
  )
}
