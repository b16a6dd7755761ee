/** The page of a route. */
import { DetailPage } from './detail-page.js'
import { configurationTab, defaultsTab, recordTabs, relatedTab } from './tabs.js'

export function Component() {
  return (
    <DetailPage
      kind="route"
      tabs={(detail) => [configurationTab(detail), relatedTab(detail), defaultsTab(detail), ...recordTabs(detail)]}
    />
  )
}
