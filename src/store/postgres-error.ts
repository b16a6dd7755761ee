/** What an error of PostgreSQL, or of the way to it, means for who asked. */
import { StoreUnavailableError } from './store.js'

/** By SQLSTATE, or by its class of two characters. */
const STATES: Record<string, string> = {
  '08': 'the connection is lost',
  '25006': 'it is read-only: a standby, or not yet a primary',
  '25P03': 'the transaction took too long',
  '28': 'it does not let this user in',
  '3D000': 'there is no such database',
  '3F000': 'there is no such schema',
  '40': 'it gave up the transaction',
  '42501': 'this user may not do that there',
  '42P01': 'its tables are not those that are known here',
  '42703': 'its tables are not those that are known here',
  '53': 'its resources are used up',
  '55P03': 'another writer holds its lock',
  '57014': 'it took too long',
  '57P': 'it is stopping or starting',
  '58': 'its machine fails',
  XX: 'it is damaged',
}

/** By code of Node: the way to the database. */
const WAYS: Record<string, string> = {
  ECONNREFUSED: 'nobody answers there',
  ECONNRESET: 'the connection is lost',
  EPIPE: 'the connection is lost',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOTFOUND: 'its host has no address',
  EAI_AGAIN: 'the address of its host cannot be looked up',
  ENOENT: 'its socket is not there',
  EACCES: 'its socket may not be used',
}

/** By the words of the driver, which has no codes. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/connection timeout|timeout exceeded|timeout expired/, 'it does not answer'],
  [
    /[Cc]onnection terminated|connection error|Connection ended|Client was closed|not queryable/,
    'the connection is lost',
  ],
  [/does not support SSL/, 'it does not offer TLS, which sslmode asks for'],
  [/SASL|password must be|SCRAM/, 'it does not let this user in'],
  [/after calling end on the pool|already been destroyed/, 'it is closed'],
]

/** The database, or the way to it, did not answer in time. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

/** The unavailability behind `error`, or undefined when the error is not the state of the database but the fault of the program. */
export function explainPostgresError(error: unknown): StoreUnavailableError | undefined {
  if (error instanceof StoreUnavailableError) return error
  if (!(error instanceof Error)) return undefined
  const meaning = meaningOf(error)
  if (meaning === undefined) return undefined
  return new StoreUnavailableError(`the store is not available: ${meaning} (${describe(error)})`, { cause: error })
}

function meaningOf(error: Error & { code?: unknown }): string | undefined {
  if (error instanceof NoAnswerError) return 'it does not answer'
  const code = typeof error.code === 'string' ? error.code : ''
  if (error instanceof AggregateError) return WAYS[code] ?? 'nobody answers there'
  const isState = /^[0-9A-Z]{5}$/.test(code) && !(code in WAYS)
  const known = isState ? (STATES[code] ?? STATES[code.slice(0, 3)] ?? STATES[code.slice(0, 2)]) : WAYS[code]
  if (known !== undefined) return known
  if (isState) return undefined
  if (/CERT|TLS|SSL|ERR_OSSL/.test(code)) return 'TLS with it fails'
  // What has a code is not the driver's: a refusal of ours may name something that is called like this.
  if (code !== '') return undefined
  return WORDS.find(([words]) => words.test(error.message))?.[1]
}

/** An error of several addresses has no text of its own. */
function describe(error: Error): string {
  if (error.message !== '') return error.message
  return error instanceof AggregateError
    ? error.errors.map((one: unknown) => describe(one as Error)).join('; ')
    : error.name
}
