/** The namespaces of Cloud Map. */
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo, useState } from 'react'
import { PageLink } from '../frame/link.js'
import { CollectionTable } from '../lists/collection-table.js'
import type { Column } from '../lists/column.js'
import { CreateNamespace } from './create-namespace.js'
import { namespacePath } from './path.js'
import { useNamespaces, type Namespace } from './queries.js'
import { RemoveNamespace } from './remove-namespace.js'

interface Row {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly services: number
  readonly httpName: string
  readonly description: string
  readonly namespace: Namespace
}

export function Component() {
  const { data, isPending, error, refetch } = useNamespaces()
  const rows = useMemo(() => (data ?? []).map(buildRow), [data])
  const [isCreating, setCreating] = useState(false)
  const [removed, remove] = useState<Namespace>()
  return (
    <>
      <CollectionTable<Row>
        id="namespaces"
        title="Namespaces"
        description="Cloud Map: where virtual nodes with AWS Cloud Map service discovery find their endpoints."
        columns={COLUMNS}
        rows={rows}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        isLoading={isPending}
        error={error}
        onRetry={() => void refetch()}
        actions={(selected) => (
          <SpaceBetween size="xs" direction="horizontal">
            <Button disabled={!selected} onClick={() => remove(selected?.namespace)}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setCreating(true)}>
              Create namespace
            </Button>
          </SpaceBetween>
        )}
        empty={{
          title: 'No namespaces',
          text: 'A namespace holds services, and these the instances that take requests.',
          action: <Button onClick={() => setCreating(true)}>Create namespace</Button>,
        }}
      />
      {isCreating && <CreateNamespace onClose={() => setCreating(false)} />}
      {removed && <RemoveNamespace namespace={removed} onClose={() => remove(undefined)} />}
    </>
  )
}

export const TYPE_TITLES: Readonly<Record<Namespace['Type'], string>> = {
  HTTP: 'API calls',
  DNS_PRIVATE: 'API calls and private DNS',
  DNS_PUBLIC: 'API calls and public DNS',
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 240,
    cell: ({ id, name }) => <PageLink to={namespacePath(id)}>{name}</PageLink>,
  },
  { id: 'id', header: 'Namespace ID', width: 220 },
  { id: 'type', header: 'Instance discovery', width: 220 },
  { id: 'services', header: 'Services', width: 110, isNumber: true },
  { id: 'httpName', header: 'HTTP name', width: 200, isHidden: true },
  { id: 'description', header: 'Description', width: 260 },
]

function buildRow(namespace: Namespace): Row {
  const { Id, Name, Type, ServiceCount = 0, Description = '', Properties } = namespace
  const httpName = Properties?.HttpProperties?.HttpName ?? Name
  return {
    id: Id,
    name: Name,
    type: TYPE_TITLES[Type],
    services: ServiceCount,
    httpName,
    description: Description,
    namespace,
  }
}
