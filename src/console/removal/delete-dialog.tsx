/** Asks before anything is deleted: what, with which consequence, and the word `delete`. Says what stands in the way. */
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { ResourcePlace } from '../access/place.js'
import { KIND_TEXTS, lower } from '../data/kind-texts.js'
import { describeError } from '../frame/states.js'
import { Blockers } from './blockers.js'
import { CONSEQUENCES } from './consequences.js'
import { useDeletion } from './deletion.js'

const WORD = 'delete'

export interface DeleteDialogProps {
  readonly place: ResourcePlace
  readonly onClose: () => void
  /** Called once it is gone; the dialog closes by itself. */
  readonly onDeleted?: () => void
}

export function DeleteDialog({ place, onClose, onDeleted }: DeleteDialogProps) {
  const [typed, setTyped] = useState('')
  const { blockers, isBusy, error, run } = useDeletion(place, () => {
    onClose()
    onDeleted?.()
  })
  const kind = lower(KIND_TEXTS[place.kind].one)
  const isBlocked = blockers.length > 0
  const isReady = typed === WORD && !isBusy && !isBlocked
  return (
    <Modal
      visible
      onDismiss={onClose}
      closeAriaLabel="Close"
      header={`Delete ${kind}`}
      footer={<Footer isReady={isReady} isBusy={isBusy} onClose={onClose} onDelete={run} />}
    >
      <SpaceBetween size="m">
        <Box variant="span">
          Permanently delete the {kind} <b>{place.name}</b>
          {place.kind === 'mesh' ? '' : ` of the mesh ${place.meshName}`}? You cannot undo this.
        </Box>
        <Blockers place={place} blockers={blockers} />
        {!isBlocked && <Alert type="warning">{CONSEQUENCES[place.kind]}</Alert>}
        {error !== null && !isBlocked && (
          <Alert type="error" header={`The ${kind} was not deleted`}>
            {describeError(error)}
          </Alert>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady) run()
          }}
        >
          <FormField label={`To confirm the deletion, type ${WORD} in the field.`}>
            <Input
              value={typed}
              onChange={({ detail }) => setTyped(detail.value)}
              placeholder={WORD}
              autoComplete={false}
              disabled={isBlocked}
              ariaRequired
            />
          </FormField>
        </form>
      </SpaceBetween>
    </Modal>
  )
}

function Footer({
  isReady,
  isBusy,
  onClose,
  onDelete,
}: {
  readonly isReady: boolean
  readonly isBusy: boolean
  readonly onClose: () => void
  readonly onDelete: () => void
}) {
  return (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="primary" disabled={!isReady} loading={isBusy} onClick={onDelete}>
          Delete
        </Button>
      </SpaceBetween>
    </Box>
  )
}
