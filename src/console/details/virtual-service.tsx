/** The page of a virtual service. */
import { DetailPage } from './detail-page.js'
import { configurationTab, recordTabs, relatedTab } from './tabs.js'

export function Component() {
  return (
    <DetailPage
      kind="virtualService"
      tabs={(detail) => [configurationTab(detail), relatedTab(detail), ...recordTabs(detail)]}
    />
  )
}
