/** A namespace and its services. */
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { AccessError } from '../access/http.js'
import { PageLink } from '../frame/link.js'
import { NotFound } from '../frame/not-found.js'
import { LoadFailure, PageLoading } from '../frame/states.js'
import { Time } from '../frame/time.js'
import { CollectionTable } from '../lists/collection-table.js'
import type { Column } from '../lists/column.js'
import { CreateService } from './create-service.js'
import { TYPE_TITLES } from './namespaces.js'
import { servicePath } from './path.js'
import { useNamespace, useServices, type Namespace, type Service } from './queries.js'
import { RemoveNamespace } from './remove-namespace.js'
import { RemoveService } from './remove-service.js'
import { describeDns, describeHealthCheck } from './service-texts.js'

export function Component() {
  const { id = '' } = useParams()
  const { data, error, refetch } = useNamespace(id)
  if (error instanceof AccessError && error.code === 'NamespaceNotFound')
    return <NotFound what="This namespace" to="/cloud-map" toText="Go to Cloud Map" />
  if (data) return <NamespacePage namespace={data} />
  if (error) return <LoadFailure what="the namespace" error={error} onRetry={() => void refetch()} />
  return <PageLoading />
}

function NamespacePage({ namespace }: { readonly namespace: Namespace }) {
  const [isRemoving, setRemoving] = useState(false)
  const navigate = useNavigate()
  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={<Button onClick={() => setRemoving(true)}>Delete</Button>}>
          {namespace.Name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Namespace information</Header>}>
          <KeyValuePairs columns={3} items={describe(namespace)} />
        </Container>
        <Services namespace={namespace} />
      </SpaceBetween>
      {isRemoving && (
        <RemoveNamespace
          namespace={namespace}
          onClose={() => setRemoving(false)}
          onDeleted={() => void navigate('/cloud-map')}
        />
      )}
    </ContentLayout>
  )
}

function describe({ Id, Arn, Type, Description, Properties, CreateDate }: Namespace) {
  const { HttpProperties: http, DnsProperties: dns } = Properties ?? {}
  return [
    { label: 'Namespace ID', value: Id },
    { label: 'ARN', value: Arn },
    { label: 'Instance discovery', value: TYPE_TITLES[Type] },
    { label: 'HTTP name', value: http?.HttpName ?? '-' },
    ...(dns?.HostedZoneId === undefined ? [] : [{ label: 'Hosted zone ID', value: dns.HostedZoneId }]),
    ...(dns?.SOA === undefined ? [] : [{ label: 'TTL of the SOA record', value: `${dns.SOA.TTL} s` }]),
    ...(CreateDate === undefined ? [] : [{ label: 'Created', value: <Time time={CreateDate * 1000} /> }]),
    { label: 'Description', value: Description ?? '-' },
  ]
}

interface Row {
  readonly id: string
  readonly name: string
  readonly instances: number
  readonly healthCheck: string
  readonly dns: string
  readonly description: string
  readonly namespaceId: string
  readonly service: Service
}

function Services({ namespace }: { readonly namespace: Namespace }) {
  const { data, isPending, error, refetch } = useServices(namespace.Id)
  const rows = useMemo(() => (data ?? []).map((service) => buildRow(service, namespace.Id)), [data, namespace.Id])
  const [isCreating, setCreating] = useState(false)
  const [removed, remove] = useState<Service>()
  return (
    <>
      <CollectionTable<Row>
        id="cloud-map-services"
        title="Services"
        variant="container"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        isLoading={isPending}
        error={error}
        onRetry={() => void refetch()}
        actions={(selected) => (
          <SpaceBetween size="xs" direction="horizontal">
            <Button disabled={!selected} onClick={() => remove(selected?.service)}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setCreating(true)}>
              Create service
            </Button>
          </SpaceBetween>
        )}
        empty={{ title: 'No services', text: 'A service holds the instances that take requests for it.' }}
      />
      {isCreating && <CreateService namespace={namespace} onClose={() => setCreating(false)} />}
      {removed && <RemoveService service={removed} onClose={() => remove(undefined)} />}
    </>
  )
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 220,
    cell: ({ id, name, namespaceId }) => <PageLink to={servicePath(namespaceId, id)}>{name}</PageLink>,
  },
  { id: 'id', header: 'Service ID', width: 220 },
  { id: 'instances', header: 'Instances', width: 110, isNumber: true },
  { id: 'healthCheck', header: 'Health check', width: 180 },
  { id: 'dns', header: 'DNS records', width: 200 },
  { id: 'description', header: 'Description', width: 220 },
]

function buildRow(service: Service, namespaceId: string): Row {
  const { Id, Name, InstanceCount = 0, Description = '' } = service
  return {
    id: Id,
    name: Name,
    instances: InstanceCount,
    healthCheck: describeHealthCheck(service),
    dns: describeDns(service),
    description: Description,
    namespaceId,
    service,
  }
}
