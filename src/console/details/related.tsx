/** What a resource refers to, and what refers to it. */
import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useMemo } from 'react'
import type { Kind } from '../../model/resource.js'
import { useResources } from '../access/queries.js'
import { KIND_TEXTS } from '../data/kind-texts.js'
import { itemPath } from '../data/paths.js'
import { findRelations, type Related, type Relation } from '../data/relations.js'
import { PageLink } from '../frame/link.js'
import { EmptyState } from '../frame/states.js'
import type { Detail } from './detail-page.js'

const RELATIONS: Readonly<Record<Relation, string>> = {
  parent: 'Is part of',
  child: 'Has',
  refersTo: 'Refers to',
  referredBy: 'Is referred to by',
}

export function RelatedResources<K extends Kind>({ place, resource }: Detail<K>) {
  const { data } = useResources(place)
  const { meshName } = place
  const items = useMemo(() => findRelations(data?.resources ?? [], meshName, resource), [data, meshName, resource])
  const inMesh = (ref: Related['ref']) => (ref.meshName === meshName ? { ...ref, meshOwner: place.meshOwner } : ref)
  return (
    <Table
      header={
        <Header variant="h2" counter={`(${items.length})`}>
          Related resources
        </Header>
      }
      items={items}
      trackBy={({ relation, ref }) => `${relation}/${ref.kind}/${ref.parentName ?? ''}/${ref.name}`}
      ariaLabels={{ tableLabel: 'Related resources' }}
      empty={<EmptyState title="No related resources">Nothing refers to it, and it refers to nothing.</EmptyState>}
      columnDefinitions={[
        { id: 'relation', header: 'Relation', cell: ({ relation }) => RELATIONS[relation] },
        { id: 'kind', header: 'Kind', cell: ({ ref }) => KIND_TEXTS[ref.kind].one },
        {
          id: 'name',
          header: 'Name',
          isRowHeader: true,
          cell: ({ ref, exists }) => (exists ? <PageLink to={itemPath(inMesh(ref))}>{ref.name}</PageLink> : ref.name),
        },
        { id: 'parent', header: 'Of', cell: ({ ref }) => ref.parentName ?? '-' },
        {
          id: 'exists',
          header: 'Exists',
          cell: ({ exists, ref }) => <Existence exists={exists || ref.meshName !== meshName} />,
        },
      ]}
    />
  )
}

function Existence({ exists }: { readonly exists: boolean }) {
  return exists ? (
    <StatusIndicator>Yes</StatusIndicator>
  ) : (
    <StatusIndicator type="warning">Does not exist</StatusIndicator>
  )
}
