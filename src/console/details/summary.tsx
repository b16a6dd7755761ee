/** Who a resource is: ARN, owners, version, times. */
import Container from '@cloudscape-design/components/container'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { MeshResource } from '../access/management.js'
import type { ResourcePlace } from '../access/place.js'
import { KIND_TEXTS } from '../data/kind-texts.js'
import { itemPath, parentPath } from '../data/paths.js'
import { PageLink } from '../frame/link.js'
import { Time } from '../frame/time.js'

interface SummaryProps {
  readonly place: ResourcePlace
  readonly resource: MeshResource
}

export function Summary({ place, resource }: SummaryProps) {
  const { arn, version, createdAt, lastUpdatedAt, meshOwner, resourceOwner } = resource
  return (
    <Container header={<Header variant="h2">Summary</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          items={[
            ...(place.kind === 'mesh' ? [] : [{ label: 'Mesh', value: <MeshLink place={place} /> }]),
            ...(place.parentName === undefined ? [] : [parentItem(place)]),
            { label: 'Status', value: <StatusIndicator>Active</StatusIndicator> },
            { label: 'Version', value: version },
            { label: 'Mesh owner', value: meshOwner },
            { label: 'Resource owner', value: resourceOwner },
            { label: 'Created', value: <Time time={createdAt} /> },
            { label: 'Last updated', value: <Time time={lastUpdatedAt} /> },
          ]}
        />
        <KeyValuePairs columns={1} items={[{ label: 'ARN', value: <Arn arn={arn} /> }]} />
      </SpaceBetween>
    </Container>
  )
}

function MeshLink({ place: { meshName, meshOwner } }: { readonly place: ResourcePlace }) {
  return <PageLink to={itemPath({ kind: 'mesh', meshName, meshOwner, name: meshName })}>{meshName}</PageLink>
}

function parentItem(place: ResourcePlace) {
  const kind = place.kind === 'route' ? 'virtualRouter' : 'virtualGateway'
  return { label: KIND_TEXTS[kind].one, value: <PageLink to={parentPath(place)}>{place.parentName}</PageLink> }
}

function Arn({ arn }: { readonly arn: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={arn}
      copyButtonAriaLabel="Copy ARN"
      copySuccessText="ARN copied"
      copyErrorText="The ARN was not copied"
    />
  )
}
