import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '../../src/store/open-store.js'
import { StoreUnavailableError } from '../../src/store/store.js'
import { fixture, fixturePath } from '../server/fixtures.js'
import { requirePostgres, type PostgresCluster } from './postgres-cluster.js'
import { node, putAll } from './resources.js'

describe('PostgreSQL with TLS and passwords', function () {
  this.timeout(60_000)
  let cluster: PostgresCluster | undefined
  before(async function () {
    cluster = await requirePostgres(this)
    await cluster.query(`create role locked login superuser password 'sec:r@t'`)
    await cluster.secure(fixture('one.cert.pem'), fixture('one.key.pem'), 'locked')
    while ((await cluster.query(`select 1 from pg_settings where name = 'ssl' and setting = 'on'`)).length === 0)
      await sleep(10)
  })
  after(() => cluster?.stop())

  const postgres = (): PostgresCluster => cluster ?? assert.fail('no cluster')

  const [ONE, TWO] = [fixturePath('one.cert.pem'), fixturePath('two.cert.pem')]
  const cases: { sslmode: string; sslrootcert?: string; host?: string; expect: 'TLS' | 'plain' | RegExp }[] = [
    { sslmode: 'disable', expect: 'plain' },
    { sslmode: 'prefer', expect: 'TLS' },
    { sslmode: 'require', expect: 'TLS' },
    { sslmode: 'require', sslrootcert: TWO, expect: /TLS with it fails/ },
    { sslmode: 'verify-ca', sslrootcert: ONE, expect: 'TLS' },
    { sslmode: 'verify-ca', sslrootcert: TWO, expect: /TLS with it fails/ },
    { sslmode: 'verify-ca', expect: /TLS with it fails/ },
    { sslmode: 'verify-full', sslrootcert: ONE, expect: 'TLS' },
    { sslmode: 'verify-full', sslrootcert: ONE, host: '127.0.0.1', expect: 'TLS' },
    { sslmode: 'verify-full', sslrootcert: ONE, host: '127.0.0.2', expect: /TLS with it fails|nobody answers/ },
  ]
  for (const [index, { host = 'localhost', expect, ...options }] of cases.entries())
    it(`${Object.values(options).join(' ')} ${host}: ${String(expect)}`, async () => {
      const application_name = `case${index}`
      const url = new URL(await postgres().newAddress({ ...options, application_name }))
      url.hostname = host
      const opening = openStore(url.href)
      if (expect instanceof RegExp)
        return assert.rejects(opening, (error: Error) => {
          assert.match(error.message, expect)
          return error instanceof StoreUnavailableError
        })
      const store = await opening
      assert.equal(await putAll(store, node('a')), 1)
      const connections = await postgres().query<{ ssl: boolean }>(
        `select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name like '${application_name}%'`,
      )
      assert.ok(connections.length >= 2)
      assert.ok(connections.every(({ ssl }) => ssl === (expect === 'TLS')))
      await store.close()
    })

  const passwords = [
    { name: 'the right password', password: 'sec:r@t', message: undefined },
    { name: 'a wrong password', password: 'wrong', message: /does not let this user in/ },
    { name: 'no password', password: '', message: /does not let this user in/ },
  ]
  for (const { name, password, message } of passwords)
    it(`lets in with ${name}: ${message ? 'no' : 'yes'}`, async () => {
      const before = process.env['PGPASSWORD']
      process.env['PGPASSWORD'] = 'sec:r@t'
      try {
        const url = new URL(await postgres().newAddress())
        url.username = 'locked'
        url.password = encodeURIComponent(password)
        const opening = openStore(url.href)
        if (!message) return await (await opening).close()
        await assert.rejects(opening, (error: Error) => {
          assert.match(error.message, message)
          return password === '' || !error.message.includes(password)
        })
      } finally {
        if (before === undefined) delete process.env['PGPASSWORD']
        else process.env['PGPASSWORD'] = before
      }
    })
})
