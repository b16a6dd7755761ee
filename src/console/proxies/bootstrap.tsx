/** The bootstrap that an Envoy of a virtual node or gateway should use. */
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { BootstrapFlavour, Proxy } from '../access/management.js'
import type { ResourcePlace } from '../access/place.js'
import { useBootstrap } from '../access/queries.js'
import { EmptyState, LoadFailure, PageLoading } from '../frame/states.js'
import { CodeBlock } from './code-block.js'

export function BootstrapTab({ proxy: { resource } }: { readonly proxy: Proxy }) {
  if (!resource) return <EmptyState title="Its virtual node or gateway does not exist any more" />
  const { kind, meshName, meshOwner, name } = resource
  return <BootstrapView place={{ kind, meshName, meshOwner, name }} />
}

const FLAVOURS: readonly { readonly id: BootstrapFlavour; readonly text: string }[] = [
  { id: 'stock', text: 'Envoy' },
  { id: 'appmesh', text: 'App Mesh image' },
]

const MEANINGS: Readonly<Record<BootstrapFlavour, string>> = {
  stock: 'For an Envoy of any build: envoy -c bootstrap.yaml',
  appmesh: 'For the aws-appmesh-envoy image, which makes its bootstrap from the environment.',
}

/** Also for pages of virtual nodes and gateways. */
export function BootstrapView({ place }: { readonly place: ResourcePlace }) {
  const [flavour, setFlavour] = useState<BootstrapFlavour>('stock')
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={MEANINGS[flavour]}
          actions={
            <SegmentedControl
              label="For which Envoy"
              selectedId={flavour}
              options={[...FLAVOURS]}
              onChange={({ detail }) => setFlavour(detail.selectedId as BootstrapFlavour)}
            />
          }
        >
          Bootstrap
        </Header>
      }
    >
      <BootstrapText place={place} flavour={flavour} />
    </Container>
  )
}

function BootstrapText({ place, flavour }: { readonly place: ResourcePlace; readonly flavour: BootstrapFlavour }) {
  const { data, error, refetch } = useBootstrap(place, flavour)
  if (error) return <LoadFailure what="the bootstrap" error={error} onRetry={() => void refetch()} />
  if (!data) return <PageLoading />
  const environment = Object.entries(data.environment).map(([name, value]) => `${name}=${value}`)
  return (
    <SpaceBetween size="m">
      {environment.length > 0 && (
        <div>
          <Box variant="h3">Environment</Box>
          <CodeBlock label="environment" text={environment.join('\n')} fileName={`${place.name}.env`} />
        </div>
      )}
      <div>
        <Box variant="h3">Bootstrap as YAML</Box>
        <CodeBlock label="bootstrap" text={data.yaml} fileName={`${place.name}-bootstrap.yaml`} />
      </div>
    </SpaceBetween>
  )
}
