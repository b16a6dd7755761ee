/** Deletes a thing of Cloud Map once somebody has typed `delete`. */
import Alert from '@cloudscape-design/components/alert'
import type { ReactNode } from 'react'
import type { Request } from '../data/cloud-map-forms.js'
import { useNotify } from '../frame/notify.js'
import { ConfirmDialog } from '../removal/confirm-dialog.js'
import { useWrite } from './queries.js'

interface RemovalProps {
  /** `namespace`, `service`, `instance`. */
  readonly kind: string
  readonly name: string
  readonly request: Request
  readonly consequence: ReactNode
  /** Why it cannot be deleted as it is. */
  readonly blocked?: string | undefined
  readonly verb?: string
  readonly onClose: () => void
  readonly onDeleted?: () => void
}

export function Removal({ kind, name, request, consequence, blocked, verb, onClose, onDeleted }: RemovalProps) {
  const notify = useNotify()
  const { mutate, isPending, error } = useWrite(() => {
    notify({
      type: 'success',
      content: `The ${kind} ${name} is ${verb === 'Deregister' ? 'deregistered' : 'deleted'}.`,
    })
    onClose()
    onDeleted?.()
  })
  return (
    <ConfirmDialog
      kind={kind}
      question={
        <>
          {verb ?? 'Permanently delete'} the {kind} <b>{name}</b>? You cannot undo this.
        </>
      }
      isBlocked={blocked !== undefined}
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate(request)}
      onClose={onClose}
      {...(verb !== undefined && { verb })}
    >
      {blocked === undefined ? <Alert type="warning">{consequence}</Alert> : <Alert type="error">{blocked}</Alert>}
    </ConfirmDialog>
  )
}
