/** There is no such page, or no such resource. */
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import { PageLink } from './link.js'

interface Missing {
  /** E.g. `Virtual node cart`; without, the address itself leads nowhere. */
  readonly what?: string
  readonly where?: string
  /** The page to go to instead. */
  readonly to?: string
  readonly toText?: string
}

export function NotFound({ what, where, to = '/meshes', toText = 'Go to Meshes' }: Missing) {
  return (
    <Container header={<Header variant="h1">{what === undefined ? 'Page not found' : `${what} not found`}</Header>}>
      <Box variant="p">
        {what === undefined
          ? 'There is no page at this address.'
          : `${what} does not exist${where === undefined ? '' : ` in ${where}`}. It may have been deleted, or its name is misspelt.`}
      </Box>
      <PageLink to={to}>{toText}</PageLink>
    </Container>
  )
}
