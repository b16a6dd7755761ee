import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import Database from 'libsql'
import { migrate } from '../../src/store/migrations.js'
import { openStore } from '../../src/store/open-store.js'
import { SqlStore } from '../../src/store/sql-store.js'
import { explainSqliteError } from '../../src/store/sqlite-error.js'
import { openSqlite } from '../../src/store/sqlite.js'
import { StoreUnavailableError } from '../../src/store/store.js'
import { describeStore } from './contract.js'
import { AUTHOR, MESH, node, putAll } from './resources.js'
import { killHard, startWriter } from './victim.js'

const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-store-'))
let files = 0
const newFile = (): string => join(directory, `${(files += 1)}.db`)
after(() => rmSync(directory, { recursive: true }))

describeStore('SQLite in memory', (options) => openStore('sqlite::memory:', options))
describeStore('SQLite file', (options) => openStore(`sqlite:${newFile()}`, options))

describe('SQLite file', () => {
  it('keeps everything over a restart', async () => {
    const address = `sqlite:${newFile()}`
    const first = await openStore(address)
    await putAll(first, node('a'))
    await first.close()
    const second = await openStore(address)
    assert.deepEqual(await second.image(), { revision: 1, resources: [node('a')] })
    assert.equal(await putAll(second, node('b')), 2)
    await second.close()
  })

  it('syncs the write-ahead log at every commit', async () => {
    const driver = openSqlite(newFile())
    const pragma = (name: string) =>
      driver.db.transaction().execute(async (trx) => (await sql.raw(`PRAGMA ${name}`).execute(trx)).rows)
    assert.deepEqual(await pragma('journal_mode'), [{ journal_mode: 'wal' }])
    assert.deepEqual(await pragma('synchronous'), [{ synchronous: 2 }])
    assert.deepEqual(await pragma('foreign_keys'), [{ foreign_keys: 1 }])
    await driver.close()
  })

  it('can be read by others while it is served', async () => {
    const path = newFile()
    const store = await openStore(`sqlite:${path}`)
    await putAll(store, node('a'))
    const reader = new Database(path)
    assert.deepEqual(reader.prepare('SELECT name FROM resource').all(), [{ name: 'a' }])
    reader.close()
    assert.equal(await putAll(store, node('b')), 2)
    await store.close()
  })

  const unusable = [
    {
      name: 'a missing directory',
      path: () => join(directory, 'none', 'a.db'),
      message: /directory .*none.* does not exist/,
    },
    { name: 'a directory', path: () => directory, message: /is a directory: name a file in it/ },
    { name: 'a device', path: () => '/dev/null', message: /is not an ordinary file/ },
    {
      name: 'a pipe that nobody reads',
      path: () => {
        const path = newFile()
        execFileSync('mkfifo', [path])
        return path
      },
      message: /is not an ordinary file/,
    },
    { name: 'below a file', path: () => '/dev/null/a.db', message: /is not available: ENOTDIR/ },
    {
      name: 'something else than a database',
      path: () => {
        const path = newFile()
        writeFileSync(path, 'This is not a database. '.repeat(400))
        return path
      },
      message: /not a SQLite database/,
    },
    {
      name: 'the database of another program',
      path: () => {
        const path = newFile()
        const other = new Database(path)
        other.exec('CREATE TABLE invoices (id INTEGER)')
        other.close()
        return path
      },
      message: /database of another program.*invoices/,
    },
  ]
  for (const { name, path, message } of unusable)
    it(`is refused when it is ${name}`, async () => {
      const file = path()
      await assert.rejects(openStore(`sqlite:${file}`), (error: Error) => {
        assert.match(error.message, message)
        assert.ok(error.message.includes(file) || name === 'a missing directory')
        return error instanceof StoreUnavailableError
      })
    })

  it('is refused when a newer version wrote it', async () => {
    const path = newFile()
    await (await openStore(`sqlite:${path}`)).close()
    const database = new Database(path)
    database.exec(`INSERT INTO migration VALUES (99, 'from the future', 0)`)
    database.close()
    await assert.rejects(openStore(`sqlite:${path}`), {
      name: 'StoreUnavailableError',
      message: /newer meshkeeper.*from the future/,
    })
  })

  it('is for its owner alone, and everything beside it; one that is there keeps its mode', async () => {
    const [path, shared] = [newFile(), newFile()]
    writeFileSync(shared, '', { mode: 0o640 })
    chmodSync(shared, 0o640)
    const stores = [await openStore(`sqlite:${path}`), await openStore(`sqlite:${shared}`)]
    const modes = (file: string, suffixes: string[]) =>
      suffixes.map((suffix) => (statSync(file + suffix).mode & 0o777).toString(8))
    assert.deepEqual(modes(path, ['', '-wal', '-shm', '.lock']), ['600', '600', '600', '600'])
    assert.deepEqual(modes(shared, ['', '-wal', '-shm']), ['640', '640', '640'])
    for (const store of stores) await store.close()
  })

  it('is a file whatever its name', async () => {
    const path = join(directory, 'file:x?mode=memory')
    const before = process.cwd()
    process.chdir(directory)
    try {
      const store = await openStore('sqlite:file:x?mode=memory')
      await putAll(store, node('a'))
      await assert.rejects(openStore(`sqlite:${path}`), /serves the store/)
      await store.close()
    } finally {
      process.chdir(before)
    }
    const again = await openStore(`sqlite:${path}`)
    assert.equal(await again.head(), 1)
    await again.close()
  })

  it('is left as it was by a migration that fails', async () => {
    const path = newFile()
    const broken = openSqlite(path)
    await assert.rejects(migrate(broken, () => Number.NaN))
    await broken.close()
    const database = new Database(path)
    assert.deepEqual(database.prepare('SELECT name FROM sqlite_master').all(), [])
    database.close()
    await (await openStore(`sqlite:${path}`)).close()
  })

  describe('without space', () => {
    const limit = (driver: ReturnType<typeof openSqlite>, pages: number) =>
      driver.db.transaction().execute((trx) => sql.raw(`PRAGMA max_page_count = ${pages}`).execute(trx))
    const big = (name: string) => ({ ...node(name), spec: { ...node(name).spec, text: 'x'.repeat(10_000) } })

    it('refuses writes, serves reads, and recovers', async () => {
      const driver = openSqlite(newFile())
      await migrate(driver, Date.now)
      const store = new SqlStore(driver)
      await limit(driver, 60)
      let written = 0
      const fill = async () => {
        for (;;) {
          await putAll(store, big(`n${written}`))
          written += 1
        }
      }
      await assert.rejects(fill(), (error: Error) => {
        assert.match(error.message, /not available: no space is left/)
        assert.ok(error.cause)
        return error instanceof StoreUnavailableError
      })
      assert.ok(written > 0)
      assert.equal(await store.head(), written)
      assert.equal((await store.image()).resources.length, written)
      await limit(driver, 1_000_000)
      assert.equal(await putAll(store, big('more')), written + 1)
      await store.close()
    })

    it('commits nothing of work that overlooks the error', async () => {
      const driver = openSqlite(newFile())
      await migrate(driver, Date.now)
      const store = new SqlStore(driver)
      await limit(driver, 60)
      const stubborn = store.write(AUTHOR, async (tx) => {
        for (let i = 0; i < 60; i += 1) await tx.put(big(`n${i}`)).catch(() => undefined)
        await tx.put(node('small')).catch(() => undefined)
      })
      await assert.rejects(stubborn)
      assert.deepEqual(await store.image(), { revision: 0, resources: [] })
      await store.close()
    })
  })

  it('takes expired client tokens away as new ones come', async () => {
    const path = newFile()
    let now = 0
    const store = await openStore(`sqlite:${path}`, { now: () => now })
    const remember = (token: string) =>
      store.write(AUTHOR, (tx) => tx.rememberToken(token, { operation: 'o', arn: 'a', requestHash: 'h' }))
    for (const token of ['a', 'b', 'c']) await remember(token)
    now = 48 * 60 * 60 * 1000
    await remember('d')
    await store.close()
    const database = new Database(path)
    assert.deepEqual(database.prepare('SELECT token FROM client_token').all(), [{ token: 'd' }])
    database.close()
  })

  it('refuses writes while another program writes, and recovers', async function () {
    this.timeout(20_000)
    const path = newFile()
    const store = await openStore(`sqlite:${path}`)
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    await assert.rejects(putAll(store, node('a')), {
      name: 'StoreUnavailableError',
      message: /another program holds its lock/,
    })
    await assert.rejects(store.ping(), StoreUnavailableError)
    other.exec('ROLLBACK')
    other.close()
    assert.equal(await putAll(store, node('a')), 1)
    await store.ping()
    await store.close()
  })

  it('is not ready while its disk is full, from the first write that is refused, and is again once there is room', async function () {
    this.timeout(20_000)
    const path = newFile()
    const script = fileURLToPath(new URL('full-disk.ts', import.meta.url))
    const args = ['--import', 'tsx', script, `sqlite:${path}`, path]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const refused = 'StoreUnavailableError'
    assert.deepEqual(JSON.parse(stdout), [
      'write: done',
      ...[`write: ${refused}`, `ping: ${refused}`, `ping: ${refused}`, 'read: done'],
      ...['ping: done', 'write: done'],
    ])
  })
})

describe('SQLite: the log, newest first', () => {
  const ARGUMENTS = [MESH, 'virtualNode', 'a', 10]
  const cases = [
    { name: 'of a mesh', where: `"mesh_name" = ? and mesh_name <> ''`, index: 'change_mesh' },
    { name: 'of a kind in a mesh', where: `"kind" = ? and "mesh_name" = ? and mesh_name <> ''`, index: 'change_mesh' },
    { name: 'of a name', where: `"name" = ?`, index: 'change_name' },
  ]
  for (const { name, where, index } of cases)
    it(`${name} is read by its index, and not sorted`, async () => {
      const path = newFile()
      await (await openStore(`sqlite:${path}`)).close()
      const database = new Database(path)
      const text = `explain query plan select * from change where ${where} order by revision desc, position desc limit 5`
      const plan = database.prepare(text).all(ARGUMENTS.slice(0, where.split('?').length - 1)) as { detail: string }[]
      assert.deepEqual(
        plan.map(({ detail }) => detail.replace(/ \(.*/, '')),
        [`SEARCH change USING INDEX ${index}`],
      )
      database.close()
    })
})

describe('SQLite lock', () => {
  const taken = (pid: number, path: string) => (error: Error) => {
    assert.ok(error.message.includes(`another meshkeeper (pid ${pid}) serves the store ${path} already`), error.message)
    return error instanceof StoreUnavailableError
  }

  it('lets one store in at a time, by whatever name of the file', async () => {
    const path = newFile()
    const [alias, aliasDirectory] = [newFile(), join(directory, 'alias')]
    mkdirSync(join(directory, 'sub'))
    symlinkSync(path, alias)
    symlinkSync(directory, aliasDirectory)
    const through = join(aliasDirectory, path.slice(directory.length))
    const store = await openStore(`sqlite:${path}`)
    for (const other of [path, alias, through])
      await assert.rejects(openStore(`sqlite:${other}`), taken(process.pid, other))
    await putAll(store, node('a'))
    await store.close()
    const next = await openStore(`sqlite:${alias}`)
    assert.equal(await next.head(), 1)
    await next.close()
  })

  it('keeps another process out, and vanishes with kill -9', async function () {
    this.timeout(20_000)
    const path = newFile()
    const { child, lines } = startWriter(`sqlite:${path}`, 'idle')
    for await (const line of lines) {
      assert.equal(line, 'ready')
      await assert.rejects(openStore(`sqlite:${path}`), taken(child.pid!, path))
      await assert.rejects(openStore(`sqlite:${path}`), taken(child.pid!, path))
      await killHard(child)
    }
    const store = await openStore(`sqlite:${path}`)
    assert.equal(await putAll(store, node('a')), 1)
    await store.close()
  })
})

describe('errors of SQLite', () => {
  const cases = [
    { code: 'SQLITE_IOERR_FSYNC', expect: /its disk fails/ },
    { code: 'SQLITE_READONLY_DBMOVED', expect: /it is read-only/ },
    { code: 'SQLITE_CORRUPT', expect: /it is damaged/ },
    { code: 'SQLITE_CONSTRAINT_UNIQUE', expect: undefined },
    { code: 'SQLITE_ERROR', expect: undefined },
  ]
  for (const { code, expect } of cases)
    it(`${code} ${expect ? 'is unavailability' : 'is a fault of the program'}`, () => {
      const error = Object.assign(new Error('text'), { code })
      const explained = explainSqliteError(error)
      if (!expect) return assert.equal(explained, undefined)
      assert.match(explained!.message, expect)
      assert.equal(explained!.cause, error)
    })
})
