/** The page of a virtual node. */
import { DetailPage } from './detail-page.js'
import { configurationTab, defaultsTab, envoyTabs, recordTabs, relatedTab } from './tabs.js'

export function Component() {
  return (
    <DetailPage
      kind="virtualNode"
      tabs={(detail) => [
        configurationTab(detail),
        relatedTab(detail),
        ...envoyTabs(detail),
        defaultsTab(detail),
        ...recordTabs(detail),
      ]}
    />
  )
}
