/** The frame of every page: top bar, navigation, breadcrumbs, notifications, help, split panel. */
import AppLayout, { type AppLayoutProps } from '@cloudscape-design/components/app-layout'
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import Flashbar from '@cloudscape-design/components/flashbar'
import { useEffect, useMemo, useState } from 'react'
import { Outlet, useLocation } from 'react-router'
import { describePage, type Crumb, type PageInfo } from '../data/page.js'
import { useConnectionNotice } from './connection.js'
import { Help } from './help.js'
import { hrefOf, useFollow } from './link.js'
import { Navigation } from './navigation.js'
import { useNotices } from './notify.js'
import { PanelContext, type Panel } from './panel.js'
import { TopBar } from './top-bar.js'

const TOP_BAR = 'top-bar'
const WIDE = '(min-width: 900px)'

export function Frame() {
  const page = usePageInfo()
  const [panel, setPanel] = useState<Panel>()
  const [isNavigationOpen, setNavigationOpen] = useState(() => window.matchMedia(WIDE).matches)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const { pathname } = useLocation()
  // On a phone the navigation lies over the page that it has led to.
  useEffect(() => {
    if (!window.matchMedia(WIDE).matches) setNavigationOpen(false)
  }, [pathname])
  return (
    <PanelContext value={setPanel}>
      <header id={TOP_BAR} className="top-bar">
        <TopBar />
      </header>
      <AppLayout
        headerSelector={`#${TOP_BAR}`}
        contentType={page.layout}
        navigation={<Navigation mesh={page.mesh} />}
        navigationOpen={isNavigationOpen}
        onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
        breadcrumbs={<Breadcrumbs crumbs={page.crumbs} />}
        notifications={<Notifications />}
        stickyNotifications
        tools={<Help topic={page.topic} />}
        toolsOpen={isHelpOpen}
        onToolsChange={({ detail }) => setHelpOpen(detail.open)}
        content={<Outlet />}
        {...panelProps(panel)}
        ariaLabels={LABELS}
      />
    </PanelContext>
  )
}

const LABELS: AppLayoutProps.Labels = {
  navigation: 'Navigation',
  navigationToggle: 'Open navigation',
  navigationClose: 'Close navigation',
  tools: 'Help',
  toolsToggle: 'Open help',
  toolsClose: 'Close help',
  notifications: 'Notifications',
}

/** Open or not is said from the start: a layout that was not told keeps it to itself for ever. */
function panelProps(panel: Panel | undefined): Partial<AppLayoutProps> {
  return {
    splitPanel: panel?.content,
    splitPanelOpen: panel?.isOpen ?? false,
    onSplitPanelToggle: ({ detail }) => panel?.onToggle(detail.open),
    splitPanelPreferences: { position: window.matchMedia(WIDE).matches ? 'side' : 'bottom' },
  }
}

function usePageInfo(): PageInfo {
  const { pathname, search } = useLocation()
  const page = useMemo(() => describePage(pathname, ownerOnly(search)), [pathname, search])
  useEffect(() => {
    document.title = page.title
  }, [page.title])
  return page
}

/** Of the query only the owner of the mesh belongs to the addresses of other pages. */
function ownerOnly(search: string): string {
  const owner = new URLSearchParams(search).get('meshOwner')
  return owner === null ? '' : `?meshOwner=${owner}`
}

function Breadcrumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  return (
    <BreadcrumbGroup
      ariaLabel="Breadcrumbs"
      items={crumbs.map(({ text, path }) => ({ text, href: hrefOf(path) }))}
      onFollow={useFollow()}
    />
  )
}

function Notifications() {
  const notices = useNotices()
  const connection = useConnectionNotice()
  return <Flashbar items={connection ? [connection, ...notices] : notices} stackItems />
}
