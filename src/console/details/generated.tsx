/** The configuration that an Envoy of a virtual node or gateway gets, whether one is connected or not. */
import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo, useState } from 'react'
import type { GeneratedConfig, Problem } from '../access/management.js'
import type { ResourcePlace } from '../access/place.js'
import { useGeneratedConfig } from '../access/queries.js'
import { countMatches } from '../data/count-matches.js'
import { LoadFailure, PageLoading } from '../frame/states.js'
import { CodeBlock } from '../proxies/code-block.js'

const PARTS = ['listeners', 'routes', 'clusters', 'endpoints', 'secrets'] as const
type Part = (typeof PARTS)[number]

export function GeneratedEnvoyConfig({ place }: { readonly place: ResourcePlace }) {
  const { data, error, refetch } = useGeneratedConfig(place)
  if (data) return <Config config={data} name={place.name} />
  if (error) return <LoadFailure what="the generated configuration" error={error} onRetry={() => void refetch()} />
  return <PageLoading />
}

function Config({ config, name }: { readonly config: GeneratedConfig; readonly name: string }) {
  const [part, setPart] = useState<Part>('listeners')
  const [find, setFind] = useState('')
  const text = useMemo(() => JSON.stringify(config[part], null, 2), [config, part])
  const matches = countMatches(text, find)
  return (
    <Container
      header={
        <Header variant="h2" description={`As of revision ${config.revision}, in the JSON of the Envoy API.`}>
          Generated Envoy configuration
        </Header>
      }
    >
      <SpaceBetween size="m">
        {config.problems.length > 0 && <Problems problems={config.problems} />}
        <SpaceBetween size="m" direction="horizontal" alignItems="center">
          <SegmentedControl
            label="Type of resource"
            selectedId={part}
            onChange={({ detail }) => setPart(detail.selectedId as Part)}
            options={PARTS.map((id) => ({ id, text: `${titleOf(id)} (${config[id].length})` }))}
          />
          <Input
            type="search"
            value={find}
            onChange={({ detail }) => setFind(detail.value)}
            placeholder="Find in the text"
            ariaLabel="Find in the text"
          />
          {find !== '' && <span role="status">{matches === 1 ? '1 match' : `${matches} matches`}</span>}
        </SpaceBetween>
        <CodeBlock label={`${titleOf(part)} of ${name}`} text={text} find={find} fileName={`${name}-${part}.json`} />
      </SpaceBetween>
    </Container>
  )
}

function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  return (
    <Alert type="warning" header="What the definition says cannot all be done">
      <ul>
        {problems.map((problem) => {
          const text = typeof problem === 'string' ? problem : `${problem.path} ${problem.message}`
          return <li key={text}>{text}</li>
        })}
      </ul>
    </Alert>
  )
}

function titleOf(part: Part): string {
  return part.charAt(0).toUpperCase() + part.slice(1)
}
