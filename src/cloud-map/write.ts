/** What the writing operations have in common: the transaction, the record that an asynchronous call leaves, and repeated calls. */
import { createHash } from 'node:crypto'
import { CloudMapError } from '../model/cloud-map/errors.js'
import type { Operation, OperationType } from '../model/cloud-map/resource.js'
import type { WriteTransaction } from '../store/store.js'
import type { CloudMapAnswer, CloudMapCall, CloudMapContext } from './context.js'

const HOUR_MILLIS = 60 * 60 * 1000

/** How long an operation can be asked for. There is one for every registration of an instance, so those go earlier. */
const LIFE_MILLIS: Readonly<Record<OperationType, number>> = {
  CREATE_NAMESPACE: 24 * HOUR_MILLIS,
  DELETE_NAMESPACE: 24 * HOUR_MILLIS,
  UPDATE_NAMESPACE: 24 * HOUR_MILLIS,
  UPDATE_SERVICE: 24 * HOUR_MILLIS,
  REGISTER_INSTANCE: HOUR_MILLIS,
  DEREGISTER_INSTANCE: HOUR_MILLIS,
}

/** Runs `work` as one write of the caller; it answers the body. */
export async function write(
  { store }: CloudMapContext,
  { principal, operation }: CloudMapCall<unknown>,
  work: (tx: WriteTransaction) => Promise<object>,
): Promise<CloudMapAnswer> {
  const { result, revision } = await store.write({ principal, operation }, work)
  return { body: result, revision }
}

/** A new operation that is done, without a record of it yet. */
export function buildOperation(
  { randomText }: CloudMapContext,
  type: OperationType,
  now: number,
  targets: Pick<Operation, 'namespaceId' | 'serviceId' | 'instanceId'>,
): Operation {
  const id = `${randomText(32)}-${randomText(8)}`
  return { id, type, status: 'SUCCESS', createdAt: now, updatedAt: now, ...targets }
}

export function keepOperation({ cloudMap }: WriteTransaction, operation: Operation): Promise<void> {
  return cloudMap.putOperation(operation, LIFE_MILLIS[operation.type])
}

/** Records that the call did what it was to do. Returns the body of its answer. */
export async function finish(
  context: CloudMapContext,
  tx: WriteTransaction,
  type: OperationType,
  targets: Pick<Operation, 'namespaceId' | 'serviceId' | 'instanceId'>,
): Promise<{ OperationId: string }> {
  const operation = buildOperation(context, type, tx.now, targets)
  await keepOperation(tx, operation)
  return { OperationId: operation.id }
}

/** A request that its CreatorRequestId makes repeatable; undefined without one. */
export interface Repeatable {
  readonly token: string
  readonly requestHash: string
}

export function readRepeatable({
  operation,
  input,
}: CloudMapCall<{ readonly CreatorRequestId?: string }>): Repeatable | undefined {
  const { CreatorRequestId: id, ...content } = input
  if (id === undefined || id === '') return undefined
  return { token: `servicediscovery/${digest([operation, id])}`, requestHash: digest([operation, content]) }
}

/** The operation of the first call with this id; undefined when this is the first, or what the first made is gone. Throws DuplicateRequest. */
export async function findRepeated(
  tx: WriteTransaction,
  repeatable: Repeatable | undefined,
): Promise<Operation | undefined> {
  if (!repeatable) return undefined
  const earlier = await tx.token(repeatable.token)
  if (!earlier) return undefined
  const operation = await tx.cloudMap.operation(earlier.arn)
  if (!operation?.namespaceId || !(await tx.cloudMap.namespace(operation.namespaceId))) return undefined
  if (earlier.requestHash === repeatable.requestHash) return operation
  const message = 'The CreatorRequestId was already used for a request with other content'
  throw new CloudMapError('DuplicateRequest', message, { DuplicateOperationId: operation.id })
}

/** Remembers the operation that answers the call, in the place where the tokens of App Mesh have an ARN. */
export async function rememberRepeatable(
  tx: WriteTransaction,
  repeatable: Repeatable | undefined,
  operation: string,
  operationId: string,
): Promise<void> {
  if (!repeatable) return
  const { token, requestHash } = repeatable
  await tx.rememberToken(token, { operation, arn: operationId, requestHash })
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
