/** Deletes a service. */
import type { Service } from './queries.js'
import { Removal } from './removal.js'

interface RemoveServiceProps {
  readonly service: Service
  readonly onClose: () => void
  readonly onDeleted?: () => void
}

export function RemoveService({ service: { Id, Name, InstanceCount = 0 }, ...others }: RemoveServiceProps) {
  const blocked = InstanceCount > 0 ? `It has ${InstanceCount} instances. Deregister them first.` : undefined
  return (
    <Removal
      {...others}
      kind="service"
      name={Name}
      request={{ operation: 'DeleteService', input: { Id } }}
      consequence="Virtual nodes that find their endpoints in it have none any more."
      blocked={blocked}
    />
  )
}
