/** Somebody else has changed what a form was made from: said while it is open, and decided on before it is saved. */
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Conflict, Saving } from './use-save.js'

interface Warning {
  /** E.g. `virtual node`. */
  readonly noun: string
  readonly loaded: number
  readonly current: number | undefined
  readonly onReload: () => void
}

export function ChangedAlert({ noun, loaded, current, onReload }: Warning) {
  if (current === loaded) return null
  return current === undefined ? (
    <Alert type="warning" header={`This ${noun} has been deleted`}>
      It was deleted while this page was open. Saving will fail.
    </Alert>
  ) : (
    <Alert
      type="warning"
      header={`This ${noun} has been changed by somebody else`}
      action={<Button onClick={onReload}>Load version {current}</Button>}
    >
      This page shows version {loaded}, but version {current} is stored. Loading it discards your changes here.
    </Alert>
  )
}

interface Dialog {
  readonly noun: string
  readonly loaded: number
  readonly conflict: Conflict
  readonly saving: Saving
  readonly onReload: () => void
}

export function ConflictDialog({ noun, loaded, conflict: { version }, saving, onReload }: Dialog) {
  const isGone = version === undefined
  return (
    <Modal
      visible
      header={isGone ? `This ${noun} has been deleted` : 'Changed underneath'}
      closeAriaLabel="Go back to the form"
      onDismiss={saving.giveWay}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={saving.giveWay}>
              Cancel
            </Button>
            {!isGone && <Button onClick={onReload}>Load version {version}</Button>}
            {!isGone && (
              <Button variant="primary" onClick={() => void saving.save({ overwrite: true })}>
                Overwrite
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      {isGone
        ? 'Somebody else deleted it while you were editing. There is nothing left to save to.'
        : `You have edited version ${loaded}, but somebody else has saved version ${version} since. Overwriting it undoes their changes; loading it discards yours.`}
    </Modal>
  )
}
