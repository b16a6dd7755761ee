/** Client tokens: a repeated call answers what the first one made, and makes nothing (app-mesh-api.md section 5). */
import { createHash } from 'node:crypto'
import { tokenReused } from '../model/errors.js'
import type { TokenRecord, WriteTransaction } from '../store/store.js'
import type { Call } from './context.js'

/** What a call asks for, as its token remembers it. */
export interface TokenUse {
  readonly token: string
  readonly record: Omit<TokenRecord, 'revision'>
}

/**
 * The token of `call` on the resource `arn`, or undefined when it brings none. `uid` ties an update to the resource that it found: the same
 * update of a namesake made later is another request.
 */
export function readToken({ operation, input }: Call, arn: string, uid = ''): TokenUse | undefined {
  const { clientToken: token, ...content } = input
  if (token === undefined) return undefined
  const requestHash = createHash('sha256')
    .update(JSON.stringify([operation, arn, uid, content]))
    .digest('hex')
  return { token, record: { operation, arn, requestHash } }
}

/** The revision of the first call with this token; undefined when this is the first. Throws ConflictException when the calls differ. */
export async function findReplay(tx: WriteTransaction, use: TokenUse | undefined): Promise<number | undefined> {
  const earlier = use && (await tx.token(use.token))
  if (!earlier) return undefined
  if (earlier.requestHash !== use.record.requestHash) throw tokenReused(use.token)
  return earlier.revision
}

/** Remembers the token of the call that this transaction carries out. */
export async function remember(tx: WriteTransaction, use: TokenUse | undefined): Promise<void> {
  if (use) await tx.rememberToken(use.token, use.record)
}
