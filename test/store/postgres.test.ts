import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseStoreAddress } from '../../src/store/address.js'
import { migrate, MIGRATIONS, type Migration } from '../../src/store/migrations.js'
import { openStore, type StoreOptions } from '../../src/store/open-store.js'
import type { PostgresAddress } from '../../src/store/postgres-address.js'
import { explainPostgresError } from '../../src/store/postgres-error.js'
import { openPostgresForWork } from '../../src/store/postgres.js'
import { StoreUnavailableError, type Store } from '../../src/store/store.js'
import { describeStore } from './contract.js'
import { CuttingProxy } from './cutting-proxy.js'
import { requirePostgres, type PostgresCluster } from './postgres-cluster.js'
import { AUTHOR, node, putAll } from './resources.js'

let cluster: PostgresCluster | undefined
before(async function () {
  cluster = await requirePostgres(this)
})
after(() => cluster?.stop())

const postgres = (): PostgresCluster => cluster ?? assert.fail('no cluster')

describeStore('PostgreSQL', async (options) => openStore(await postgres().newAddress(), options))

/** Resolves when `holds` does. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, 'it never came to that')
    await sleep(5)
  }
}

const names = async (store: Store): Promise<string[]> =>
  (await store.changesAfter(0, 1000)).map(({ ref, revision }) => `${revision} ${ref.name}`)

const waitingForLock = async (): Promise<boolean> =>
  (await postgres().query('select 1 from pg_locks where locktype = $$advisory$$ and not granted')).length > 0

describe('PostgreSQL', function () {
  this.timeout(60_000)
  let address: string
  const stores: Store[] = []
  const open = async (options: StoreOptions = {}, at = address): Promise<Store> => {
    const store = await openStore(at, options)
    stores.push(store)
    return store
  }
  const schemaOf = (text: string): string => /search_path%3D(\w+)/.exec(text)?.[1] ?? assert.fail(text)
  const query = (text: string) => postgres().query(text, schemaOf(address))

  const cutFollowers = () =>
    query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'meshkeeper (follows)'`)

  beforeEach(async () => void (address = await postgres().newAddress()))
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()))
  })

  it('makes revisions visible in their order, although the second writer is done first', async () => {
    const [a, b, reader] = [await open(), await open(), await open()]
    const done: string[] = []
    let release: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const first = a.write(AUTHOR, async (tx) => {
      await tx.put(node('first'))
      await gate
    })
    await until(async () => (await query(`select 1 from pg_locks where locktype = 'advisory' and granted`)).length > 0)
    const second = putAll(b, node('second')).then((revision) => done.push(`second ${revision}`))
    await until(waitingForLock)
    assert.deepEqual(await names(reader), [])
    assert.deepEqual(done, [])
    release()
    assert.equal((await first).revision, 1)
    await second
    assert.deepEqual(done, ['second 2'])
    assert.deepEqual(await names(reader), ['1 first', '2 second'])
  })

  it('gives revisions without gaps to writers of many stores, and their readers see no hole', async () => {
    const many = await Promise.all([open(), open(), open()])
    const reader = await open()
    const state = { writing: true }
    const watch = (async () => {
      while (state.writing) {
        const seen = (await reader.changesAfter(0, 10_000)).map(({ revision }) => revision)
        assert.deepEqual(
          seen,
          seen.map((_, index) => index + 1),
        )
      }
    })()
    const revisions = await Promise.all(
      Array.from({ length: 90 }, (_, index) => putAll(many[index % many.length]!, node(`n${index}`))),
    )
    state.writing = false
    await watch
    assert.deepEqual(
      revisions.sort((a, b) => a - b),
      revisions.map((_, index) => index + 1),
    )
  })

  it('takes its time from the database', async () => {
    const store = await open()
    const { result } = await store.write(AUTHOR, async (tx) => {
      await tx.put(node('a'))
      return tx.now
    })
    const [row] = await query(
      `select time, (extract(epoch from now()) * 1000)::float8 as now, time % 1 as rest from change`,
    )
    assert.equal(Number(row!['time']), result)
    assert.ok(Math.abs(Number(row!['now']) - result) < 5000)
  })

  it('lets writers wait for each other, whatever isolation is the default of the database', async () => {
    const options = `-c search_path=${schemaOf(address)} -c default_transaction_isolation=serializable`
    const [first, second] = [await open({}, postgres().address({ options })), await open({}, address)]
    await putAll(first, node('before'))
    let letGo: () => void = () => undefined
    let slow: Promise<unknown> = Promise.resolve()
    await new Promise<void>((holds) => {
      slow = second.write(AUTHOR, async (tx) => {
        await tx.put(node('slow'))
        holds()
        await new Promise<void>((resolve) => (letGo = resolve))
      })
    })
    const waits = putAll(first, node('waits'))
    await until(waitingForLock)
    letGo()
    await Promise.all([slow, waits])
    assert.deepEqual(await names(first), ['1 before', '2 slow', '3 waits'])
  })

  it('acknowledges no commit of work that overlooks an error', async () => {
    const store = await open()
    await putAll(store, node('a'))
    const stubborn = store.write(AUTHOR, async (tx) => {
      await tx.put(node('b'))
      await tx.put({ ...node('c'), metadata: node('a').metadata }).catch(() => undefined)
    })
    await assert.rejects(stubborn)
    assert.deepEqual(await names(store), ['1 a'])
    assert.equal(await putAll(store, node('d')), 2)
  })

  it('syncs each commit, whatever the default of the database', async () => {
    const url = new URL(address)
    url.searchParams.set('options', `${url.searchParams.get('options') ?? ''} -c synchronous_commit=off`)
    const driver = await openPostgresForWork(parseStoreAddress(url.href.replaceAll('+', '%20')) as PostgresAddress)
    const seen = await driver.db.transaction().execute(async (trx) => {
      await driver.lock(trx)
      const { sql } = await import('kysely')
      return (await sql<{ mode: string }>`select current_setting('synchronous_commit') as mode`.execute(trx)).rows
    })
    assert.deepEqual(seen, [{ mode: 'on' }])
    await driver.close()
  })

  describe('following', () => {
    /** Counts the hints of a store; `next` resolves with the next one. */
    const follow = (store: Store) => {
      let heard: () => void = () => undefined
      const state = { count: 0, next: () => new Promise<void>((resolve) => (heard = resolve)) }
      store.onChange(() => {
        state.count += 1
        heard()
      })
      return state
    }

    it('is woken by the commits of others', async () => {
      const [a, b] = [await open(), await open()]
      const hint = follow(b).next()
      await putAll(a, node('a'))
      await hint
      assert.deepEqual(await names(b), ['1 a'])
    })

    it('misses nothing when its connection is cut again and again', async () => {
      const [a, b] = [await open(), await open()]
      let seen = 0
      let reading = Promise.resolve()
      b.onChange(() => {
        reading = reading.then(async () => {
          for (const change of await b.changesAfter(seen, 1000)) {
            assert.equal(change.revision, seen + 1)
            seen = change.revision
          }
        })
      })
      for (let revision = 1; revision <= 30; revision += 1) {
        if (revision % 5 === 0) await cutFollowers()
        await putAll(a, node(`n${revision}`))
      }
      await until(() => seen === 30)
      await reading
    })

    it('sees what was written without a notification', async () => {
      const store = await open()
      await putAll(store, node('a'))
      const hint = follow(store).next()
      await query('update head set revision = 7')
      await hint
      assert.equal(await store.head(), 7)
    })

    it('keeps the store ready while only its connection is cut', async () => {
      const away: unknown[] = []
      const store = await open({ onAway: (error) => away.push(error) })
      await cutFollowers()
      await store.ping()
      assert.deepEqual(away, [])
    })
  })

  describe('a connection that is lost while it commits', () => {
    let proxy: CuttingProxy
    beforeEach(async () => void (proxy = await CuttingProxy.start(postgres().port)))
    afterEach(() => proxy.stop())

    it('is asked for: the write was committed', async () => {
      const store = await open({}, proxy.through(address))
      await putAll(store, node('a'))
      proxy.cut = 'after commit'
      assert.equal(await putAll(store, node('b')), 2)
      assert.deepEqual(await names(store), ['1 a', '2 b'])
      assert.equal(await putAll(store, node('c')), 3)
    })

    it('is asked for: the write was not committed', async () => {
      const store = await open({}, proxy.through(address))
      proxy.cut = 'before commit'
      await assert.rejects(putAll(store, node('a')), {
        name: 'StoreUnavailableError',
        message: /went away before the write was committed/,
      })
      assert.deepEqual(await names(store), [])
      assert.equal(await putAll(store, node('b')), 1)
    })

    it('does not take the write of another for its own', async () => {
      const [store, other] = [await open({}, proxy.through(address)), await open()]
      proxy.cut = 'before commit'
      const cut = new Promise<void>((resolve) => (proxy.onCut = resolve))
      proxy.onCut = ((resolve) => () => {
        proxy.closed = true
        resolve()
      })(proxy.onCut)
      const lost = putAll(store, node('mine'))
      const refused = assert.rejects(lost, /went away before the write was committed/)
      await cut
      assert.equal(await putAll(other, node('theirs')), 1)
      proxy.closed = false
      await refused
      assert.deepEqual(await names(other), ['1 theirs'])
    })

    it('stays unknown when the database does not come back, and is refused', async () => {
      const store = await open({}, proxy.through(address))
      proxy.cut = 'after commit'
      proxy.onCut = () => {
        proxy.closed = true
        proxy.cutAll()
      }
      await assert.rejects(putAll(store, node('a')), {
        name: 'StoreUnavailableError',
        message: /it is not known whether it was/,
      })
      await assert.rejects(
        store.read((tx) => tx.get(node('a').ref)),
        StoreUnavailableError,
      )
      proxy.closed = false
      await until(() =>
        store.ping().then(
          () => true,
          () => false,
        ),
      )
      assert.deepEqual(await names(store), ['1 a'])
    })
  })

  describe('away', () => {
    it('is told once, refused meanwhile, and over when it is back', async () => {
      const proxy = await CuttingProxy.start(postgres().port)
      const told: string[] = []
      const onAway = (error: Error): void => void told.push(`away: ${error.name}`)
      const store = await open({ onAway, onBack: () => told.push('back') }, proxy.through(address))
      await putAll(store, node('a'))
      proxy.closed = true
      proxy.cutAll()
      await until(() => told.length > 0)
      await assert.rejects(store.ping(), StoreUnavailableError)
      await assert.rejects(store.head(), StoreUnavailableError)
      await assert.rejects(putAll(store, node('b')), StoreUnavailableError)
      proxy.closed = false
      await until(() => told.length > 1)
      await store.ping()
      assert.equal(await putAll(store, node('b')), 2)
      assert.deepEqual(told, ['away: StoreUnavailableError', 'back'])
      await store.close()
      await proxy.stop()
    })

    it('is a replica that hangs in a write: the others take over', async () => {
      const [hanging, other] = [await open(), await open()]
      let release: () => void = () => undefined
      const gate = new Promise<void>((resolve) => (release = resolve))
      const hung = hanging.write(AUTHOR, async (tx) => {
        await tx.put(node('hung'))
        await gate
      })
      await until(
        async () => (await query(`select 1 from pg_locks where locktype = 'advisory' and granted`)).length > 0,
      )
      assert.equal(await putAll(other, node('other')), 1)
      release()
      await assert.rejects(hung, StoreUnavailableError)
      assert.deepEqual(await names(hanging), ['1 other'])
    })

    it('is a database that has become a standby', async () => {
      const store = await open()
      await postgres().query('alter role keeper set default_transaction_read_only = on')
      try {
        await query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'meshkeeper'`)
        await until(() =>
          putAll(store, node('a')).then(
            () => false,
            (error: unknown) => /read-only/.test(String(error)),
          ),
        )
      } finally {
        await postgres().query('set transaction read write; alter role keeper reset default_transaction_read_only')
      }
      await query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'meshkeeper'`)
      await until(() =>
        putAll(store, node('a')).then(
          () => true,
          () => false,
        ),
      )
    })
  })

  describe('opening', () => {
    const opens = (change: (url: URL) => void): (() => Promise<unknown>) => {
      const url = new URL(address)
      change(url)
      return () => openStore(url.href.replaceAll('+', '%20'))
    }
    const cases: { name: string; change: (url: URL) => void; message: RegExp }[] = [
      {
        name: 'a database that is not there',
        change: (url) => (url.pathname = '/none'),
        message: /postgres:\/\/keeper@127\.0\.0\.1:\d+\/none\S*: the store is not available: there is no such database/,
      },
      {
        name: 'a user that is not there',
        change: (url) => Object.assign(url, { username: 'nobody', password: 'secret' }),
        message: /does not let this user in.*nobody/,
      },
      {
        name: 'a port where nobody answers',
        change: (url) => (url.port = '1'),
        message: /nobody answers there/,
      },
      {
        name: 'a server without TLS that must have it',
        change: (url) => url.searchParams.set('sslmode', 'require'),
        message: /does not offer TLS/,
      },
      {
        name: 'a root certificate that cannot be read',
        change: (url) => {
          url.searchParams.set('sslmode', 'verify-ca')
          url.searchParams.set('sslrootcert', '/none.pem')
        },
        message: /sslrootcert .* cannot be read: ENOENT/,
      },
      {
        name: 'a schema that is not there',
        change: (url) => url.searchParams.set('options', '-c search_path=none'),
        message: /no schema of its search path exists/,
      },
    ]
    for (const { name, change, message } of cases)
      it(`refuses ${name}`, () =>
        assert.rejects(opens(change), (error: Error) => {
          assert.match(error.message, message)
          assert.ok(!error.message.includes('secret'))
          return error instanceof StoreUnavailableError
        }))

    it('refuses a database of another encoding', async () => {
      await postgres().query(
        `create database latin encoding 'LATIN1' locale 'C' locale_provider libc template template0`,
      )
      const opening = openStore(postgres().address().replace('/postgres', '/latin'))
      await assert.rejects(opening, /its encoding is LATIN1: create the database with ENCODING 'UTF8'/)
    })

    it('does not wait for ever for a server that does not answer', async () => {
      const mute = createServer(() => undefined).listen(0, '127.0.0.1')
      await once(mute, 'listening')
      const { port } = mute.address() as AddressInfo
      await assert.rejects(openStore(`postgres://u@127.0.0.1:${port}/d?connect_timeout=1`), /it does not answer/)
      mute.close()
    })

    it('goes over a Unix socket', async () => {
      const socket = `postgres:///postgres?user=keeper&port=${postgres().port}&host=${encodeURIComponent(postgres().directory)}`
      const store = await open({}, `${socket}&options=${encodeURIComponent(`-c search_path=${schemaOf(address)}`)}`)
      assert.equal(await putAll(store, node('a')), 1)
    })

    it('leaves nothing behind when it is closed', async () => {
      const store = await open({}, `${address}&application_name=leaver`)
      await putAll(store, node('a'))
      await store.close()
      await until(
        async () => (await query(`select 1 from pg_stat_activity where application_name = 'leaver'`)).length === 0,
      )
    })
  })

  describe('two versions of the program', () => {
    const run = async (migrations: readonly Migration[]): Promise<string[]> => {
      const driver = await openPostgresForWork(parseStoreAddress(address) as PostgresAddress)
      try {
        return await migrate(driver, Date.now, migrations)
      } finally {
        await driver.close()
      }
    }
    const adds: Migration = {
      name: 'only adds',
      up: async (trx) => {
        await trx.schema.alterTable('resource').addColumn('colour', 'text').execute()
        await trx.schema.createTable('later').addColumn('id', 'integer').execute()
      },
    }
    const takesAway: Migration = {
      name: 'takes away',
      oldestReader: MIGRATIONS.length + 2,
      up: async (trx) => trx.schema.alterTable('tag').renameColumn('value', 'text').execute(),
    }

    it('work together on what the newer one has only added to', async () => {
      const running = await open()
      await putAll(running, node('a'))
      assert.deepEqual(await run([...MIGRATIONS, adds]), ['only adds'])
      assert.equal(await putAll(running, node('b')), 2)
      const started = await open()
      assert.equal(await putAll(started, node('c')), 3)
      assert.deepEqual(await names(running), ['1 a', '2 b', '3 c'])
      assert.deepEqual(await run([...MIGRATIONS, adds]), [])
    })

    it('do not when the newer one takes away what the older one needs', async () => {
      const running = await open()
      await putAll(running, node('a'))
      assert.deepEqual(await run([...MIGRATIONS, adds, takesAway]), ['only adds', 'takes away'])
      await assert.rejects(putAll(running, node('b')), {
        name: 'StoreUnavailableError',
        message: /a newer meshkeeper has changed the store/,
      })
      await assert.rejects(openStore(address), {
        name: 'StoreUnavailableError',
        message: /written by a newer meshkeeper: its migration \d+ \(only adds\)/,
      })
      assert.deepEqual(await run([...MIGRATIONS, adds, takesAway]), [])
      assert.equal(await running.head(), 1)
    })

    it('do not when they disagree about what has been done', async () => {
      await open()
      await assert.rejects(run([{ ...MIGRATIONS[0]!, name: 'other' }]), StoreUnavailableError)
    })

    it('migrate one after the other when they start at once', async () => {
      const opened = await Promise.all([open(), open(), open()])
      assert.deepEqual(await Promise.all(opened.map((store) => store.head())), [0, 0, 0])
      assert.equal((await query('select 1 from migration')).length, MIGRATIONS.length)
    })
  })
})

describe('errors of PostgreSQL', () => {
  const cases = [
    { code: '57P01', expect: /stopping or starting/ },
    { code: '57014', expect: /took too long/ },
    { code: '53100', expect: /used up/ },
    { code: '53300', expect: /used up/ },
    { code: '55P03', expect: /another writer holds its lock/ },
    { code: '08006', expect: /connection is lost/ },
    { code: '25006', expect: /read-only/ },
    { code: '28P01', expect: /does not let this user in/ },
    { code: 'XX001', expect: /damaged/ },
    { code: 'ECONNREFUSED', expect: /nobody answers/ },
    { code: 'EPIPE', expect: /connection is lost/ },
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', expect: /TLS/ },
    { code: '23505', expect: undefined },
    { code: '42601', expect: undefined },
    { code: 'ERR_ASSERTION', expect: undefined },
  ]
  for (const { code, expect } of cases)
    it(`${code} ${expect ? 'is unavailability' : 'is a fault of the program'}`, () => {
      const error = Object.assign(new Error('text'), { code })
      const explained = explainPostgresError(error)
      if (!expect) return assert.equal(explained, undefined)
      assert.match(explained!.message, expect)
      assert.equal(explained!.cause, error)
    })
})
