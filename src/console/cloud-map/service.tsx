/** A service and its instances. */
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { AccessError } from '../access/http.js'
import { PageLink } from '../frame/link.js'
import { NotFound } from '../frame/not-found.js'
import { LoadFailure, PageLoading } from '../frame/states.js'
import { Time } from '../frame/time.js'
import { Instances } from './instances.js'
import { namespacePath } from './path.js'
import { useNamespace, useService, type Namespace, type Service } from './queries.js'
import { RemoveService } from './remove-service.js'
import { describeDns, describeHealthCheck } from './service-texts.js'

export function Component() {
  const { id = '', service = '' } = useParams()
  const { data, error, refetch } = useService(service)
  const namespace = useNamespace(id).data
  if (error instanceof AccessError && error.code === 'ServiceNotFound')
    return <NotFound what="This service" to="/cloud-map" toText="Go to Cloud Map" />
  if (data) return <ServicePage service={data} namespace={namespace} />
  if (error) return <LoadFailure what="the service" error={error} onRetry={() => void refetch()} />
  return <PageLoading />
}

interface ServicePageProps {
  readonly service: Service
  readonly namespace: Namespace | undefined
}

function ServicePage({ service, namespace }: ServicePageProps) {
  const [isRemoving, setRemoving] = useState(false)
  const navigate = useNavigate()
  const { id = '' } = useParams()
  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={<Button onClick={() => setRemoving(true)}>Delete</Button>}>
          {service.Name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Service information</Header>}>
          <KeyValuePairs columns={3} items={describe(service, namespace)} />
        </Container>
        <Instances service={service} />
      </SpaceBetween>
      {isRemoving && (
        <RemoveService
          service={service}
          onClose={() => setRemoving(false)}
          onDeleted={() => void navigate(namespacePath(id))}
        />
      )}
    </ContentLayout>
  )
}

function describe(service: Service, namespace: Namespace | undefined) {
  const { Id, Arn, Description, CreateDate } = service
  return [
    { label: 'Service ID', value: Id },
    { label: 'ARN', value: Arn },
    ...(namespace
      ? [{ label: 'Namespace', value: <PageLink to={namespacePath(namespace.Id)}>{namespace.Name}</PageLink> }]
      : []),
    { label: 'Health check', value: describeHealthCheck(service) },
    { label: 'DNS records', value: describeDns(service) },
    ...(CreateDate === undefined ? [] : [{ label: 'Created', value: <Time time={CreateDate * 1000} /> }]),
    { label: 'Description', value: Description ?? '-' },
  ]
}
