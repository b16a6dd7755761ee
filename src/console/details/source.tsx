/** A resource as text: as the App Mesh API describes it, and as `meshkeeper apply` takes it. */
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo, useState } from 'react'
import { stringify } from 'yaml'
import type { ResourcePlace } from '../access/place.js'
import { useDescription } from '../access/queries.js'
import { LoadFailure, PageLoading } from '../frame/states.js'
import { CodeBlock } from '../proxies/code-block.js'

type Format = 'json' | 'yaml'

export function Source({ place, version }: { readonly place: ResourcePlace; readonly version: number }) {
  const [format, setFormat] = useState<Format>('yaml')
  const { data, error, refetch } = useDescription(place)
  const text = useMemo(() => (data ? FORMATS[format](data) : ''), [data, format])
  if (error) return <LoadFailure what="the description" error={error} onRetry={() => void refetch()} />
  if (!data) return <PageLoading />
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`As the App Mesh API describes it: version ${data.metadata.version || version}.`}
        >
          JSON and YAML
        </Header>
      }
    >
      <SpaceBetween size="m">
        <SegmentedControl
          label="Format"
          selectedId={format}
          onChange={({ detail }) => setFormat(detail.selectedId as Format)}
          options={[
            { id: 'yaml', text: 'YAML' },
            { id: 'json', text: 'JSON' },
          ]}
        />
        <CodeBlock
          label={`${place.name} as ${format.toUpperCase()}`}
          text={text}
          fileName={`${place.name}.${format}`}
        />
      </SpaceBetween>
    </Container>
  )
}

const FORMATS: Readonly<Record<Format, (value: unknown) => string>> = {
  json: (value) => `${JSON.stringify(value, null, 2)}\n`,
  yaml: (value) => stringify(value),
}
