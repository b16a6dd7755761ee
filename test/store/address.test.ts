import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { formatStoreAddress, parseStoreAddress } from '../../src/store/address.js'
import type { PostgresAddress } from '../../src/store/postgres-address.js'

describe('store address', () => {
  const files = [
    { text: 'sqlite:./a.db', path: './a.db' },
    { text: 'sqlite:/var/lib/a.db', path: '/var/lib/a.db' },
    { text: 'sqlite:///var/lib/a.db', path: '///var/lib/a.db' },
    { text: 'sqlite::memory:', path: ':memory:' },
  ]
  for (const { text, path } of files)
    it(`${text} is understood`, () => {
      assert.deepEqual(parseStoreAddress(text), { scheme: 'sqlite', path })
      assert.equal(formatStoreAddress(parseStoreAddress(text)), text)
    })

  const me = userInfo().username
  const DEFAULTS: PostgresAddress = {
    scheme: 'postgres',
    host: 'localhost',
    port: 5432,
    database: me,
    user: me,
    password: undefined,
    sslMode: 'prefer',
    sslRootCert: undefined,
    sslCert: undefined,
    sslKey: undefined,
    connectTimeoutMillis: 5000,
    applicationName: 'meshkeeper',
    options: undefined,
    poolSize: 10,
  }
  const databases: {
    text: string
    environment?: Record<string, string>
    expect: Partial<PostgresAddress>
    shown: string
  }[] = [
    { text: 'postgres:', expect: {}, shown: `postgres://${me}@localhost:5432/${me}?sslmode=prefer` },
    { text: 'postgres://', expect: {}, shown: `postgres://${me}@localhost:5432/${me}?sslmode=prefer` },
    {
      text: 'postgres://u:p@host/db',
      expect: { user: 'u', password: 'p', host: 'host', database: 'db' },
      shown: 'postgres://u@host:5432/db?sslmode=prefer',
    },
    {
      text: 'postgresql://u@host:6543?sslmode=disable',
      expect: { user: 'u', host: 'host', port: 6543, database: 'u', sslMode: 'disable' },
      shown: 'postgres://u@host:6543/u?sslmode=disable',
    },
    {
      text: 'postgres://a%40b:p%2F%23%40@[::1]/d%20b?sslmode=verify-full&sslrootcert=/ca.pem&sslcert=c&sslkey=k&connect_timeout=9&application_name=x&pool_size=3&options=-c%20search_path%3Dm',
      expect: {
        user: 'a@b',
        password: 'p/#@',
        host: '::1',
        database: 'd b',
        sslMode: 'verify-full',
        sslRootCert: '/ca.pem',
        sslCert: 'c',
        sslKey: 'k',
        connectTimeoutMillis: 9000,
        applicationName: 'x',
        poolSize: 3,
        options: '-c search_path=m',
      },
      shown: 'postgres://a%40b@[::1]:5432/d%20b?sslmode=verify-full',
    },
    {
      text: 'postgres:///db?host=/var/run/postgresql&user=u&password=secret',
      expect: { host: '/var/run/postgresql', database: 'db', user: 'u', password: 'secret', sslMode: 'disable' },
      shown: 'postgres://u@%2Fvar%2Frun%2Fpostgresql:5432/db',
    },
    {
      text: 'postgres://u@%2Fvar%2Frun%2Fpostgresql:5433/db',
      expect: { host: '/var/run/postgresql', port: 5433, database: 'db', user: 'u', sslMode: 'disable' },
      shown: 'postgres://u@%2Fvar%2Frun%2Fpostgresql:5433/db',
    },
    {
      text: 'postgres://u:p@/db?host=/run/pg',
      expect: { host: '/run/pg', database: 'db', user: 'u', password: 'p', sslMode: 'disable' },
      shown: 'postgres://u@%2Frun%2Fpg:5432/db',
    },
    {
      text: 'postgres://host/db?sslmode=require',
      environment: { PGHOST: 'other', PGUSER: 'u', PGPASSWORD: 'p', PGSSLMODE: 'disable', PGPORT: '', PGDATABASE: 'x' },
      expect: { host: 'host', database: 'db', user: 'u', password: 'p', sslMode: 'require' },
      shown: 'postgres://u@host:5432/db?sslmode=require',
    },
    {
      text: 'postgres:',
      environment: {
        PGHOST: 'h',
        PGPORT: '1',
        PGUSER: 'u',
        PGDATABASE: 'd',
        PGSSLMODE: 'verify-ca',
        PGSSLROOTCERT: 'r',
        PGSSLCERT: 'c',
        PGSSLKEY: 'k',
        PGCONNECT_TIMEOUT: '2',
        PGAPPNAME: 'a',
        PGOPTIONS: '-c x=y',
      },
      expect: {
        host: 'h',
        port: 1,
        user: 'u',
        database: 'd',
        sslMode: 'verify-ca',
        sslRootCert: 'r',
        sslCert: 'c',
        sslKey: 'k',
        connectTimeoutMillis: 2000,
        applicationName: 'a',
        options: '-c x=y',
      },
      shown: 'postgres://u@h:1/d?sslmode=verify-ca',
    },
  ]
  for (const { text, environment, expect, shown } of databases)
    it(`${text}${environment ? ' with PG variables' : ''} is understood, and shown without its password`, () => {
      const address = parseStoreAddress(text, environment)
      assert.deepEqual(address, { ...DEFAULTS, ...expect })
      assert.equal(formatStoreAddress(address), shown)
    })

  it('shows what it understands again, but for passwords and options', () => {
    const shown = formatStoreAddress(parseStoreAddress('postgres://u@[::1]:5432/d%20b?sslmode=verify-full'))
    assert.deepEqual(formatStoreAddress(parseStoreAddress(shown)), shown)
  })

  const bad = [
    { text: 'mysql:x', message: /"mysql:x" is not a store: use sqlite:.*postgres:/ },
    { text: 'mysql://u:secret@h', message: /an address with "@" is not a store/ },
    { text: './a.db', message: /"\.\/a\.db" is not a store/ },
    { text: 'sqlite:', message: /names no file/ },
    { text: 'sqlite:./dir/', message: /names no file/ },
    { text: 'sqlite://host/a.db', message: /names a host/ },
    { text: 'postgres:host', message: /no address of a PostgreSQL store: use postgres:/ },
    { text: 'postgres://u:secret#x@host/db', message: /percent-encoded/ },
    { text: 'postgres://u:12#secret@host/db', message: /percent-encoded/ },
    { text: 'postgres://u:12/secret@host/db', message: /percent-encoded/ },
    { text: 'postgres://u:12?secret@host/db', message: /no option something/ },
    { text: 'postgres://u:secret%@host/db', message: /percent-encoded/ },
    { text: 'postgres://u:secret@host:port/db', message: /percent-encoded/ },
    { text: 'postgres://u:secret@host/db?sslmod=disable', message: /no option "sslmod"; there are host, port/ },
    { text: 'postgres://u:secret@host/db?sslmode=maybe', message: /sslmode .* one of disable, prefer/ },
    { text: 'postgres://u:secret@host/db?connect_timeout=soon', message: /connect_timeout .* 1 to 3600/ },
    { text: 'postgres://u:secret@host/db?pool_size=0', message: /pool_size .* 1 to 1000/ },
    { text: 'postgres://u:secret@host/db?port=70000', message: /port .* 1 to 65535/ },
    { text: 'postgres://u:secret@/db?host=a,b', message: /has one host/ },
  ]
  for (const { text, message } of bad)
    it(`${text} is refused`, () =>
      assert.throws(
        () => parseStoreAddress(text),
        (error: Error) => {
          assert.match(error.message, message)
          return !error.message.includes('secret')
        },
      ))
})
