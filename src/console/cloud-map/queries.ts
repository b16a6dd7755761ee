/** What the Cloud Map pages read and write. */
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query'
import { callCloudMap, listCloudMap } from '../access/cloud-map.js'
import { KEYS } from '../access/keys.js'
import type { NamespaceType, RecordType, Request } from '../data/cloud-map-forms.js'

export interface Namespace {
  readonly Id: string
  readonly Arn: string
  readonly Name: string
  readonly Type: NamespaceType
  readonly Description?: string
  readonly ServiceCount?: number
  readonly Properties?: {
    readonly HttpProperties?: { readonly HttpName?: string }
    readonly DnsProperties?: { readonly HostedZoneId?: string; readonly SOA?: { readonly TTL: number } }
  }
  /** Seconds since the epoch. */
  readonly CreateDate?: number
}

export interface Service {
  readonly Id: string
  readonly Arn: string
  readonly Name: string
  readonly NamespaceId?: string
  readonly Type?: string
  readonly Description?: string
  readonly InstanceCount?: number
  readonly DnsConfig?: {
    readonly RoutingPolicy?: string
    readonly DnsRecords: readonly { readonly Type: RecordType; readonly TTL: number }[]
  }
  readonly HealthCheckConfig?: {
    readonly Type: string
    readonly ResourcePath?: string
    readonly FailureThreshold?: number
  }
  readonly HealthCheckCustomConfig?: { readonly FailureThreshold?: number }
  readonly CreateDate?: number
}

export interface Instance {
  readonly Id: string
  readonly Attributes: Readonly<Record<string, string>>
}

export type Health = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'

const [ROOT] = KEYS.cloudMap

export function useNamespaces(): UseQueryResult<Namespace[]> {
  return useQuery({
    queryKey: [ROOT, 'namespaces'],
    queryFn: ({ signal }) => listCloudMap<Namespace>('ListNamespaces', 'Namespaces', {}, signal),
  })
}

export function useNamespace(id: string): UseQueryResult<Namespace> {
  return useQuery({
    queryKey: [ROOT, 'namespace', id],
    queryFn: async ({ signal }) =>
      (await callCloudMap<{ Namespace: Namespace }>('GetNamespace', { Id: id }, signal)).Namespace,
  })
}

export function useServices(namespaceId: string): UseQueryResult<Service[]> {
  const input = { Filters: [{ Name: 'NAMESPACE_ID', Values: [namespaceId] }] }
  return useQuery({
    queryKey: [ROOT, 'services', namespaceId],
    queryFn: ({ signal }) => listCloudMap<Service>('ListServices', 'Services', input, signal),
  })
}

export function useService(id: string): UseQueryResult<Service> {
  return useQuery({
    queryKey: [ROOT, 'service', id],
    queryFn: async ({ signal }) => (await callCloudMap<{ Service: Service }>('GetService', { Id: id }, signal)).Service,
  })
}

export function useInstances(serviceId: string): UseQueryResult<Instance[]> {
  return useQuery({
    queryKey: [ROOT, 'instances', serviceId],
    queryFn: ({ signal }) => listCloudMap<Instance>('ListInstances', 'Instances', { ServiceId: serviceId }, signal),
  })
}

/** The health of each instance, by its id. */
export function useHealth(serviceId: string): UseQueryResult<Readonly<Record<string, Health>>> {
  return useQuery({ queryKey: [ROOT, 'health', serviceId], queryFn: ({ signal }) => listHealth(serviceId, signal) })
}

async function listHealth(serviceId: string, signal: AbortSignal): Promise<Readonly<Record<string, Health>>> {
  const found: Record<string, Health> = {}
  let token: string | undefined
  do {
    const input = { ServiceId: serviceId, MaxResults: 100, ...(token !== undefined && { NextToken: token }) }
    const answer = await callCloudMap<{ Status: Record<string, Health>; NextToken?: string }>(
      'GetInstancesHealthStatus',
      input,
      signal,
    )
    Object.assign(found, answer.Status)
    token = answer.NextToken
  } while (token !== undefined)
  return found
}

export type Write = UseMutationResult<void, Error, Request>

/** Makes a request, waits for its operation where there is one, and has everything of Cloud Map fetched again. */
export function useWrite(onDone: () => void): Write {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ operation, input }: Request) => {
      const { OperationId } = await callCloudMap<{ OperationId?: string }>(operation, input)
      if (OperationId !== undefined) await waitFor(OperationId)
    },
    onSuccess: async (_, { operation, input }) => {
      onDone()
      const gone = operation.startsWith('Delete') ? input['Id'] : undefined
      await client.invalidateQueries({
        queryKey: KEYS.cloudMap,
        predicate: ({ queryKey }) => gone === undefined || !queryKey.includes(gone),
      })
    },
  })
}

interface Operation {
  readonly Status: 'SUBMITTED' | 'PENDING' | 'SUCCESS' | 'FAIL'
  readonly ErrorMessage?: string
}

const POLL_MILLIS = 500
const MOST_POLLS = 60

/** Operations of meshkeeper are done when they are answered; those of others take their time. */
async function waitFor(operationId: string): Promise<void> {
  for (let poll = 0; poll < MOST_POLLS; poll += 1) {
    const { Operation } = await callCloudMap<{ Operation: Operation }>('GetOperation', { OperationId: operationId })
    if (Operation.Status === 'SUCCESS') return
    if (Operation.Status === 'FAIL') throw new Error(Operation.ErrorMessage ?? 'The operation failed')
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS))
  }
  throw new Error('The operation has not come to an end. Look again later.')
}
