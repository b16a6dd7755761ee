import assert from 'node:assert/strict'
import { suggest } from '../../src/model/suggest.js'

describe('did you mean', () => {
  const known = ['api', 'xds', 'admin', 'xdsTlsCert', 'xdsTlsKey', 'logLevel']
  const cases = [
    { given: 'xsd', expect: 'xds' },
    { given: 'admn', expect: 'admin' },
    { given: 'xds-tls-crt', expect: 'xdsTlsCert' },
    { given: 'xds_tls_key', expect: 'xdsTlsKey' },
    { given: 'LOGLEVEL', expect: 'logLevel' },
    { given: 'loglevle', expect: 'logLevel' },
    { given: 'frobnicate', expect: undefined },
    { given: '', expect: undefined },
  ]
  for (const { given, expect } of cases)
    it(`${given} → ${String(expect)}`, () => assert.equal(suggest(given, known), expect))
})
