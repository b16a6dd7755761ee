/** The page of a gateway route. */
import { DetailPage } from './detail-page.js'
import { configurationTab, defaultsTab, recordTabs, relatedTab } from './tabs.js'

export function Component() {
  return (
    <DetailPage
      kind="gatewayRoute"
      tabs={(detail) => [configurationTab(detail), relatedTab(detail), defaultsTab(detail), ...recordTabs(detail)]}
    />
  )
}
