/** The listings of Cloud Map: pages in id order, with filters that must all hold. */
import { formatCursor, parseCursor } from '../http/cursor.js'
import { instanceNotFound, invalidInput, CloudMapError } from '../model/cloud-map/errors.js'
import { parseIdOrArn } from '../model/cloud-map/identifiers.js'
import type {
  FilteredPage,
  GetInstancesHealthStatusRequest,
  GetOperationRequest,
  ListInstancesRequest,
} from '../model/cloud-map/requests.js'
import type { Instance, Namespace } from '../model/cloud-map/resource.js'
import { checkFilters } from '../model/cloud-map/rules.js'
import type { Filter } from '../model/cloud-map/shapes.js'
import type { OperationQuery } from '../store/cloud-map-store.js'
import type { PageRequest, ReadTransaction } from '../store/store.js'
import type { CloudMapHandler } from './context.js'
import { healthStatus } from './discover.js'
import { requireService } from './find.js'
import { formatInstanceSummary, formatNamespace, formatOperation, formatServiceSummary } from './wire.js'

/** The page that a listing without MaxResults gets. */
const PAGE = 100

interface Page {
  readonly NextToken?: string
  readonly MaxResults?: number
}

/** One page of what `find` finds after an id: its items and what leads to the next page. */
async function readPage<T extends { readonly id: string }>(
  { NextToken, MaxResults = PAGE }: Page,
  listing: readonly string[],
  find: (page: PageRequest) => Promise<readonly T[]>,
): Promise<{ items: readonly T[]; next: { NextToken?: string } }> {
  const after = NextToken ? parseCursor(listing, NextToken, 'NextToken') : undefined
  const found = await find({ limit: MaxResults + 1, ...(after !== undefined && { after }) })
  const items = found.slice(0, MaxResults)
  const last = items.at(-1)
  return { items, next: found.length > MaxResults && last ? { NextToken: formatCursor(listing, last.id) } : {} }
}

function readFilters({ Filters = [] }: FilteredPage): readonly Filter[] {
  const problems = checkFilters(Filters)
  if (problems.length > 0) throw invalidInput(problems)
  return Filters
}

/** Ids of the filters with this name. */
function valuesOf(filters: readonly Filter[], name: string): readonly string[] | undefined {
  return filters.find((filter) => filter.Name === name)?.Values
}

/** The account owns everything that there is. */
function isOwned(filters: readonly Filter[], account: string): boolean {
  const owners = filters.filter(({ Name }) => Name === 'RESOURCE_OWNER').flatMap(({ Values }) => Values)
  return owners.every((owner) => owner === account || owner === 'SELF')
}

export const listNamespaces: CloudMapHandler<FilteredPage> = async ({ store, account }, { operation, input }) => {
  const filters = readFilters(input)
  const listing = [operation, JSON.stringify(filters)]
  const body = await store.read(async (tx) => {
    const find = (page: PageRequest) =>
      isOwned(filters, account) ? findNamespaces(tx, filters, page) : Promise.resolve([])
    const { items, next } = await readPage(input, listing, find)
    const counts = await tx.cloudMap.counts(
      'service',
      items.map(({ id }) => id),
    )
    return { Namespaces: items.map((item) => formatNamespace(item, counts.get(item.id) ?? 0, account)), ...next }
  })
  return { body }
}

const CHUNK = 1000

/** Accounts have few namespaces, so that they are looked at one by one. */
async function findNamespaces(
  { cloudMap }: ReadTransaction,
  filters: readonly Filter[],
  page: PageRequest,
): Promise<Namespace[]> {
  const found: Namespace[] = []
  let after = page.after ?? ''
  while (found.length < page.limit) {
    const chunk = await cloudMap.namespaces({ after, limit: CHUNK })
    found.push(...chunk.filter((namespace) => filters.every((filter) => fits(namespace, filter))))
    const last = chunk.at(-1)
    if (!last || chunk.length < CHUNK) break
    after = last.id
  }
  return found.slice(0, page.limit)
}

function fits({ name, httpName, type }: Namespace, { Name, Values, Condition }: Filter): boolean {
  const text = { NAME: name, HTTP_NAME: httpName, TYPE: type }[Name]
  if (text === undefined) return true
  return Condition === 'BEGINS_WITH' ? Values.some((value) => text.startsWith(value)) : Values.includes(text)
}

export const listServices: CloudMapHandler<FilteredPage> = async ({ store, account }, { operation, input }) => {
  const filters = readFilters(input)
  const [given] = valuesOf(filters, 'NAMESPACE_ID') ?? []
  const namespaceId = given === undefined ? undefined : parseIdOrArn('namespace', given)
  const listing = [operation, JSON.stringify(filters)]
  const body = await store.read(async ({ cloudMap }) => {
    const find = (page: PageRequest) =>
      isOwned(filters, account) ? cloudMap.services(namespaceId, page) : Promise.resolve([])
    const { items, next } = await readPage(input, listing, find)
    const counts = await cloudMap.counts(
      'instance',
      items.map(({ id }) => id),
    )
    return { Services: items.map((item) => formatServiceSummary(item, counts.get(item.id) ?? 0, account)), ...next }
  })
  return { body }
}

export const listInstances: CloudMapHandler<ListInstancesRequest> = async (
  { store, account },
  { operation, input },
) => {
  const body = await store.read(async (tx) => {
    const { id } = await requireService(tx, input.ServiceId)
    const { items, next } = await readPage(input, [operation, id], (page) => tx.cloudMap.instances(id, page))
    return { ResourceOwner: account, Instances: items.map((item) => formatInstanceSummary(item, account)), ...next }
  })
  return { body }
}

export const getInstancesHealthStatus: CloudMapHandler<GetInstancesHealthStatusRequest> = async ({ store }, call) => {
  const { operation, input } = call
  const body = await store.read(async (tx) => {
    const service = await requireService(tx, input.ServiceId)
    const asked = input.Instances && [...new Set(input.Instances)].sort()
    const find = async (page: PageRequest): Promise<readonly Instance[]> => {
      if (!asked) return tx.cloudMap.instances(service.id, page)
      return requireAll(tx, service.id, service.name, asked, page)
    }
    const { items, next } = await readPage(input, [operation, service.id, JSON.stringify(asked ?? [])], find)
    return { Status: Object.fromEntries(items.map((item) => [item.id, healthStatus(service, item)])), ...next }
  })
  return { body }
}

async function requireAll(
  { cloudMap }: ReadTransaction,
  serviceId: string,
  serviceName: string,
  ids: readonly string[],
  { after = '', limit }: PageRequest,
): Promise<Instance[]> {
  const found: Instance[] = []
  for (const id of ids) {
    const instance = await cloudMap.instance(serviceId, id)
    if (!instance) throw instanceNotFound(id, serviceName)
    if (id > after && found.length < limit) found.push(instance)
  }
  return found
}

export const getOperation: CloudMapHandler<GetOperationRequest> = async ({ store, account }, { input }) => {
  const { OperationId: id, OwnerAccount: owner = account } = input
  const operation = owner === account ? await store.read(({ cloudMap }) => cloudMap.operation(id)) : undefined
  if (!operation) throw new CloudMapError('OperationNotFound', `There is no operation ${id}, or no longer`)
  return { body: { Operation: formatOperation(operation, account) } }
}

export const listOperations: CloudMapHandler<FilteredPage> = async ({ store }, { operation, input }) => {
  const filters = readFilters(input)
  const listing = [operation, JSON.stringify(filters)]
  const query = parseOperationQuery(filters)
  const body = await store.read(async ({ cloudMap }) => {
    const { items, next } = await readPage(input, listing, (page) => cloudMap.operations(query, page))
    return { Operations: items.map(({ id: Id, status: Status }) => ({ Id, Status })), ...next }
  })
  return { body }
}

/** Every operation is done: any other status that is asked for finds none. */
function parseOperationQuery(filters: readonly Filter[]): OperationQuery {
  const [namespace] = valuesOf(filters, 'NAMESPACE_ID') ?? []
  const [service] = valuesOf(filters, 'SERVICE_ID') ?? []
  const done = valuesOf(filters, 'STATUS')?.some((status) => status === 'SUCCESS' || status === 'SUCCEED') ?? true
  const [from, to] = (valuesOf(filters, 'UPDATE_DATE') ?? []).map((seconds) => Math.round(Number(seconds) * 1000))
  const types = done ? valuesOf(filters, 'TYPE') : []
  return {
    ...(namespace !== undefined && { namespaceId: parseIdOrArn('namespace', namespace) }),
    ...(service !== undefined && { serviceId: parseIdOrArn('service', service) }),
    ...(types && { types: types.length > 0 ? types : [''] }),
    ...(from !== undefined && to !== undefined && { updated: [from, to] as const }),
  }
}
