/** Loads what a form needs: the mesh around it and, to edit, the resource itself. */
import { useState } from 'react'
import { useParams } from 'react-router'
import type { Kind } from '../../model/resource.js'
import type { MeshResource } from '../access/management.js'
import { useResources, findResource } from '../access/queries.js'
import { toDraft } from '../data/draft.js'
import type { FormPlace } from '../data/form/check.js'
import type { KindForm } from '../data/form/field.js'
import { useResourcePlace } from '../frame/place.js'
import { EmptyState, LoadFailure, PageLoading } from '../frame/states.js'
import { ResourceForm } from './resource-form.js'

/** The page that creates or edits resources of the kind of `form`: it edits where its address names one. */
export function formPage<K extends Kind>(form: KindForm<K>): () => React.ReactNode {
  function FormPage() {
    const { kind, name, meshName, meshOwner, parentName } = useResourcePlace(form.kind)
    const isNewMesh = useParams()['mesh'] === undefined
    const place: FormPlace = { kind, meshName, meshOwner, parentName, ...(name !== '' && { name }) }
    const key = JSON.stringify(place)
    if (isNewMesh) return <CreateMesh key={key} form={form} />
    return <InMesh key={key} form={form} place={place} />
  }
  return FormPage
}

function CreateMesh({ form }: { readonly form: KindForm }) {
  const [place] = useState<FormPlace>({ kind: 'mesh', meshName: '' })
  return <ResourceForm form={form} place={place} initial={form.initial} neighbours={undefined} />
}

interface Placed {
  readonly form: KindForm
  readonly place: FormPlace
}

function InMesh({ form, place: given }: Placed) {
  // Keeps its identity while the page is there, for what is computed from it.
  const [place] = useState(given)
  const { data, error, refetch } = useResources(place)
  if (error && !data) return <LoadFailure what="the mesh" error={error} onRetry={() => void refetch()} />
  if (!data) return <PageLoading />
  const { resources } = data
  const { name } = place
  if (name === undefined)
    return <ResourceForm form={form} place={place} initial={form.initial} neighbours={resources} />
  const find = (within: readonly MeshResource[]) => findResource(within, form.kind, name, place.parentName)
  const reload = async (): Promise<MeshResource | undefined> => find((await refetch()).data?.resources ?? [])
  return <Edit form={form} place={place} found={find(resources)} reload={reload} neighbours={resources} />
}

interface Editing extends Placed {
  readonly found: MeshResource | undefined
  readonly reload: () => Promise<MeshResource | undefined>
  readonly neighbours: readonly MeshResource[]
}

/** Edits what was found first, until somebody wants to see what is there by now. */
function Edit({ form, place, found, reload, neighbours }: Editing) {
  const [loaded, setLoaded] = useState(found)
  if (!loaded) return <EmptyState title={`There is no ${form.noun} ${place.name ?? ''}`} />
  return (
    <ResourceForm
      key={loaded.version}
      form={form}
      place={place}
      initial={toDraft(form.update, { spec: loaded.spec })}
      neighbours={neighbours}
      edited={{ loaded: loaded.version, current: found?.version, onReload: () => void reload().then(setLoaded) }}
    />
  )
}
