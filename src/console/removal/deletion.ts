/** Deletes one resource, and knows what stands in its way: asked before, and again when the server refuses. */
import { useMutation } from '@tanstack/react-query'
import { deleteResource } from '../access/api.js'
import type { BlockerRef } from '../access/management.js'
import type { ResourcePlace } from '../access/place.js'
import { useBlockers, useRefresh } from '../access/queries.js'
import { KIND_TEXTS } from '../data/kind-texts.js'
import { useNotify } from '../frame/notify.js'

export interface Deletion {
  readonly blockers: readonly BlockerRef[]
  readonly isBusy: boolean
  readonly error: Error | null
  readonly run: () => void
}

export function useDeletion(place: ResourcePlace, onDeleted: () => void): Deletion {
  const notify = useNotify()
  const refresh = useRefresh()
  const deletion = useMutation({
    mutationFn: () => deleteResource(place),
    onSuccess: () => {
      notify({ type: 'success', content: `${KIND_TEXTS[place.kind].one} ${place.name} is deleted.` })
      onDeleted()
      void refresh(place.kind === 'mesh' ? undefined : place)
    },
  })
  // A refusal makes it ask again: something has come in between.
  const blockers = useBlockers(place, deletion.isIdle || deletion.isError)
  return {
    blockers: blockers.data ?? [],
    isBusy: deletion.isPending,
    error: deletion.error,
    run: () => deletion.mutate(),
  }
}
