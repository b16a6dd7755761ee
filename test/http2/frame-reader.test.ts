/** Frames that come in any pieces. */
import assert from 'node:assert/strict'
import { CODE, ConnectionError, FRAME, frame, numberFrame } from '../../src/http2/frame.js'
import { FrameReader } from '../../src/http2/frame-reader.js'

const bytes = Buffer.concat([
  frame(FRAME.DATA, 1, 3, Buffer.from('hello')),
  frame(FRAME.SETTINGS, 0, 0),
  numberFrame(FRAME.WINDOW_UPDATE, 0x7fffffff, 0xffffffff),
  frame(0xab, 0xcd, 1, Buffer.alloc(300, 7)),
])
const WHOLE = ['0 1 3 68656c6c6f', '4 0 0 ', '8 0 2147483647 ffffffff', `171 205 1 ${'07'.repeat(300)}`]

function read(...chunks: Buffer[]): string[] {
  const reader = new FrameReader()
  const seen: string[] = []
  for (const chunk of chunks)
    reader.push(chunk, (type, flags, streamId, payload) =>
      seen.push([type, flags, streamId, payload.toString('hex')].join(' ')),
    )
  return seen
}

describe('the frame reader', () => {
  it('finds every frame in one chunk', () => assert.deepEqual(read(bytes), WHOLE))

  it('finds them wherever the chunks are cut', () => {
    for (let at = 0; at <= bytes.length; at++) assert.deepEqual(read(bytes.subarray(0, at), bytes.subarray(at)), WHOLE)
    assert.deepEqual(read(...Array.from(bytes, (byte) => Buffer.from([byte]))), WHOLE)
  })

  it('ignores the reserved bit of stream numbers', () => {
    const reserved = Buffer.from(frame(FRAME.DATA, 0, 5))
    reserved[5] = 0x80
    assert.deepEqual(read(reserved), ['0 0 5 '])
  })

  it('refuses a frame that is too long as soon as its head is there', () => {
    const head = Buffer.from([0, 0x40, 1, 0, 0, 0, 0, 0, 1])
    const tooLong = (error: unknown): boolean =>
      error instanceof ConnectionError && error.code === CODE.FRAME_SIZE_ERROR
    assert.throws(() => read(head), tooLong)
    assert.throws(() => read(head.subarray(0, 4), head.subarray(4)), tooLong)
  })
})
