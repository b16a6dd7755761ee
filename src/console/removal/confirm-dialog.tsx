/** Asks before something is deleted: the question, what follows from it, and the word `delete`. */
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { describeError } from '../frame/states.js'

const WORD = 'delete'

export interface ConfirmDialogProps {
  /** `virtual node`, `instance`. */
  readonly kind: string
  /** What is to be deleted, as a question. */
  readonly question: ReactNode
  /** What follows from it, or what stands in the way. */
  readonly children?: ReactNode
  readonly isBlocked?: boolean
  readonly isBusy: boolean
  /** Why it was not deleted; null while nothing was tried. */
  readonly error: Error | null
  readonly onConfirm: () => void
  readonly onClose: () => void
  /** What the button says. */
  readonly verb?: string
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { kind, question, children, isBlocked = false, isBusy, error, onConfirm, onClose, verb = 'Delete' } = props
  const [typed, setTyped] = useState('')
  const isReady = typed === WORD && !isBusy && !isBlocked
  return (
    <Modal
      visible
      onDismiss={onClose}
      closeAriaLabel="Close"
      header={`${verb} ${kind}`}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!isReady} loading={isBusy} onClick={onConfirm}>
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box variant="span">{question}</Box>
        {children}
        {error !== null && !isBlocked && (
          <Alert type="error" header={`The ${kind} was not deleted`}>
            {describeError(error)}
          </Alert>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady) onConfirm()
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
