/** Asks before a resource is deleted: what, with which consequence, and the word `delete`. Says what stands in the way. */
import Alert from '@cloudscape-design/components/alert'
import type { ResourcePlace } from '../access/place.js'
import { KIND_TEXTS, lower } from '../data/kind-texts.js'
import { Blockers } from './blockers.js'
import { ConfirmDialog } from './confirm-dialog.js'
import { CONSEQUENCES } from './consequences.js'
import { useDeletion } from './deletion.js'

export interface DeleteDialogProps {
  readonly place: ResourcePlace
  readonly onClose: () => void
  /** Called once it is gone; the dialog closes by itself. */
  readonly onDeleted?: () => void
}

export function DeleteDialog({ place, onClose, onDeleted }: DeleteDialogProps) {
  const { blockers, isBusy, error, run } = useDeletion(place, () => {
    onClose()
    onDeleted?.()
  })
  const kind = lower(KIND_TEXTS[place.kind].one)
  const isBlocked = blockers.length > 0
  return (
    <ConfirmDialog
      kind={kind}
      question={
        <>
          Permanently delete the {kind} <b>{place.name}</b>
          {place.kind === 'mesh' ? '' : ` of the mesh ${place.meshName}`}? You cannot undo this.
        </>
      }
      isBlocked={isBlocked}
      isBusy={isBusy}
      error={error}
      onConfirm={run}
      onClose={onClose}
    >
      <Blockers place={place} blockers={blockers} />
      {!isBlocked && <Alert type="warning">{CONSEQUENCES[place.kind]}</Alert>}
    </ConfirmDialog>
  )
}
