/** Sends the request of a form: once, unless what it was made from has changed in the meantime and nobody has agreed to overwrite that. */
import { useCallback, useMemo, useState } from 'react'
import type { SpecByKind } from '../../model/resource.js'
import { createResource, updateResource } from '../access/api.js'
import { AccessError } from '../access/http.js'
import { getResources } from '../access/management.js'
import { findResource, useRefresh } from '../access/queries.js'
import { tokenSource } from '../data/client-token.js'
import { readRequest } from '../data/form/check.js'
import { listPlaces } from '../data/form/places.js'
import { readRefusal } from '../data/form/server-problems.js'
import { describeError } from '../frame/states.js'
import type { FormState } from './use-form.js'

export interface Saving {
  readonly isSaving: boolean
  /** The version that somebody else has made since; undefined unless that has to be decided on. */
  readonly conflict: Conflict | undefined
  readonly save: (options?: { readonly overwrite?: boolean }) => Promise<void>
  readonly giveWay: () => void
}

export interface Conflict {
  /** Undefined when it has been deleted. */
  readonly version: number | undefined
}

export interface SaveOptions {
  readonly state: FormState
  /** The version that the form was made from; undefined while something is created. */
  readonly version: number | undefined
  readonly onSaved: (name: string) => void
}

export function useSave({ state, version, onSaved }: SaveOptions): Saving {
  const [isSaving, setSaving] = useState(false)
  const [conflict, setConflict] = useState<Conflict>()
  const tokens = useMemo(() => tokenSource((bytes) => crypto.getRandomValues(bytes)), [])
  const refresh = useRefresh()
  const { form, place, draft, refuse } = state
  const save = async ({ overwrite = false }: { readonly overwrite?: boolean } = {}): Promise<void> => {
    setSaving(true)
    setConflict(undefined)
    try {
      const now = overwrite || version === undefined ? version : await currentVersion(state)
      if (now !== version) return setConflict({ version: now })
      const request = readRequest(form, draft)
      const name = place.name ?? request.name
      const target = { kind: form.kind, ...meshOf(state, name), name, parentName: place.parentName }
      const spec = request.spec as SpecByKind[typeof form.kind]
      const clientToken = tokens.tokenFor([target, request, version])
      if (place.name === undefined) await createResource({ ...target, spec, tags: request.tags, clientToken })
      else await updateResource(target, spec, clientToken)
      await refresh(form.kind === 'mesh' ? undefined : meshOf(state, name))
      onSaved(name)
    } catch (error) {
      refuse(readProblems(error, state))
    } finally {
      setSaving(false)
    }
  }
  return { isSaving, conflict, save, giveWay: useCallback(() => setConflict(undefined), []) }
}

/** The version that is stored now; undefined when the resource is gone. */
async function currentVersion(state: FormState): Promise<number | undefined> {
  const { form, place } = state
  const { resources } = await getResources(meshOf(state, place.name ?? ''))
  return findResource(resources, form.kind, place.name ?? '', place.parentName)?.version
}

function meshOf({ form, place }: FormState, name: string): { meshName: string; meshOwner: string | undefined } {
  return { meshName: form.kind === 'mesh' ? name : place.meshName, meshOwner: place.meshOwner }
}

function readProblems(error: unknown, { form, place, draft }: FormState) {
  if (!(error instanceof AccessError)) return [{ path: '', message: describeError(error) }]
  const problems = readRefusal(error, place, draft, listPlaces(form, draft))
  const name = error.status === 0 ? '' : `${error.code}: `
  return problems.map(({ path, message }) => ({ path, message: path === '' ? name + message : message }))
}
