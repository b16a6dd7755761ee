/** What goes over the wire of gRPC: messages, statuses, deadlines; and how fast a client may ask. */
import assert from 'node:assert/strict'
import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { RequestBudget } from '../../src/xds/grpc-budget.js'
import { frameMessage, MessageReader, PREFIX_BYTES } from '../../src/xds/grpc-message.js'
import { encodeDetails, GrpcError, parseTimeout } from '../../src/xds/grpc-status.js'

const MAX = 1000

function readAll(chunks: readonly Buffer[], encoding = 'identity'): string[] {
  const reader = new MessageReader(encoding, MAX)
  const messages: string[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let message = reader.next(); message; message = reader.next()) messages.push(message.toString('latin1'))
  }
  return messages
}

function compressed(bytes: Buffer, flag = 1): Buffer {
  const frame = frameMessage(bytes)
  frame[0] = flag
  return frame
}

describe('messages of a call', () => {
  it('are read whatever the pieces that they come in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary-ascii', maxLength: 200 }), { maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (texts, sizes) => {
          const bytes = Buffer.concat(texts.map((text) => frameMessage(Buffer.from(text, 'latin1'))))
          const chunks: Buffer[] = []
          for (let offset = 0; offset < bytes.length;) {
            const size = sizes.next().value as number
            // Copies, so that a reader that writes into what it was given is found out.
            chunks.push(Buffer.from(bytes.subarray(offset, offset + size)))
            offset += size
          }
          assert.deepEqual(readAll(chunks), texts)
        },
      ),
    )
  })

  it('leave the bytes alone that messages before them were read from', () => {
    const reader = new MessageReader('identity', MAX)
    const [first, second] = [frameMessage(Buffer.from('first')), frameMessage(Buffer.from('second'))]
    reader.push(Buffer.concat([first, second.subarray(0, 7)]))
    const message = reader.next()
    reader.push(second.subarray(7))
    assert.equal(reader.next()?.toString(), 'second')
    assert.equal(message?.toString(), 'first')
    assert.equal(reader.pending, 0)
  })

  it('may be of any allowed length, and empty', () => {
    assert.deepEqual(readAll([frameMessage(Buffer.alloc(0)), frameMessage(Buffer.alloc(MAX, 'a'))]), [
      '',
      'a'.repeat(MAX),
    ])
  })

  it('are put together of parts', () => {
    assert.deepEqual([...frameMessage(Buffer.from('ab'), Buffer.from('c'))], [0, 0, 0, 0, 3, 97, 98, 99])
  })

  it('may be compressed', () => {
    assert.deepEqual(readAll([compressed(gzipSync('text')), frameMessage(Buffer.from('plain'))], 'gzip'), [
      'text',
      'plain',
    ])
    assert.deepEqual(readAll([compressed(deflateSync('text'))], 'deflate'), ['text'])
  })

  const refused: { name: string; chunk: Buffer; encoding?: string; code: number }[] = [
    { name: 'announced too long', chunk: Buffer.from([0, 0, 0, 3, 0xe9]), code: 8 },
    { name: 'too long once unpacked', chunk: compressed(gzipSync(Buffer.alloc(MAX + 1))), encoding: 'gzip', code: 8 },
    { name: 'compressed without an encoding', chunk: compressed(gzipSync('a')), code: 13 },
    {
      name: 'compressed in another way than announced',
      chunk: compressed(deflateSync('a')),
      encoding: 'gzip',
      code: 13,
    },
    { name: 'with an unknown flag', chunk: compressed(Buffer.from('a'), 2), code: 13 },
  ]
  for (const { name, chunk, encoding, code } of refused) {
    it(`are refused when ${name}`, () => {
      assert.throws(
        () => readAll([chunk], encoding),
        (error) => error instanceof GrpcError && error.code === code,
      )
    })
  }

  it('cost no copy of everything for each piece', () => {
    const reader = new MessageReader('identity', 4 * 1024 * 1024)
    const frame = frameMessage(Buffer.alloc(500_000, 'x'))
    for (let offset = 0; offset < frame.length; offset++) reader.push(frame.subarray(offset, offset + 1))
    assert.equal(reader.pending, PREFIX_BYTES + 500_000)
    assert.equal(reader.next()?.length, 500_000)
  }).timeout(4000)
})

describe('the details of a status', () => {
  const cases = [
    { name: 'plain text', given: 'gone: ~ "x"', expect: 'gone: ~ "x"' },
    { name: 'the percent sign', given: '100%', expect: '100%25' },
    { name: 'control characters', given: 'a\r\nb', expect: 'a%0D%0Ab' },
    { name: 'more than ASCII', given: 'é – 😀', expect: '%C3%A9 %E2%80%93 %F0%9F%98%80' },
    { name: 'spaces at the ends', given: ' a ', expect: '%20a%20' },
  ]
  for (const { name, given, expect } of cases) {
    it(`encode ${name}`, () => {
      assert.equal(encodeDetails(given), expect)
      assert.equal(decodeURIComponent(encodeDetails(given)), given)
    })
  }

  it('are cut, also in the middle of a pair', () => {
    const details = decodeURIComponent(encodeDetails('😀'.repeat(301).slice(1)))
    assert.ok(details.length <= 601 && details.endsWith('…'), details)
  })
})

describe('grpc-timeout', () => {
  for (const [header, millis] of [
    ['2H', 7_200_000],
    ['3M', 180_000],
    ['4S', 4000],
    ['5m', 5],
    ['6000u', 6],
    ['7000000n', 7],
    ['99999999H', 99_999_999 * 3_600_000],
  ] as const) {
    it(`reads ${header}`, () => assert.ok(Math.abs(parseTimeout(header)! - millis) < 1e-6))
  }
  for (const header of ['', '1', 'S', '-1S', '1.5S', '123456789S', '1x']) {
    it(`does not read "${header}"`, () => assert.ok(Number.isNaN(parseTimeout(header))))
  }
  it('need not be there', () => assert.equal(parseTimeout(undefined), undefined))
})

describe('the budget of requests', () => {
  it('allows a thousand at once and five hundred a second from then on', () => {
    const budget = new RequestBudget(0)
    for (let count = 0; count < 999; count++) budget.spend(10)
    assert.equal(budget.wait(0), 0)
    budget.spend(10)
    assert.equal(budget.wait(0), 2)
    assert.equal(budget.wait(2), 0)
    budget.spend(10)
    assert.equal(budget.wait(2), 2)
  })

  it('counts the bytes of large requests, afterwards', () => {
    const budget = new RequestBudget(0)
    budget.spend(4 * 1024 * 1024)
    assert.equal(budget.wait(0), 52)
  })

  it('grows back to where it began, and not beyond', () => {
    const budget = new RequestBudget(0)
    for (let count = 0; count < 1000; count++) budget.spend(0)
    assert.equal(budget.wait(10 ** 9), 0)
    for (let count = 0; count < 999; count++) budget.spend(0)
    assert.equal(budget.wait(10 ** 9), 0)
    budget.spend(0)
    assert.notEqual(budget.wait(10 ** 9), 0)
  })
})
