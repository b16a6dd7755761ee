/** Page cursors: opaque text that holds the last name of a page, so that deletes between pages skip nothing (app-mesh-api.md section 6). */
import { createHash } from 'node:crypto'
import { ApiError } from '../model/errors.js'

const VERSION = 1
const CHECK_BYTES = 8
const CHECKED_FROM = 1 + CHECK_BYTES

/** The cursor after `name` in `listing`. A listing is whatever tells two listings apart: its operation and its scope. */
export function formatCursor(listing: readonly string[], name: string): string {
  const key = Buffer.from(name, 'utf8')
  return Buffer.concat([Buffer.of(VERSION), checksum(listing, key), key]).toString('base64url')
}

/** The name that `cursor`, a member of the request, holds. Throws BadRequestException when this listing never gave it out. */
export function parseCursor(listing: readonly string[], cursor: string, member = 'nextToken'): string {
  const bytes = Buffer.from(cursor, 'base64url')
  const key = bytes.subarray(CHECKED_FROM)
  const sound =
    bytes[0] === VERSION &&
    bytes.toString('base64url') === cursor &&
    bytes.subarray(1, CHECKED_FROM).equals(checksum(listing, key))
  if (!sound) throw new ApiError('BadRequestException', `${member} is not a token that this listing returned`)
  return key.toString('utf8')
}

/** Binds the key to its listing. No secret: a forged cursor can only ask for what its caller may list anyway. */
function checksum(listing: readonly string[], key: Buffer): Buffer {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, ...listing]))
  return hash.update(key).digest().subarray(0, CHECK_BYTES)
}
