/** What an Envoy was sent, as Envoy JSON: to search, read and copy. */
import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Cards from '@cloudscape-design/components/cards'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useMemo, useState } from 'react'
import type { Json, Proxy } from '../access/management.js'
import { useProxyConfig } from '../access/queries.js'
import { typeText, type ResourceState } from '../data/proxy-texts.js'
import { EmptyState, LoadFailure, PageLoading } from '../frame/states.js'
import { CodeBlock } from './code-block.js'
import { State } from './state.js'

interface SentResource {
  readonly key: string
  readonly type: string
  readonly name: string
  readonly state: ResourceState
  readonly version: string | undefined
  readonly text: string | undefined
}

/** As GET /proxies/{name}/config answers. */
interface ProxyConfig {
  readonly types: readonly {
    readonly typeUrl: string
    readonly resources: readonly {
      readonly name: string
      readonly state: ResourceState
      readonly version?: string
      readonly config?: Json
    }[]
  }[]
}

const PAGE_SIZE = 20
const EVERY_TYPE = { value: '', label: 'Every type' }

export function SentResources({ proxy }: { readonly proxy: Proxy }) {
  const { data, error, refetch } = useProxyConfig(String(proxy.id))
  const resources = useMemo(() => (data ? listResources(data as unknown as ProxyConfig) : []), [data])
  if (error) return <LoadFailure what="the resources" error={error} onRetry={() => void refetch()} />
  return data ? <ResourceList resources={resources} /> : <PageLoading />
}

function ResourceList({ resources }: { readonly resources: readonly SentResource[] }) {
  const types = useMemo(() => [...new Set(resources.map(({ type }) => type))], [resources])
  const [type, setType] = useState('')
  const ofType = useMemo(() => resources.filter((each) => type === '' || each.type === type), [resources, type])
  const { items, collectionProps, filterProps, filteredItemsCount, paginationProps } = useCollection(ofType, {
    filtering: { filteringFunction: fits, noMatch: <EmptyState title="No resource has this text" /> },
    pagination: { pageSize: PAGE_SIZE },
  })
  const options = [EVERY_TYPE, ...types.map((value) => ({ value, label: value }))]
  return (
    <Cards<SentResource>
      {...collectionProps}
      items={items}
      trackBy="key"
      cardsPerRow={[{ cards: 1 }]}
      cardDefinition={{
        header: ({ name }) => name,
        sections: [
          { id: 'body', content: (each) => <ResourceBody resource={each} find={filterProps.filteringText} /> },
        ],
      }}
      header={
        <Header variant="h2" counter={`(${ofType.length})`}>
          Resources as sent
        </Header>
      }
      filter={
        <div className="proxy-filters">
          <TextFilter
            {...filterProps}
            filteringPlaceholder="Find in names and in the configuration"
            filteringAriaLabel="Find a resource"
            countText={filterProps.filteringText === '' ? '' : `${filteredItemsCount ?? 0} matches`}
          />
          <Select
            ariaLabel="Type of resource"
            options={options}
            selectedOption={options.find(({ value }) => value === type) ?? EVERY_TYPE}
            onChange={({ detail }) => setType(detail.selectedOption.value ?? '')}
          />
        </div>
      }
      pagination={<Pagination {...paginationProps} />}
      empty={<EmptyState title="Nothing was sent yet" />}
    />
  )
}

function ResourceBody({ resource, find }: { readonly resource: SentResource; readonly find: string }) {
  const { type, state, version, text, name } = resource
  return (
    <SpaceBetween size="xs">
      <SpaceBetween size="m" direction="horizontal">
        <Box>{type}</Box>
        <State state={state} />
        {version !== undefined && <Box color="text-body-secondary">version {version}</Box>}
      </SpaceBetween>
      {text !== undefined && (
        // Opens by itself where the text that is looked for is inside.
        <ExpandableSection
          key={String(find !== '')}
          headerText="Configuration"
          defaultExpanded={find !== '' && text.toLowerCase().includes(find.toLowerCase())}
        >
          <CodeBlock label={`configuration of ${name}`} text={text} find={find} fileName={`${name}.json`} />
        </ExpandableSection>
      )}
    </SpaceBetween>
  )
}

function listResources({ types }: ProxyConfig): SentResource[] {
  return types.flatMap(({ typeUrl, resources }) =>
    resources.map(({ name, state, version, config }) => ({
      key: `${typeUrl}/${name}`,
      type: typeText(typeUrl).long,
      name,
      state,
      version,
      text: config === undefined ? undefined : JSON.stringify(config, null, 2),
    })),
  )
}

function fits({ name, version = '', text = '' }: SentResource, find: string): boolean {
  return [name, version, text].some((each) => each.toLowerCase().includes(find.toLowerCase()))
}
