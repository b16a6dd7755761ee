/** A form in a dialog: its fields, what the server says about them, and the buttons. */
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField, { type FormFieldProps } from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { createContext, useContext, type ReactNode } from 'react'
import { memberOfError, type Request } from '../data/cloud-map-forms.js'
import { describeError } from '../frame/states.js'
import type { Write } from './queries.js'

/** The members that have a field, and what is wrong with one of them. */
const ErrorContext = createContext<{ readonly member: string; readonly message: string } | undefined>(undefined)

interface FormDialogProps {
  readonly title: string
  readonly submit: string
  /** Members of the request that have a field of that name here. */
  readonly members: readonly string[]
  readonly write: Write
  readonly request: Request
  readonly onClose: () => void
  readonly children: ReactNode
}

export function FormDialog({ title, submit, members, write, request, onClose, children }: FormDialogProps) {
  const { mutate, isPending, error } = write
  const member = error ? memberOfError(error.message) : undefined
  const atField =
    error && member !== undefined && members.includes(member) ? { member, message: error.message } : undefined
  return (
    <Modal
      visible
      size="large"
      onDismiss={onClose}
      closeAriaLabel="Close"
      header={title}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={isPending} onClick={() => mutate(request)}>
              {submit}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          mutate(request)
        }}
      >
        <ErrorContext value={atField}>
          <SpaceBetween size="l">
            {error && !atField && (
              <Alert type="error" header="The server refused it">
                {describeError(error)}
              </Alert>
            )}
            {children}
          </SpaceBetween>
        </ErrorContext>
      </form>
    </Modal>
  )
}

/** A field that shows what the server says about its member of the request. */
export function Field({ member, ...props }: FormFieldProps & { readonly member: string }) {
  const error = useContext(ErrorContext)
  return <FormField {...props} {...(error?.member === member && { errorText: error.message })} />
}
