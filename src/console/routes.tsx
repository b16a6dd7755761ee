/** The table of pages. Each is loaded when it is first visited; its module exports `Component`. */
import { Navigate, type RouteObject } from 'react-router'
import { ErrorPage } from './frame/error-page.js'
import { Frame } from './frame/frame.js'
import { NotFound } from './frame/not-found.js'
import { PageLoading } from './frame/states.js'

/** `lazy` of a route whose module exports `Component`. */
type Page = NonNullable<RouteObject['lazy']>

function page(path: string, lazy: Page): RouteObject {
  return { path, lazy }
}

const MESH: readonly RouteObject[] = [
  { index: true, lazy: () => import('./details/mesh.js') },
  page('edit', () => import('./forms/mesh.js')),
  page('map', () => import('./map/map.js')),
  page('proxies', () => import('./proxies/list.js')),
  page('virtual-services', () => import('./lists/virtual-services.js')),
  page('virtual-services/create', () => import('./forms/virtual-service.js')),
  page('virtual-services/:name', () => import('./details/virtual-service.js')),
  page('virtual-services/:name/edit', () => import('./forms/virtual-service.js')),
  page('virtual-nodes', () => import('./lists/virtual-nodes.js')),
  page('virtual-nodes/create', () => import('./forms/virtual-node.js')),
  page('virtual-nodes/:name', () => import('./details/virtual-node.js')),
  page('virtual-nodes/:name/edit', () => import('./forms/virtual-node.js')),
  page('virtual-routers', () => import('./lists/virtual-routers.js')),
  page('virtual-routers/create', () => import('./forms/virtual-router.js')),
  page('virtual-routers/:name', () => import('./details/virtual-router.js')),
  page('virtual-routers/:name/edit', () => import('./forms/virtual-router.js')),
  page('virtual-routers/:router/routes/create', () => import('./forms/route.js')),
  page('virtual-routers/:router/routes/:name', () => import('./details/route.js')),
  page('virtual-routers/:router/routes/:name/edit', () => import('./forms/route.js')),
  page('virtual-gateways', () => import('./lists/virtual-gateways.js')),
  page('virtual-gateways/create', () => import('./forms/virtual-gateway.js')),
  page('virtual-gateways/:name', () => import('./details/virtual-gateway.js')),
  page('virtual-gateways/:name/edit', () => import('./forms/virtual-gateway.js')),
  page('virtual-gateways/:gateway/gateway-routes/create', () => import('./forms/gateway-route.js')),
  page('virtual-gateways/:gateway/gateway-routes/:name', () => import('./details/gateway-route.js')),
  page('virtual-gateways/:gateway/gateway-routes/:name/edit', () => import('./forms/gateway-route.js')),
]

export const ROUTES: RouteObject[] = [
  {
    path: '/',
    Component: Frame,
    ErrorBoundary: ErrorPage,
    HydrateFallback: PageLoading,
    children: [
      {
        // An error of one page leaves the frame standing.
        ErrorBoundary: ErrorPage,
        children: [
          { index: true, element: <Navigate to="/meshes" replace /> },
          page('meshes', () => import('./lists/meshes.js')),
          page('meshes/create', () => import('./forms/mesh.js')),
          { path: 'meshes/:mesh', children: [...MESH] },
          page('proxies', () => import('./proxies/list.js')),
          page('proxies/:id', () => import('./proxies/detail.js')),
          page('cloud-map', () => import('./cloud-map/namespaces.js')),
          page('cloud-map/namespaces/:id', () => import('./cloud-map/namespace.js')),
          page('cloud-map/namespaces/:id/services/:service', () => import('./cloud-map/service.js')),
          page('history', () => import('./history/history.js')),
          page('get-started', () => import('./wizard/get-started.js')),
          { path: '*', Component: NotFound },
        ],
      },
    ],
  },
]
