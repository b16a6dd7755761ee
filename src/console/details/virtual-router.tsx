/** The page of a virtual router, with its routes. */
import { DetailPage } from './detail-page.js'
import { routesTab } from './routes.js'
import { configurationTab, recordTabs, relatedTab } from './tabs.js'

export function Component() {
  return (
    <DetailPage
      kind="virtualRouter"
      tabs={(detail) => [routesTab(detail), configurationTab(detail), relatedTab(detail), ...recordTabs(detail)]}
    />
  )
}
