/** PostgreSQL by pg: any number of processes share one database. Needs version 12 and UTF-8; the tables are in the first schema of the search path. */
import { randomUUID } from 'node:crypto'
import { Kysely, PostgresDialect, sql, type PostgresPool } from 'kysely'
import type pg from 'pg'
import { ChangeListener, CHANNEL, type PostgresEvents } from './change-listener.js'
import type { PostgresAddress } from './postgres-address.js'
import { buildClientConfig, SERVING, UNLIMITED } from './postgres-client.js'
import { explainPostgresError } from './postgres-error.js'
import { loadPg } from './postgres-library.js'
import { PostgresSession } from './postgres-session.js'
import type { Schema } from './schema.js'
import type { SqlDriver } from './sql-driver.js'
import { StoreUnavailableError } from './store.js'

const OLDEST_VERSION = 120_000
const IDLE_MILLIS = 60_000
/** Connections are renewed now and then, so that they find their way to another machine that has taken over the name. */
const LIFE_SECONDS = 1800
/** After the limits of the server itself, which can still say what was wrong. */
const ANSWER_MILLIS = SERVING.statement + 2000
const CLOSE_MILLIS = 2000

/** Held by the transaction of a writer; the number has no meaning but must stay: replicas of all versions meet at it. */
const WRITE_LOCK = sql`pg_advisory_xact_lock(1835365224, 1)`

const CLOCK = sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** A commit is on the disk of the server when it is acknowledged, whatever its default. */
const LOCK = sql<{ now: number }>`select ${WRITE_LOCK},
  case when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', true) end,
  floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now`

/** Connects for serving, and follows the changes of others. Throws StoreUnavailableError. */
export async function openPostgres(address: PostgresAddress, events: PostgresEvents = {}): Promise<SqlDriver> {
  const config = await probe(buildClientConfig(address, SERVING))
  const listener = new ChangeListener(config, events)
  await listener.start()
  return buildDriver(config, address.poolSize, ANSWER_MILLIS, listener)
}

/** Connects for one piece of work that may take its time, such as a migration. Throws StoreUnavailableError. */
export async function openPostgresForWork(address: PostgresAddress): Promise<SqlDriver> {
  return buildDriver(await probe(buildClientConfig(address, UNLIMITED)), 2, undefined)
}

function buildDriver(
  config: pg.ClientConfig,
  poolSize: number,
  answerMillis: number | undefined,
  listener?: ChangeListener,
): SqlDriver {
  const pool = new (loadPg().Pool)({
    ...config,
    max: poolSize,
    idleTimeoutMillis: IDLE_MILLIS,
    maxLifetimeSeconds: LIFE_SECONDS,
  })
  // An idle connection that breaks is replaced when it is needed.
  pool.on('error', () => undefined)
  const sessions = {
    connect: async () => new PostgresSession(await pool.connect(), answerMillis),
    end: () => endWithin(CLOSE_MILLIS, pool),
  }
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: sessions as unknown as PostgresPool }) })
  const origin = randomUUID()
  return {
    db,
    byteCollation: 'C',
    sharedClock: CLOCK,
    lock: async (trx) => (await LOCK.execute(trx)).rows[0]?.now,
    announce: async (trx, revision) => {
      await sql`select pg_notify(${CHANNEL}, ${`${origin} ${revision}`})`.execute(trx)
    },
    explain: explainPostgresError,
    ...(listener && {
      now: () => listener.now(),
      away: () => listener.away,
      onForeignChange: (hint: () => void) => listener.follow(origin, hint),
    }),
    async close() {
      await listener?.stop()
      await db.destroy()
    },
  }
}

/** A machine that does not answer does not say goodbye either. */
async function endWithin(millis: number, pool: pg.Pool): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, millis)))
  await Promise.race([pool.end(), late])
  clearTimeout(timer)
}

/**
 * Connects once: is it a database that can be used, and does it offer TLS where that is left to it (sslmode=prefer)? Gives the configuration that
 * connected. Throws StoreUnavailableError.
 */
async function probe(config: pg.ClientConfig): Promise<pg.ClientConfig> {
  const client = new (loadPg().Client)(config)
  client.on('error', () => undefined)
  try {
    await client.connect()
    await checkServer(client)
    return config
  } catch (error) {
    if (isPreferred(config) && error instanceof Error && error.message.includes('does not support SSL'))
      return await probe({ ...config, ssl: false })
    throw explainPostgresError(error) ?? error
  } finally {
    await client.end().catch(() => undefined)
  }
}

function isPreferred({ ssl }: pg.ClientConfig): boolean {
  return typeof ssl === 'object' && 'preferred' in ssl
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; encoding: string; schema: string | null }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
      current_schema() as schema`,
  )
  const [server] = rows
  if (!server) return
  const refused =
    server.version < OLDEST_VERSION
      ? 'PostgreSQL 12 or newer is needed'
      : server.encoding !== 'UTF8'
        ? `its encoding is ${server.encoding}: create the database with ENCODING 'UTF8' TEMPLATE template0`
        : server.schema === null
          ? 'no schema of its search path exists'
          : undefined
  if (refused !== undefined) throw new StoreUnavailableError(`the PostgreSQL database cannot be the store: ${refused}`)
}
