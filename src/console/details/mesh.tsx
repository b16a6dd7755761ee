/** The page of a mesh: how much is in it, how its Envoys are, what is wrong. */
import { DetailPage } from './detail-page.js'
import { MeshOverview } from './mesh-overview.js'
import { configurationTab, recordTabs } from './tabs.js'

export function Component() {
  return (
    <DetailPage
      kind="mesh"
      tabs={(detail) => [
        { id: 'overview', label: 'Overview', content: <MeshOverview mesh={detail.place} /> },
        configurationTab(detail),
        ...recordTabs(detail),
      ]}
    />
  )
}
