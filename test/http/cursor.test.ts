import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatCursor, parseCursor } from '../../src/http/cursor.js'
import { ApiError } from '../../src/model/errors.js'

const LISTING = ['ListRoutes', '123456789012', 'shop', 'router']

function refuses(listing: readonly string[], cursor: string): void {
  assert.throws(
    () => parseCursor(listing, cursor),
    (error) => error instanceof ApiError && error.code === 'BadRequestException',
  )
}

describe('page cursors', () => {
  it('give back the name that they were made of, whatever it holds', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), (name) => {
      assert.equal(parseCursor(LISTING, formatCursor(LISTING, name)), name)
    })
    fc.assert(property)
  })

  it('need no escape in a query string', () => {
    const property = fc.property(fc.string(), (name) => assert.match(formatCursor(LISTING, name), /^[\w-]+$/))
    fc.assert(property)
  })

  it('are refused by every other listing', () => {
    const cursor = formatCursor(LISTING, 'a')
    const others = [['ListRoutes', '123456789012', 'shop', 'other'], ['ListVirtualNodes', '123456789012', 'shop'], []]
    for (const other of others) refuses(other, cursor)
  })

  it('are refused when they are garbage', () => {
    for (const cursor of ['garbage', 'AQ', '%00', ' ', 'null', '1'.repeat(5000)]) refuses(LISTING, cursor)
    fc.assert(fc.property(fc.string(), (cursor) => refuses(LISTING, cursor)))
  })

  it('are refused when one character differs or is added', () => {
    const cursor = formatCursor(LISTING, 'colorteller')
    for (let at = 0; at < cursor.length; at++) {
      const other = cursor[at] === 'A' ? 'B' : 'A'
      refuses(LISTING, cursor.slice(0, at) + other + cursor.slice(at + 1))
    }
    for (const suffix of ['=', 'A', '.', '\n']) refuses(LISTING, cursor + suffix)
  })
})
