import assert from 'node:assert/strict'
import { parseQuery, queryOf } from '../../src/http/query.js'
import { ApiError } from '../../src/model/errors.js'

const READ = [
  { text: '', expect: {} },
  { text: 'limit=5&nextToken=t1%2B%2F%3D', expect: { limit: '5', nextToken: 't1+/=' } },
  { text: 'a', expect: { a: '' } },
  { text: 'a=', expect: { a: '' } },
  { text: 'a=b=c', expect: { a: 'b=c' } },
  { text: '&&a=1&', expect: { a: '1' } },
  { text: 'a=x+y%20z', expect: { a: 'x y z' } },
  { text: '%61=%C3%A9', expect: { a: 'é' } },
]

const REFUSED = ['a=%', 'a=%zz', '%C3=1', 'a=%ED%A0%80', 'a=1&a=1', 'a=1&%61=2']

describe('query strings', () => {
  for (const { text, expect } of READ) {
    it(`"${text}" is read`, () => assert.deepEqual({ ...parseQuery(text) }, expect))
  }
  for (const text of REFUSED) {
    it(`"${text}" is a bad request`, () => {
      assert.throws(
        () => parseQuery(text),
        (error) => error instanceof ApiError && error.code === 'BadRequestException',
      )
    })
  }
  it('__proto__ is a name like any other', () => {
    const query = parseQuery('__proto__=1')
    assert.equal(query['__proto__'], '1')
    assert.equal(Object.getPrototypeOf(query), null)
  })
  it('begin after the first question mark', () => {
    assert.equal(queryOf('/a?b=?c'), 'b=?c')
    assert.equal(queryOf('/a'), '')
  })
})
