/** The operations on namespaces (cloud-map-api.md section 5). */
import { CloudMapError, invalidInput, limitExceeded } from '../model/cloud-map/errors.js'
import { formatCloudMapArn } from '../model/cloud-map/identifiers.js'
import type {
  ById,
  CreateHttpNamespaceRequest,
  CreatePrivateDnsNamespaceRequest,
  UpdateNamespaceRequest,
} from '../model/cloud-map/requests.js'
import type { Namespace } from '../model/cloud-map/resource.js'
import { checkTags } from '../model/cloud-map/rules.js'
import type { NamespaceType } from '../model/cloud-map/shapes.js'
import type { ReadTransaction, WriteTransaction } from '../store/store.js'
import type { CloudMapContext, CloudMapHandler } from './context.js'
import { requireNamespace } from './find.js'
import { parseTags } from './tags.js'
import { formatNamespace } from './wire.js'
import {
  buildOperation,
  findRepeated,
  finish,
  keepOperation,
  readRepeatable,
  rememberRepeatable,
  write,
} from './write.js'

/** Of every type: those of DNS namespaces have more members. */
type CreateNamespaceRequest = CreateHttpNamespaceRequest &
  Partial<Pick<CreatePrivateDnsNamespaceRequest, 'Vpc' | 'Properties'>>

/** Characters of an id after its prefix. */
const ID_LENGTH = 16

/** Makes a namespace; it is there when the answer comes. */
export function createNamespace(type: NamespaceType): CloudMapHandler<CreateNamespaceRequest> {
  return (context, call) => {
    const { input } = call
    const problems = checkTags(input.Tags ?? [])
    if (problems.length > 0) throw invalidInput(problems)
    const repeatable = readRepeatable(call)
    return write(context, call, async (tx) => {
      const repeated = await findRepeated(tx, repeatable)
      if (repeated) return { OperationId: repeated.id }
      await requireFreeName(tx, type, input)
      await requireRoom(tx, context)
      const namespace = await buildNamespace(context, tx, type, input)
      const operation = buildOperation(context, 'CREATE_NAMESPACE', tx.now, { namespaceId: namespace.id })
      await tx.cloudMap.putNamespace(namespace)
      await keepOperation(tx, operation)
      await rememberRepeatable(tx, repeatable, call.operation, operation.id)
      return { OperationId: operation.id }
    })
  }
}

/** Two of one name and type would be one to everybody who looks one up; private DNS namespaces of different VPCs do not meet. */
async function requireFreeName(
  tx: ReadTransaction,
  type: NamespaceType,
  { Name: name, Vpc: vpc }: CreateNamespaceRequest,
) {
  const namesakes = await tx.cloudMap.namespacesNamed(name)
  const rival = namesakes.find((namespace) => namespace.type === type && namespace.vpc === vpc)
  if (!rival) return
  throw new CloudMapError('NamespaceAlreadyExists', `There is a namespace ${name} of type ${type} already`, {
    NamespaceId: rival.id,
    CreatorRequestId: rival.creatorRequestId,
  })
}

async function requireRoom({ cloudMap }: ReadTransaction, { quotas: { namespaces: limit } }: CloudMapContext) {
  if (limit === undefined) return
  const found = await cloudMap.namespaces({ limit })
  if (found.length >= limit) throw limitExceeded('namespaces per account', limit)
}

async function buildNamespace(
  { account, region, randomText }: CloudMapContext,
  { cloudMap, now }: WriteTransaction,
  type: NamespaceType,
  input: CreateNamespaceRequest,
): Promise<Namespace> {
  const key = randomText(ID_LENGTH)
  const id = `ns-${key}`
  const { Name: name, Description: description, CreatorRequestId: creatorRequestId, Vpc: vpc } = input
  const soaTtl = input.Properties?.DnsProperties.SOA.TTL
  const taken = await cloudMap.namespaceByHttpName(name)
  return {
    id,
    arn: formatCloudMapArn('namespace', id, { region, account }),
    name,
    httpName: taken ? `${name}-${key.slice(-8)}` : name,
    type,
    ...(description !== undefined && { description }),
    ...(creatorRequestId !== undefined && { creatorRequestId }),
    ...(vpc !== undefined && { vpc }),
    ...(type !== 'HTTP' && { hostedZoneId: `Z${randomText(20).toUpperCase()}` }),
    ...(soaTtl !== undefined && { soaTtl }),
    createdAt: now,
    tags: parseTags(input.Tags ?? []),
  }
}

/** Changes the description, and of DNS namespaces the TTL of the SOA record; what is not given stays. */
export function updateNamespace(type: NamespaceType): CloudMapHandler<UpdateNamespaceRequest> {
  return (context, call) =>
    write(context, call, async (tx) => {
      const { Id: idOrArn, Namespace: change } = call.input
      const namespace = await requireNamespace(tx, idOrArn)
      if (namespace.type !== type)
        throw new CloudMapError('InvalidInput', `Namespace ${idOrArn} is of type ${namespace.type}, not ${type}`)
      const { Description: description, Properties: properties } = change
      const soaTtl = properties?.DnsProperties.SOA.TTL
      await tx.cloudMap.putNamespace({
        ...namespace,
        ...(description !== undefined && { description }),
        ...(soaTtl !== undefined && { soaTtl }),
      })
      return finish(context, tx, 'UPDATE_NAMESPACE', { namespaceId: namespace.id })
    })
}

export const deleteNamespace: CloudMapHandler<ById> = (context, call) =>
  write(context, call, async (tx) => {
    const { id, name } = await requireNamespace(tx, call.input.Id)
    const [service] = await tx.cloudMap.services(id, { limit: 1 })
    if (service)
      throw new CloudMapError(
        'ResourceInUse',
        `Namespace ${name} has services: delete ${service.name} and all others first`,
      )
    await tx.cloudMap.removeNamespace(id)
    return finish(context, tx, 'DELETE_NAMESPACE', { namespaceId: id })
  })

export const getNamespace: CloudMapHandler<ById> = async ({ store, account }, { input }) => {
  const body = await store.read(async (tx) => {
    const namespace = await requireNamespace(tx, input.Id)
    const counts = await tx.cloudMap.counts('service', [namespace.id])
    const { creatorRequestId: CreatorRequestId } = namespace
    return { ...formatNamespace(namespace, counts.get(namespace.id) ?? 0, account), CreatorRequestId }
  })
  return { body: { Namespace: body } }
}
