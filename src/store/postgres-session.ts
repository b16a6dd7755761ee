/** One connection while one transaction has it. */
import type pg from 'pg'
import { checkParameter } from './parameter.js'
import { NoAnswerError } from './postgres-error.js'
import { loadPg } from './postgres-library.js'
import { CommitUnknownError } from './sql-driver.js'

/** What Kysely asks a connection for. */
export class PostgresSession {
  readonly #client: pg.PoolClient
  readonly #answerMillis: number | undefined
  #broken = false
  #released = false

  /** `answerMillis`: how long the database may take for one statement before it counts as away; undefined: for ever. */
  constructor(client: pg.PoolClient, answerMillis: number | undefined) {
    this.#client = client
    this.#answerMillis = answerMillis
    client.on('error', this.#onBreak)
  }

  /** The pool listens only while the connection is idle; an error that nobody listens to ends the process. */
  readonly #onBreak = (): void => {
    this.#broken = true
  }

  query(text: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    // This is where a statement would go on in the transaction of somebody else.
    if (this.#released) return Promise.reject(new Error('the transaction is over'))
    if (text === 'commit') return this.#commit()
    if (text === 'rollback') return this.#rollback()
    return this.#send(text, parameters)
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    this.#client.off('error', this.#onBreak)
    this.#client.on('error', ignore)
    this.#client.release(this.#broken)
    if (!this.#broken) this.#client.off('error', ignore)
  }

  async #commit(): Promise<pg.QueryResult> {
    const result = await this.#send('commit').catch((cause: unknown) => {
      if (isAnswer(cause)) throw cause
      throw new CommitUnknownError('the store is not available: the connection was lost during a commit', { cause })
    })
    // That is how PostgreSQL answers the commit of a transaction in which a statement had failed.
    if (result.command !== 'COMMIT') throw new Error('nothing was committed: a statement of the transaction had failed')
    return result
  }

  /** Never fails: a connection that cannot roll back is closed, which does. */
  async #rollback(): Promise<pg.QueryResult> {
    if (this.#broken) return NOTHING
    return this.#send('rollback').catch(() => {
      this.#broken = true
      return NOTHING
    })
  }

  async #send(text: string, parameters: readonly unknown[] = []): Promise<pg.QueryResult> {
    const values = parameters.map(checkParameter)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      if (this.#answerMillis === undefined) return
      timer = setTimeout(() => {
        destroy(this.#client)
        reject(new NoAnswerError(`no answer within ${this.#answerMillis} ms`))
      }, this.#answerMillis)
    })
    try {
      return await Promise.race([this.#client.query(text, values), late])
    } catch (error) {
      if (!isAnswer(error) || error.code === READ_ONLY) this.#broken = true
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

const ignore = (): void => undefined

const NOTHING: pg.QueryResult = { command: 'ROLLBACK', rowCount: null, oid: 0, fields: [], rows: [] }

/** The server that this connection leads to has become a standby: another one can write. */
const READ_ONLY = '25006'

/** True for what the database says while the connection goes on. FATAL is the last thing that it says. */
function isAnswer(error: unknown): error is pg.DatabaseError {
  return error instanceof loadPg().DatabaseError && error.severity === 'ERROR'
}

/** Closes the connection at once, without the goodbye that a stopped server would never read. */
export function destroy(client: pg.ClientBase): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } }
  connection.stream.destroy()
}
