/** The routes of a router, and the gateway routes of a gateway, each in a table of their own. */
import type { TabsProps } from '@cloudscape-design/components/tabs'
import { useMemo } from 'react'
import type { ResourcePlace } from '../access/place.js'
import { useResources } from '../access/queries.js'
import { itemPath } from '../data/paths.js'
import { buildGatewayRouteRows, buildRouteRows, type RouteRow } from '../data/rows.js'
import { PageLink } from '../frame/link.js'
import { useMeshPlace } from '../frame/place.js'
import type { Column } from '../lists/column.js'
import { ResourceTable } from '../lists/resource-table.js'

interface Parent {
  readonly place: ResourcePlace
}

export function routesTab({ place }: Parent): TabsProps.Tab {
  return { id: 'routes', label: 'Routes', content: <Routes place={place} /> }
}

export function gatewayRoutesTab({ place }: Parent): TabsProps.Tab {
  return { id: 'gateway-routes', label: 'Gateway routes', content: <GatewayRoutes place={place} /> }
}

function Routes({ place }: Parent) {
  const mesh = useMeshPlace()
  const { data, isPending, error, refetch } = useResources(mesh)
  const rows = useMemo(() => buildRouteRows(data?.resources ?? [], place.name), [data, place.name])
  return (
    <ResourceTable
      kind="route"
      mesh={mesh}
      parentName={place.name}
      variant="container"
      defaultSort="priority"
      columns={ROUTE_COLUMNS}
      rows={rows}
      isLoading={isPending}
      error={error}
      onRetry={() => void refetch()}
      description="The lowest priority value is tried first."
      purpose="Without a route the virtual router answers no requests."
    />
  )
}

function GatewayRoutes({ place }: Parent) {
  const mesh = useMeshPlace()
  const { data, isPending, error, refetch } = useResources(mesh)
  const rows = useMemo(() => buildGatewayRouteRows(data?.resources ?? [], place.name), [data, place.name])
  return (
    <ResourceTable
      kind="gatewayRoute"
      mesh={mesh}
      parentName={place.name}
      variant="container"
      defaultSort="priority"
      columns={GATEWAY_ROUTE_COLUMNS}
      rows={rows}
      isLoading={isPending}
      error={error}
      onRetry={() => void refetch()}
      description="The lowest priority value is tried first."
      purpose="Without a gateway route the virtual gateway lets no requests in."
    />
  )
}

const COMMON: readonly Column<RouteRow>[] = [
  {
    id: 'priority',
    header: 'Priority',
    width: 110,
    isNumber: true,
    cell: ({ priority }) => (priority === Infinity ? 'Last' : priority),
  },
  { id: 'type', header: 'Type', width: 90 },
  { id: 'match', header: 'Match', width: 220 },
]

const ROUTE_COLUMNS: readonly Column<RouteRow>[] = [...COMMON, { id: 'targets', header: 'Targets', width: 220 }]

const GATEWAY_ROUTE_COLUMNS: readonly Column<RouteRow>[] = [
  ...COMMON,
  { id: 'targets', header: 'Target', width: 220, cell: (row) => <ServiceLink name={row.targets} /> },
]

function ServiceLink({ name }: { readonly name: string }) {
  const mesh = useMeshPlace()
  return name === '' ? '-' : <PageLink to={itemPath({ ...mesh, kind: 'virtualService', name })}>{name}</PageLink>
}
