/** The bar at the top: product, search, appearance. */
import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation'
import { useNavigate } from 'react-router'
import { hrefOf } from './link.js'
import { useModes, type DensityChoice, type ModeChoice } from './modes.js'
import { Search } from './search.js'

const MODES: readonly (readonly [ModeChoice, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]

const DENSITIES: readonly (readonly [DensityChoice, string])[] = [
  ['comfortable', 'Comfortable'],
  ['compact', 'Compact'],
]

export function TopBar() {
  const navigate = useNavigate()
  const appearance = useAppearance()
  return (
    <TopNavigation
      identity={{
        href: hrefOf('/meshes'),
        title: 'meshkeeper',
        onFollow: (event) => {
          event.preventDefault()
          void navigate('/meshes')
        },
      }}
      search={<Search />}
      utilities={[appearance]}
      i18nStrings={{
        searchIconAriaLabel: 'Search',
        searchDismissIconAriaLabel: 'Close search',
        overflowMenuTriggerText: 'More',
        overflowMenuTitleText: 'All',
        overflowMenuBackIconAriaLabel: 'Back',
        overflowMenuDismissIconAriaLabel: 'Close menu',
      }}
    />
  )
}

function useAppearance(): TopNavigationProps.MenuDropdownUtility {
  const { choice, density, choose, chooseDensity } = useModes()
  return {
    type: 'menu-dropdown',
    iconName: 'settings',
    ariaLabel: 'Appearance',
    title: 'Appearance',
    items: [
      { text: 'Colours', items: MODES.map(([id, text]) => checkbox(`mode:${id}`, text, id === choice)) },
      { text: 'Density', items: DENSITIES.map(([id, text]) => checkbox(`density:${id}`, text, id === density)) },
    ],
    onItemClick: ({ detail: { id } }) => {
      const mode = MODES.find(([each]) => id === `mode:${each}`)?.[0]
      const dense = DENSITIES.find(([each]) => id === `density:${each}`)?.[0]
      if (mode) choose(mode)
      if (dense) chooseDensity(dense)
    },
  }
}

function checkbox(id: string, text: string, checked: boolean) {
  return { id, text, itemType: 'checkbox' as const, checked }
}
