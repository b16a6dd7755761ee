/** Create, update and delete, the same for every kind. Every check that looks at the mesh runs inside the write transaction. */
import { formatArn } from '../model/arn.js'
import { completeSpec } from '../model/complete.js'
import { checkDeletion } from '../model/deletion.js'
import { ApiError, alreadyExists, badRequest, forbidden, resourceInUse } from '../model/errors.js'
import type { Resource, ResourceRef } from '../model/resource.js'
import { checkSpec } from '../model/rules.js'
import type { WriteTransaction } from '../store/store.js'
import type { Answer, ApiContext, Call, Handler, Input } from './context.js'
import { childrenOf } from './children.js'
import { findReplay, readToken, remember } from './idempotency.js'
import type { KindApi } from './kind.js'
import { requireExisting, requireScope, resolveRef } from './place.js'
import { checkSize, requireRoom } from './quotas.js'
import { formatResource, type ResourceStatus } from './wire.js'

/** Makes a new resource, with version 1 and a uid of its own. */
export function createOperation(kind: KindApi): Handler {
  return (context, call) => {
    const { account, region, quotas, uuid } = context
    const ref = resolveRef(context, kind.kind, call.input)
    const spec = readSpec(ref, call.input)
    const { tags = [] } = call.input
    const arn = formatArn(ref, { region, account })
    const token = readToken(call, arn)
    return write(context, call, async (tx) => {
      const replayed = await findReplay(tx, token)
      const existing = await tx.get(ref)
      if (existing && replayed !== undefined) return { resource: existing, revision: replayed }
      if (ref.kind !== 'mesh') await requireScope(tx, ref.kind, ref)
      if (existing) throw alreadyExists(ref)
      await requireFreeArn(tx, arn)
      await requireRoom(tx, quotas, ref)
      const owners = { meshOwner: ref.meshOwner, resourceOwner: account }
      const metadata = { arn, createdAt: tx.now, lastUpdatedAt: tx.now, ...owners, uid: uuid(), version: 1 }
      const resource = { ref, metadata, spec }
      await putChecked(tx, context, kind, resource)
      if (tags.length > 0) await tx.setTags(arn, tags)
      await remember(tx, token)
      return { resource }
    })
  }
}

/** Replaces the whole spec: members that the request leaves out are gone. */
export function updateOperation(kind: KindApi): Handler {
  return (context, call) => {
    const ref = resolveRef(context, kind.kind, call.input)
    const spec = readSpec(ref, call.input)
    return write(context, call, async (tx) => {
      const existing = await requireExisting(tx, ref)
      const { metadata } = existing
      const token = readToken(call, metadata.arn, metadata.uid)
      const revision = await findReplay(tx, token)
      if (revision !== undefined) return { resource: existing, revision }
      if (metadata.resourceOwner !== context.account) throw forbidden(ref, 'updated', 'another account owns it')
      const renewed = { ...metadata, lastUpdatedAt: tx.now, version: metadata.version + 1 }
      const resource = { ref, metadata: renewed, spec }
      await putChecked(tx, context, kind, resource)
      await remember(tx, token)
      return { resource }
    })
  }
}

/** Removes the resource with its tags, and answers its last state. */
export function deleteOperation({ kind }: KindApi): Handler {
  return (context, call) => {
    const ref = resolveRef(context, kind, call.input)
    return write(context, call, async (tx) => {
      const existing = await requireExisting(tx, ref)
      const blocker = checkDeletion(ref, { children: await childrenOf(tx, ref), referrers: await tx.referrers(ref) })
      if (blocker !== undefined) throw resourceInUse(blocker)
      await tx.remove(ref)
      return { resource: { ...existing, metadata: { ...existing.metadata, lastUpdatedAt: tx.now } }, status: 'DELETED' }
    })
  }
}

/** The spec to store. An update of a mesh may leave it out, which empties it. Throws BadRequestException. */
function readSpec(ref: ResourceRef, { spec = {} }: Input): Resource['spec'] {
  const problems = checkSpec(ref, spec)
  if (problems.length > 0) throw badRequest(problems)
  return completeSpec(ref.kind, spec)
}

interface Outcome {
  readonly resource: Resource
  readonly status?: ResourceStatus
  /** Of the earlier call that this one repeats. */
  readonly revision?: number
}

async function write(
  { store }: ApiContext,
  { principal, operation }: Call,
  work: (tx: WriteTransaction) => Promise<Outcome>,
): Promise<Answer> {
  const { result, revision } = await store.write({ principal, operation }, work)
  return { body: formatResource(result.resource, result.status), revision: result.revision ?? revision }
}

async function putChecked(
  tx: WriteTransaction,
  { quotas }: ApiContext,
  kind: KindApi,
  resource: Resource,
): Promise<void> {
  checkSize(quotas, resource)
  const problems = await kind.checkInMesh(tx, resource)
  if (problems.length > 0) throw badRequest(problems)
  await tx.put(resource)
}

/** Names may hold slashes and ARNs do not escape them, so two places can share an ARN: the first one has it. */
async function requireFreeArn(tx: WriteTransaction, arn: string): Promise<void> {
  if (await tx.getByArn(arn)) throw new ApiError('ConflictException', `Another resource has the ARN ${arn} already`)
}
