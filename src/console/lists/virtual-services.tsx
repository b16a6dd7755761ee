/** The list of virtual services. */
import { itemPath } from '../data/paths.js'
import { buildServiceRows, type ServiceRow } from '../data/rows.js'
import { PageLink } from '../frame/link.js'
import { useMeshPlace } from '../frame/place.js'
import type { Column } from './column.js'
import { KindList } from './kind-list.js'

export function Component() {
  return (
    <KindList
      kind="virtualService"
      columns={COLUMNS}
      buildRows={buildServiceRows}
      description="The names that clients call."
      purpose="A virtual service is the name that clients call; a virtual router or a virtual node provides it."
    />
  )
}

const COLUMNS: readonly Column<ServiceRow>[] = [
  { id: 'provider', header: 'Provider', width: 220, cell: (row) => <ProviderLink {...row} /> },
  { id: 'providerKind', header: 'Provider type', width: 160 },
]

function ProviderLink({ provider, providerKind }: ServiceRow) {
  const mesh = useMeshPlace()
  if (provider === '') return '-'
  const kind = providerKind === 'Virtual node' ? 'virtualNode' : 'virtualRouter'
  return <PageLink to={itemPath({ ...mesh, kind, name: provider })}>{provider}</PageLink>
}
