/** The page of a virtual gateway, with its gateway routes. */
import { DetailPage } from './detail-page.js'
import { gatewayRoutesTab } from './routes.js'
import { configurationTab, defaultsTab, envoyTabs, recordTabs, relatedTab } from './tabs.js'

export function Component() {
  return (
    <DetailPage
      kind="virtualGateway"
      tabs={(detail) => [
        gatewayRoutesTab(detail),
        configurationTab(detail),
        relatedTab(detail),
        ...envoyTabs(detail),
        defaultsTab(detail),
        ...recordTabs(detail),
      ]}
    />
  )
}
