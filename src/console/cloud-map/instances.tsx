/** The instances of a service: their attributes and health. */
import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useMemo, useState } from 'react'
import { useNotify } from '../frame/notify.js'
import { describeError } from '../frame/states.js'
import { CollectionTable } from '../lists/collection-table.js'
import type { Column } from '../lists/column.js'
import { useHealth, useInstances, useWrite, type Health, type Instance, type Service } from './queries.js'
import { RegisterInstance } from './register-instance.js'
import { Removal } from './removal.js'

interface Row {
  readonly id: string
  readonly health: string
  readonly address: string
  readonly port: string
  readonly zone: string
  readonly attributes: string
  readonly instance: Instance
}

type Dialog = { readonly kind: 'register' | 'edit' | 'remove'; readonly instance?: Instance | undefined }

export function Instances({ service }: { readonly service: Service }) {
  const { data, isPending, error, refetch } = useInstances(service.Id)
  const health = useHealth(service.Id).data
  const rows = useMemo(() => (data ?? []).map((instance) => buildRow(instance, health)), [data, health])
  const [dialog, open] = useState<Dialog>()
  const close = (): void => open(undefined)
  return (
    <>
      <CollectionTable<Row>
        id="instances"
        title="Instances"
        variant="container"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ id }) => id}
        nameOf={({ id }) => id}
        isLoading={isPending}
        error={error}
        onRetry={() => void refetch()}
        actions={(selected) => <Actions service={service} instance={selected?.instance} onOpen={open} />}
        empty={{
          title: 'No instances',
          text: 'Programs register themselves, or something does it for them.',
          action: <Button onClick={() => open({ kind: 'register' })}>Register instance</Button>,
        }}
      />
      {dialog?.kind === 'register' && <RegisterInstance serviceId={service.Id} onClose={close} />}
      {dialog?.kind === 'edit' && (
        <RegisterInstance serviceId={service.Id} instance={dialog.instance} onClose={close} />
      )}
      {dialog?.kind === 'remove' && dialog.instance && (
        <Removal
          kind="instance"
          verb="Deregister"
          name={dialog.instance.Id}
          request={{
            operation: 'DeregisterInstance',
            input: { ServiceId: service.Id, InstanceId: dialog.instance.Id },
          }}
          consequence="It takes no more requests from Envoys."
          onClose={close}
        />
      )}
    </>
  )
}

interface ActionsProps {
  readonly service: Service
  readonly instance: Instance | undefined
  readonly onOpen: (dialog: Dialog) => void
}

function Actions({ service, instance, onOpen }: ActionsProps) {
  const report = useReport(service)
  return (
    <SpaceBetween size="xs" direction="horizontal">
      {service.HealthCheckCustomConfig && (
        <ButtonDropdown
          disabled={!instance}
          items={[
            { id: 'HEALTHY', text: 'Healthy' },
            { id: 'UNHEALTHY', text: 'Unhealthy' },
          ]}
          onItemClick={({ detail }) => instance && report(instance, detail.id)}
        >
          Report health
        </ButtonDropdown>
      )}
      <Button disabled={!instance} onClick={() => onOpen({ kind: 'edit', instance })}>
        Edit
      </Button>
      <Button disabled={!instance} onClick={() => onOpen({ kind: 'remove', instance })}>
        Deregister
      </Button>
      <Button variant="primary" onClick={() => onOpen({ kind: 'register' })}>
        Register instance
      </Button>
    </SpaceBetween>
  )
}

function useReport(service: Service): (instance: Instance, status: string) => void {
  const notify = useNotify()
  const { mutate } = useWrite(() => undefined)
  return ({ Id }, status) =>
    mutate(
      {
        operation: 'UpdateInstanceCustomHealthStatus',
        input: { ServiceId: service.Id, InstanceId: Id, Status: status },
      },
      {
        onSuccess: () => notify({ type: 'success', content: `${Id} is reported ${status.toLowerCase()}.` }),
        onError: (error) =>
          notify({ type: 'error', header: 'The health was not reported', content: describeError(error) }),
      },
    )
}

const INDICATORS: Readonly<Record<string, 'success' | 'error' | 'info'>> = { HEALTHY: 'success', UNHEALTHY: 'error' }

const COLUMNS: readonly Column<Row>[] = [
  { id: 'id', header: 'Instance ID', width: 200 },
  {
    id: 'health',
    header: 'Health',
    width: 140,
    cell: ({ health }) => <StatusIndicator type={INDICATORS[health] ?? 'info'}>{titleOf(health)}</StatusIndicator>,
  },
  { id: 'address', header: 'Address', width: 170 },
  { id: 'port', header: 'Port', width: 90 },
  { id: 'zone', header: 'Zone', width: 130 },
  { id: 'attributes', header: 'Attributes', width: 420 },
]

function titleOf(health: string): string {
  return health.charAt(0) + health.slice(1).toLowerCase()
}

function buildRow(instance: Instance, health: Readonly<Record<string, Health>> | undefined): Row {
  const { Id, Attributes: attributes } = instance
  const { AWS_INSTANCE_IPV4: ipv4, AWS_INSTANCE_IPV6: ipv6, AWS_INSTANCE_CNAME: cname } = attributes
  return {
    id: Id,
    health: health?.[Id] ?? 'UNKNOWN',
    address: ipv4 ?? ipv6 ?? cname ?? attributes['AWS_ALIAS_DNS_NAME'] ?? '-',
    port: attributes['AWS_INSTANCE_PORT'] ?? '-',
    zone: attributes['AVAILABILITY_ZONE'] ?? '-',
    attributes: Object.entries(attributes)
      .map(([key, value]) => `${key}=${value}`)
      .join(', '),
    instance,
  }
}
