/** Deletes a namespace. */
import type { Namespace } from './queries.js'
import { Removal } from './removal.js'

interface RemoveNamespaceProps {
  readonly namespace: Namespace
  readonly onClose: () => void
  readonly onDeleted?: () => void
}

export function RemoveNamespace({ namespace: { Id, Name, ServiceCount = 0 }, ...others }: RemoveNamespaceProps) {
  const blocked = ServiceCount > 0 ? `It has ${ServiceCount} services. Delete them first.` : undefined
  return (
    <Removal
      {...others}
      kind="namespace"
      name={Name}
      request={{ operation: 'DeleteNamespace', input: { Id } }}
      consequence="Virtual nodes that find their endpoints in it have none any more."
      blocked={blocked}
    />
  )
}
