/** The navigation at the left: the pages of the mesh that the page is about, and those of the server. */
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation'
import { useLocation } from 'react-router'
import { listPath, meshPath, SECTIONS, type ListedKind, type PagePlace } from '../data/paths.js'
import { hrefOf, useFollow } from './link.js'

const LISTS: readonly (readonly [ListedKind, string])[] = [
  ['virtualService', 'Virtual services'],
  ['virtualNode', 'Virtual nodes'],
  ['virtualRouter', 'Virtual routers'],
  ['virtualGateway', 'Virtual gateways'],
]

const SERVER: readonly SideNavigationProps.Item[] = [
  link('Meshes', '/meshes'),
  link('Cloud Map', '/cloud-map'),
  link('Proxies', '/proxies'),
  link('History', '/history'),
  link('Get started', '/get-started'),
]

export function Navigation({ mesh }: { readonly mesh: PagePlace | undefined }) {
  const { pathname } = useLocation()
  return (
    <SideNavigation
      activeHref={hrefOf(activePath(pathname, mesh))}
      header={
        mesh ? { text: mesh.meshName, href: hrefOf(meshPath(mesh)) } : { text: 'meshkeeper', href: hrefOf('/meshes') }
      }
      items={mesh ? [...meshItems(mesh), { type: 'divider' }, ...SERVER] : SERVER}
      onFollow={useFollow()}
    />
  )
}

function meshItems(mesh: PagePlace): SideNavigationProps.Item[] {
  return [
    link('Overview', meshPath(mesh)),
    link('Mesh map', meshPath(mesh, 'map')),
    ...LISTS.map(([kind, text]) => link(text, listPath(mesh, kind))),
    link('Proxies', meshPath(mesh, 'proxies')),
  ]
}

/** The entry under which a page stands: that of its list. */
function activePath(pathname: string, mesh: PagePlace | undefined): string {
  if (!mesh) return `/${pathname.split('/')[1] ?? ''}`
  const section = pathname.split('/')[3]
  const known = section !== undefined && (section === 'map' || section === 'proxies' || IN_MESH.includes(section))
  return known ? meshPath(mesh, section) : meshPath(mesh)
}

const IN_MESH: readonly string[] = Object.values(SECTIONS)

function link(text: string, path: string): SideNavigationProps.Link {
  return { type: 'link', text, href: hrefOf(path) }
}
