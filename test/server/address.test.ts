import assert from 'node:assert/strict'
import { formatListenAddress, isLocal, parseListenAddress } from '../../src/server/address.js'
import { listOpenListeners } from '../../src/server/warnings.js'

const tcp = (host: string, port: number) => ({ kind: 'tcp', host, port }) as const

describe('listen address', () => {
  const good = [
    { text: '127.0.0.1:4080', expect: tcp('127.0.0.1', 4080), local: true },
    { text: '127.9.9.9:1', expect: tcp('127.9.9.9', 1), local: true },
    { text: 'localhost:0', expect: tcp('localhost', 0), local: true },
    { text: '[::1]:65535', expect: tcp('::1', 65535), local: true },
    { text: '[::ffff:127.0.0.1]:1', expect: tcp('::ffff:127.0.0.1', 1), local: true },
    { text: '0.0.0.0:80', expect: tcp('0.0.0.0', 80), local: false },
    { text: '[::]:80', expect: tcp('::', 80), local: false },
    { text: ':18000', expect: tcp('', 18000), local: false },
    { text: 'mesh.example.com:1', expect: tcp('mesh.example.com', 1), local: false },
    { text: '127.0.0.1.example.com:1', expect: tcp('127.0.0.1.example.com', 1), local: false },
    { text: 'unix:///run/mk.sock', expect: { kind: 'unix', path: '/run/mk.sock' } as const, local: true },
  ]
  for (const { text, expect, local } of good)
    it(`${text} is ${local ? 'local' : 'open'}`, () => {
      assert.deepEqual(parseListenAddress(text), expect)
      assert.equal(isLocal(expect), local)
      assert.equal(formatListenAddress(expect), text)
    })

  it('takes * for every interface, and one slash after unix:', () => {
    assert.deepEqual(parseListenAddress('*:80'), tcp('', 80))
    assert.deepEqual(parseListenAddress('unix:/run/mk.sock'), { kind: 'unix', path: '/run/mk.sock' })
  })

  const bad = [
    '',
    '4080',
    'localhost',
    'localhost:',
    'localhost:http',
    'localhost:65536',
    '::1:80',
    'http://localhost:80',
    'a b:80',
    'user@host:80',
    'unix:run/mk.sock',
    'unix://run/mk.sock',
    'unix:///',
    `unix:///${'x'.repeat(107)}`,
  ]
  for (const text of bad) it(`${text} is refused`, () => assert.throws(() => parseListenAddress(text), Error))
})

describe('warnings about open listeners', () => {
  const local = tcp('127.0.0.1', 1)
  const all = { api: local, xds: local, admin: local }
  it('are not given on loopback', () => assert.deepEqual(listOpenListeners(all), []))

  const cases = [
    { name: 'api', expect: /^--api 0\.0\.0\.0:1 is open .* change every mesh/ },
    { name: 'xds', expect: /^--xds 0\.0\.0\.0:1 is open .* read every configuration, and stand in for an Envoy/ },
    { name: 'admin', expect: /^--admin 0\.0\.0\.0:1 is open .* read metrics, status and configurations/ },
  ]
  for (const { name, expect } of cases)
    it(`say what anyone at ${name} can do`, () => {
      const [warning, ...others] = listOpenListeners({ ...all, [name]: tcp('0.0.0.0', 1) })
      assert.match(warning!, expect)
      assert.deepEqual(others, [])
    })
})
