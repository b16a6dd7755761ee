/** The frame of every page: navigation, breadcrumbs, notifications. */
import AppLayout from '@cloudscape-design/components/app-layout'

export function App() {
  return <AppLayout content="meshkeeper" navigationHide toolsHide />
}
