/** The page of one resource: what it is, and everything about it in tabs. */
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs, { type TabsProps } from '@cloudscape-design/components/tabs'
import { useState, type ReactNode } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import type { Kind } from '../../model/resource.js'
import type { MeshResource } from '../access/management.js'
import type { ResourcePlace } from '../access/place.js'
import { useResource } from '../access/queries.js'
import { KIND_TEXTS, lower } from '../data/kind-texts.js'
import { editPath, parentPath } from '../data/paths.js'
import { PageButton } from '../frame/button.js'
import { NotFound } from '../frame/not-found.js'
import { useResourcePlace } from '../frame/place.js'
import { isMissing, LoadFailure, PageLoading } from '../frame/states.js'
import { DeleteDialog } from '../removal/delete-dialog.js'
import { Summary } from './summary.js'

export interface Detail<K extends Kind> {
  readonly place: ResourcePlace & { readonly kind: K }
  readonly resource: MeshResource<K>
}

export interface DetailPageProps<K extends Kind> {
  readonly kind: K
  readonly tabs: (detail: Detail<K>) => readonly TabsProps.Tab[]
  /** Stands between the summary and the tabs. */
  readonly children?: (detail: Detail<K>) => ReactNode
}

export function DetailPage<K extends Kind>({ kind, tabs, children }: DetailPageProps<K>) {
  const place = useResourcePlace(kind)
  const { data, isPending, error, refetch } = useResource(place)
  const what = KIND_TEXTS[kind].one
  if (isPending) return <PageLoading />
  if (isMissing(error) && kind !== 'mesh') return <NotFound what={`Mesh ${place.meshName}`} />
  if (data === null || isMissing(error)) return <MissingResource place={place} />
  if (data === undefined)
    return <LoadFailure what={`the ${lower(what)}`} error={error} onRetry={() => void refetch()} />
  const detail = { place, resource: data }
  return (
    <SpaceBetween size="l">
      <DetailHeader place={place} />
      <Summary {...detail} />
      {children?.(detail)}
      <DetailTabs tabs={tabs(detail)} />
    </SpaceBetween>
  )
}

function MissingResource({ place }: { readonly place: ResourcePlace }) {
  const { kind, meshName } = place
  const to = parentPath(place)
  const where = kind === 'mesh' ? {} : { where: `the mesh ${meshName}` }
  return <NotFound what={`${KIND_TEXTS[kind].one} ${place.name}`} to={to} toText="Go back to the list" {...where} />
}

function DetailHeader({ place }: { readonly place: ResourcePlace }) {
  const navigate = useNavigate()
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <Header
        variant="h1"
        description={KIND_TEXTS[place.kind].one}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <PageButton to={editPath(place)}>Edit</PageButton>
            <Button onClick={() => setDeleting(true)}>Delete</Button>
          </SpaceBetween>
        }
      >
        {place.name}
      </Header>
      {isDeleting && (
        <DeleteDialog
          place={place}
          onClose={() => setDeleting(false)}
          onDeleted={() => void navigate(parentPath(place))}
        />
      )}
    </>
  )
}

/** The open tab stands in the address, so that it can be linked to. */
function DetailTabs({ tabs }: { readonly tabs: readonly TabsProps.Tab[] }) {
  const [query, setQuery] = useSearchParams()
  const wanted = query.get('tab')
  const active = tabs.find(({ id }) => id === wanted) ?? tabs[0]
  return (
    <Tabs
      tabs={[...tabs]}
      activeTabId={active?.id ?? ''}
      onChange={({ detail }) =>
        setQuery(
          (current) => {
            current.set('tab', detail.activeTabId)
            return current
          },
          { replace: true },
        )
      }
      ariaLabel="Details"
    />
  )
}
