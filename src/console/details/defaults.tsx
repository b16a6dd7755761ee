/** What App Mesh makes Envoy do although the spec does not say so. */
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import type { ResourcePlace } from '../access/place.js'
import { useDefaults } from '../access/queries.js'
import { formatDefault } from '../data/effective-defaults.js'
import { EmptyState, LoadFailure } from '../frame/states.js'

export function EffectiveDefaults({ place }: { readonly place: ResourcePlace }) {
  const { data = [], isPending, error, refetch } = useDefaults(place)
  if (error) return <LoadFailure what="the effective defaults" error={error} onRetry={() => void refetch()} />
  return (
    <Table
      header={
        <Header
          variant="h2"
          {...(!isPending && { counter: `(${data.length})` })}
          description="Retries, timeouts and limits that hold because the configuration does not set them."
        >
          Effective defaults
        </Header>
      }
      loading={isPending}
      loadingText="Loading effective defaults"
      wrapLines
      items={data}
      trackBy={({ path, envoyField }) => `${path}/${envoyField}`}
      ariaLabels={{ tableLabel: 'Effective defaults' }}
      empty={<EmptyState title="No defaults apply">Everything that has a default is set.</EmptyState>}
      columnDefinitions={[
        { id: 'path', header: 'Field', isRowHeader: true, cell: ({ path }) => <code>{path}</code> },
        { id: 'value', header: 'Effective value', cell: ({ value }) => formatDefault(value) },
        { id: 'why', header: 'Why', cell: ({ why }) => why },
        { id: 'envoyField', header: 'Envoy field', cell: ({ envoyField }) => <code>{envoyField}</code> },
      ]}
    />
  )
}
