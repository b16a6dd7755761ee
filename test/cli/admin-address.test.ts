import assert from 'node:assert/strict'
import { parseAdminAddress } from '../../src/cli/admin-address.js'
import { resolveAdmin } from '../../src/cli/admin-client.js'
import { CommandError } from '../../src/cli/command-error.js'

describe('the address of an admin listener', () => {
  const cases = [
    { given: 'http://127.0.0.1:4081', expect: 'http://127.0.0.1:4081' },
    { given: 'http://127.0.0.1:4081/', expect: 'http://127.0.0.1:4081' },
    { given: 'HTTPS://keeper.internal:4081', expect: 'https://keeper.internal:4081' },
    { given: 'http://keeper.internal', expect: 'http://keeper.internal:80' },
    { given: 'https://keeper.internal/', expect: 'https://keeper.internal:443' },
    { given: 'http://[::1]:4081', expect: 'http://[::1]:4081' },
    { given: 'keeper.internal:4081', expect: 'http://keeper.internal:4081' },
    { given: ':4081', expect: 'http://127.0.0.1:4081' },
    { given: '*:4081', expect: 'http://127.0.0.1:4081' },
    { given: '0.0.0.0:4081', expect: 'http://127.0.0.1:4081' },
    { given: '[::]:4081', expect: 'http://[::1]:4081' },
    { given: 'unix:///run/keeper.sock', expect: 'unix:///run/keeper.sock' },
    { given: 'unix:/run/keeper.sock', expect: 'unix:///run/keeper.sock' },
  ]
  for (const { given, expect } of cases) it(given, () => assert.equal(parseAdminAddress(given).text, expect))

  it('says which parts are which', () => {
    assert.deepEqual(parseAdminAddress('[::]:1'), { protocol: 'http:', host: '::1', port: 1, text: 'http://[::1]:1' })
    assert.deepEqual(parseAdminAddress('unix:///s'), { protocol: 'http:', socketPath: '/s', text: 'unix:///s' })
  })

  const refused = ['', 'keeper', '127.0.0.1:0', '127.0.0.1:70000', 'ftp://x:1', 'http://', 'http://u@x:1', 'unix://s']
  for (const given of refused)
    it(`refuses "${given}"`, () =>
      assert.throws(
        () => parseAdminAddress(given),
        (error: Error) => error instanceof CommandError && error.message.includes('use http://HOST:PORT'),
      ))

  const sources = [
    { name: 'the default', flag: undefined, environment: {}, expect: 'http://127.0.0.1:4081' },
    { name: 'the variable', flag: undefined, environment: { MESHKEEPER_ADMIN: ':1' }, expect: 'http://127.0.0.1:1' },
    {
      name: 'an empty variable',
      flag: undefined,
      environment: { MESHKEEPER_ADMIN: '' },
      expect: 'http://127.0.0.1:4081',
    },
    { name: 'the flag', flag: 'x:2', environment: { MESHKEEPER_ADMIN: ':1' }, expect: 'http://x:2' },
    {
      name: 'a variable for a listener with TLS',
      flag: undefined,
      environment: { MESHKEEPER_ADMIN: 'x:2', MESHKEEPER_ADMIN_TLS_CERT: 'c.pem' },
      expect: 'https://x:2',
    },
  ]
  for (const { name, flag, environment, expect } of sources)
    it(`is ${expect} by ${name}`, () => assert.equal(resolveAdmin(flag, environment).text, expect))
})
