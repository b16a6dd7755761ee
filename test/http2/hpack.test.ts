/** Header blocks as RFC 7541 has them, as clients may break them, and as a real encoder makes them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, sensitiveHeaders, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import fc from 'fast-check'
import { encodeHeaders, HpackDecoder, HpackError, type HeaderField } from '../../src/http2/hpack.js'

const LIMITS = { maxListBytes: 1 << 20, maxFields: 1000 }
/** A size update to 256 bytes. */
const UPDATE_256 = '3fe101'

/** All bytes in their order, in the Huffman code, as golang.org/x/net/http2/hpack has them. */
const ALL_BYTES = `
  ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7fffffabffffffdfffffebfffffecfff
  ffedfffffeefffffefffffff0ffffff1ffffff2fffffffbfffffcffffffd3fffffd7fffffdbfffffdffffffe3fffffe7fffffebfffffed
  4fe3f9ffaffcabf1febfafefe7fdfd2cbb00089969b71d79fb9f7fff20ffbff3ff50ddbd7f061c58f265cd9f469d5af66dddbf871e5f9c
  ff7ff7fffc3ff9ffe45fff4719242cb34e6e9d68a6a3d7dac426defe3cfaf7fffbfe7ffbffdffffffcfffe6ffff4bfff9ffffa3fffd3ff
  ff53fffd5ffffb3fffeb7fffdaffffb7ffff73fffeeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffffeeffffc3ffff8bffff1fff
  fe4fffee7fffb1ffff97fffd9ffffcdffff9fffffbffffdafffeeffff4ffffb7fffee7fffe8ffffd3fffdeffffd5fffeeffffbdffffe1f
  ffdfffff7fffff5ffffecffff07fff87fffe0ffff17fffedffff87ffff77fffeffffeaffff8bfffe3ffff93ffff87fffcbffff37ffff1f
  ffff83ffffe1fffebfffe3ffff3fffff2ffffa3ffffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8fffffb7fff97fff8ffff
  fe6fffffc1fffff87ffffe7fffffc5ffffe5fffe4ffff2fffffd1fffff4ffffffefffffe3fffffc9fffff97fffb3ffffcffffb7fffcdff
  ff4ffff9ffffd1ffffcffffeaffffafffffddffffeffffff4fffff5fffffabffffa7ffffd7fffff9bffffecfffffb7fffff3fffffe8fff
  ffd3fffffabfffff5fffffff7ffffecfffffdbfffffbbfffff7ffffff0fffffbbf`

function decoder(limits: Partial<typeof LIMITS> = {}): HpackDecoder {
  return new HpackDecoder({ ...LIMITS, ...limits })
}

function bytes(...hex: string[]): Buffer {
  const digits = hex.join('').replace(/\s/g, '')
  assert.match(digits, /^([0-9a-f]{2})*$/)
  return Buffer.from(digits, 'hex')
}

/** Decodes blocks of one connection; fields as `name: value`. */
function decodeAll(blocks: readonly string[], hpack = decoder()): string[][] {
  return blocks.map((block) => hpack.decode(bytes(block))!.map(([name, value]) => `${name}: ${value}`))
}

function assertBroken(message: RegExp, ...blocks: string[]): void {
  const hpack = decoder()
  const last = bytes(blocks.pop()!)
  for (const block of blocks) hpack.decode(bytes(block))
  assert.throws(
    () => hpack.decode(last),
    (error) => error instanceof HpackError && message.test(error.message),
  )
}

/** A literal without indexing, its name `a` and its value in Huffman code. */
function huffman(code: string): string {
  assert.ok(bytes(code).length < 127)
  return `000161${(0x80 | bytes(code).length).toString(16)}${code}`
}

const field = (name: string, value: string, first = '40'): string => {
  assert.ok(name.length < 127 && value.length < 127)
  const [n, v] = [name, value].map((text) => Buffer.from([text.length, ...Buffer.from(text, 'latin1')]).toString('hex'))
  return `${first}${n!}${v!}`
}

describe('the examples of RFC 7541', () => {
  it('C.2, single fields', () => {
    assert.deepEqual(decodeAll(['400a637573746f6d2d6b65790d637573746f6d2d686561646572', 'be']), [
      ['custom-key: custom-header'],
      ['custom-key: custom-header'],
    ])
    assert.deepEqual(decodeAll(['040c2f73616d706c652f70617468']), [[':path: /sample/path']])
    assert.deepEqual(decodeAll(['100870617373776f726406736563726574']), [['password: secret']])
    assert.deepEqual(decodeAll(['82']), [[':method: GET']])
    assertBroken(/index 62/, '040c2f73616d706c652f70617468', 'be')
    assertBroken(/index 62/, '100870617373776f726406736563726574', 'be')
  })

  const requests = [
    [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
    [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
    [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
  ]

  it('C.3 and C.4, requests', () => {
    const plain = [
      '828684410f7777772e6578616d706c652e636f6d',
      '828684be58086e6f2d6361636865',
      '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
    ]
    const coded = [
      '828684418cf1e3c2e5f23a6ba0ab90f4ff',
      '828684be5886a8eb10649cbf',
      '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
    ]
    for (const blocks of [plain, coded]) {
      const hpack = decoder()
      assert.deepEqual(decodeAll(blocks, hpack), requests)
      const table = ['custom-key: custom-value', 'cache-control: no-cache', ':authority: www.example.com']
      assert.deepEqual(decodeAll(['bebfc0'], hpack), [table])
      assert.throws(() => decodeAll(['c1'], hpack), HpackError)
    }
  })

  it('C.5 and C.6, responses, in a table of 256 bytes', () => {
    const [first, second] = ['Mon, 21 Oct 2013 20:13:21 GMT', 'Mon, 21 Oct 2013 20:13:22 GMT']
    const location = 'location: https://www.example.com'
    const cookie = 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'
    const plain = [
      `4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54
       6e1768747470733a2f2f7777772e6578616d706c652e636f6d`,
      '4803333037c1c0bf',
      `88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d
       4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31`,
    ]
    const coded = [
      `488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3`,
      '4883640effc1c0bf',
      `88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960
       d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007`,
    ]
    for (const [one, ...more] of [plain, coded]) {
      const hpack = decoder()
      assert.deepEqual(decodeAll([UPDATE_256 + one!, ...more], hpack), [
        [':status: 302', 'cache-control: private', `date: ${first}`, location],
        [':status: 307', 'cache-control: private', `date: ${first}`, location],
        [':status: 200', 'cache-control: private', `date: ${second}`, location, 'content-encoding: gzip', cookie],
      ])
      assert.deepEqual(decodeAll(['bebfc0'], hpack), [[cookie, 'content-encoding: gzip', `date: ${second}`]])
      assert.throws(() => decodeAll(['c1'], hpack), HpackError)
    }
  })
})

describe('a header block', () => {
  it('has the whole static table', () => {
    const table = decodeAll([Buffer.from(Array.from({ length: 61 }, (_, n) => 0x81 + n)).toString('hex')])[0]!
    assert.deepEqual(
      [table[0], table[15], table[60]],
      [':authority: ', 'accept-encoding: gzip, deflate', 'www-authenticate: '],
    )
    assert.equal(new Set(table).size, 61)
  })

  it('has every byte in the Huffman code', () => {
    const code = bytes(ALL_BYTES)
    const block = Buffer.concat([
      bytes('000161ff'),
      Buffer.from([0x80 | ((code.length - 127) & 127), (code.length - 127) >> 7]),
      code,
    ])
    const all = Buffer.from(Array.from({ length: 256 }, (_, n) => n)).toString('latin1')
    assert.deepEqual(decoder().decode(block), [['a', all]])
  })

  it('may be padded by up to seven ones, and by nothing else', () => {
    assert.deepEqual(decodeAll([huffman('')]), [['a: ']])
    // Codes of five, six, seven and eight bits.
    assert.deepEqual(decodeAll([huffman('1f') + huffman('8f') + huffman('b9') + huffman('f8')]), [
      ['a: a', 'a: b', 'a: :', 'a: &'],
    ])
    for (const code of ['1e', '18', 'ff', '1fff', 'f8ff', 'fe', '1fffffff']) assertBroken(/Huffman/, huffman(code))
  })

  it('has no EOS in its strings, nor codes that are cut off', () => {
    for (const code of ['fffffffc', 'ffffffff', '1ffffffffe', 'ffc7ff', 'ff']) assertBroken(/Huffman/, huffman(code))
  })

  it('refers only to fields that there are', () => {
    assertBroken(/index 0/, '80')
    assertBroken(/index 62/, 'be')
    assertBroken(/index 63/, field('a', 'b'), 'bf')
    assertBroken(/index 62/, '7e0161')
    assertBroken(/index 100/, '0f550161')
    assertBroken(/index 268435582/, 'ffffffff7f')
  })

  it('has integers of at most 28 bits', () => {
    // The longest way to write a length of 127 and of 128.
    for (const [length, code] of [
      [127, '7f80808000'],
      [128, '7f81808000'],
    ] as const) {
      const value = Buffer.alloc(length, 'x')
      assert.deepEqual(decoder().decode(bytes('000161', code, value.toString('hex'))), [['a', value.toString()]])
    }
    for (const prefix of ['ff', '7f', '3f', '0f', '1f', '007f']) {
      assertBroken(/too long/, `${prefix}ffffffff0f`)
      assertBroken(/too long/, `${prefix}8080808000`)
      assertBroken(/cut off/, prefix)
      assertBroken(/cut off/, `${prefix}8080`)
    }
  })

  it('is not cut off', () => {
    const whole = bytes('828684418cf1e3c2e5f23a6ba0ab90f4ff', field('name', 'value', '10'))
    const ends = new Set([0, 1, 2, 3, 17])
    for (let end = 0; end < whole.length; end++) {
      const block = whole.subarray(0, end)
      if (ends.has(end)) decoder().decode(block)
      else assert.throws(() => decoder().decode(block), HpackError, `the first ${end} bytes`)
    }
  })

  it('does not hold what came after it in the same buffer', () => {
    const all = bytes('0001610562')
    assert.throws(() => decoder().decode(Buffer.concat([all, bytes('62626262')]).subarray(0, all.length)), HpackError)
  })
})

describe('the dynamic table', () => {
  it('changes its size at the beginning of a block only, within the limit', () => {
    assert.deepEqual(decodeAll(['3fe11f', '20', '203fe11f82', '2020202082']), [
      [],
      [],
      [':method: GET'],
      [':method: GET'],
    ])
    assertBroken(/after a field/, '8220')
    assertBroken(/after a field/, `${field('a', 'b')}3fe11f`)
    assertBroken(/above its limit/, '3fe21f')
  })

  it('evicts when it becomes smaller, and stays smaller', () => {
    const hpack = decoder()
    // Three of 34 bytes, room for two.
    decodeAll([field('a', '1') + field('b', '2') + field('c', '3')], hpack)
    assert.deepEqual(decodeAll(['3f26bebf'], hpack), [['c: 3', 'b: 2']])
    assert.deepEqual(decodeAll(['3fe11fbebf', `${field('d', '4')}bebfc0`, 'c0'], hpack)[1], [
      'd: 4',
      'd: 4',
      'c: 3',
      'b: 2',
    ])
    assert.throws(() => hpack.decode(bytes('c1')), HpackError)
    assertBroken(/index 62/, field('a', '1'), '203fe11fbe')
  })

  it('is emptied by an entry that is bigger than it', () => {
    const hpack = decoder()
    assert.deepEqual(decodeAll([`3f03${field('a', '1')}be${field('bb', '22222')}`], hpack), [
      ['a: 1', 'a: 1', 'bb: 22222'],
    ])
    assert.throws(() => hpack.decode(bytes('be')), HpackError)
  })

  it('may lose the entry whose name the new one has', () => {
    const hpack = decoder()
    assert.deepEqual(decodeAll([`3f05${field('a', '1')}`, '7e0132', 'be'], hpack), [['a: 1'], ['a: 2'], ['a: 2']])
    assert.throws(() => hpack.decode(bytes('bf')), HpackError)
  })
})

describe('a header list', () => {
  it('has its limits', () => {
    const block = bytes(field('a', '1'), field('b', '2'))
    assert.equal(decoder({ maxFields: 2 }).decode(block)?.length, 2)
    assert.equal(decoder({ maxFields: 1 }).decode(block), undefined)
    assert.equal(decoder({ maxListBytes: 68 }).decode(block)?.length, 2)
    assert.equal(decoder({ maxListBytes: 67 }).decode(block), undefined)
  })

  it('beyond its limits changes the dynamic table all the same, and must be in order', () => {
    const hpack = decoder({ maxFields: 1 })
    assert.equal(hpack.decode(bytes('8286', field('a', '1'), field('b', '2'))), undefined)
    assert.deepEqual(decodeAll(['be', 'bf'], hpack), [['b: 2'], ['a: 1']])
    assert.throws(() => hpack.decode(bytes('828680')), HpackError)
  })

  it('is not kept in memory when it is a bomb of references', () => {
    const hpack = decoder({ maxListBytes: 16_384 })
    const value = Buffer.alloc(4000, 'x')
    hpack.decode(Buffer.concat([bytes('4001617fa11e'), value]))
    const bomb = Buffer.alloc(2_000_000, 0xbe)
    const before = process.memoryUsage().heapUsed
    assert.equal(hpack.decode(bomb), undefined)
    // An array of that many references alone would take 16 MB.
    assert.ok(process.memoryUsage().heapUsed - before < 8_000_000)
    assert.deepEqual(hpack.decode(bytes('be')), [['a', value.toString()]])
  })
})

const text = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1')),
  fc.constantFrom('', 'GET', '/', '200', '404', 'gzip, deflate', 'application/grpc'),
)
const name = fc.oneof(text, fc.constantFrom(':status', ':path', ':method', 'accept-encoding', 'content-type', 'via'))

describe('encodeHeaders', () => {
  it('makes blocks that say the same when they are read', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 20 }), (fields) => {
        const hpack = decoder()
        const block = encodeHeaders(fields)
        assert.deepEqual(hpack.decode(block), fields)
        assert.throws(() => hpack.decode(bytes('be')), HpackError)
      }),
    )
    for (const length of [126, 127, 128, 254, 255, 256, 16_510, 16_511, 100_000]) {
      const long: HeaderField[] = [['grpc-message', 'x'.repeat(length)]]
      assert.deepEqual(decoder().decode(encodeHeaders(long)), long)
    }
  })

  it('uses the static table', () => {
    const fields: HeaderField[] = [
      [':status', '200'],
      [':status', '404'],
      ['content-type', 'application/grpc'],
      ['grpc-status', '0'],
      ['accept-encoding', 'gzip, deflate'],
    ]
    assert.deepEqual(
      encodeHeaders(fields).toString('hex'),
      bytes(
        '888d0f1010',
        Buffer.from('application/grpc').toString('hex'),
        field('grpc-status', '0', '00'),
        '90',
      ).toString('hex'),
    )
    assert.deepEqual(encodeHeaders([[':status', '418']]), bytes('0803343138'))
    assert.deepEqual(encodeHeaders([['accept-charset', 'a']]), bytes('0f000161'))
    assert.equal(encodeHeaders([]).length, 0)
  })
})

const FRAME_HEADER_BYTES = 9
const TYPE = { HEADERS: 1, SETTINGS: 4, CONTINUATION: 9 }
const FLAG = { END_HEADERS: 4, PRIORITY: 32 }
const SETTINGS = Buffer.from([0, 0, 0, TYPE.SETTINGS, 0, 0, 0, 0, 0])

/** What a client of node:http2 (nghttp2) sends, without ever getting an answer: its header blocks, decoded. */
class BlockCollector {
  readonly lists: HeaderField[][] = []
  readonly hpack = decoder()
  #bytes = Buffer.alloc(0)
  #block: Buffer[] = []

  push(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    while (this.#bytes.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + this.#bytes.readUIntBE(0, 3)
      if (this.#bytes.length < end) return
      this.#frame(this.#bytes[3]!, this.#bytes[4]!, this.#bytes.subarray(FRAME_HEADER_BYTES, end))
      this.#bytes = this.#bytes.subarray(end)
    }
  }

  #frame(type: number, flags: number, payload: Buffer): void {
    if (type !== TYPE.HEADERS && type !== TYPE.CONTINUATION) return
    this.#block.push(type === TYPE.HEADERS && flags & FLAG.PRIORITY ? payload.subarray(5) : payload)
    if (!(flags & FLAG.END_HEADERS)) return
    this.lists.push(this.hpack.decode(Buffer.concat(this.#block))!)
    this.#block = []
  }
}

describe('the header blocks of nghttp2', () => {
  const PREFACE_BYTES = 24
  const server = createServer()
  let client: ClientHttp2Session
  let socket: Socket
  let blocks: BlockCollector

  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })

  beforeEach(async () => {
    blocks = new BlockCollector()
    client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    client.on('error', () => undefined)
    ;[socket] = (await once(server, 'connection')) as [Socket]
    let skip = PREFACE_BYTES
    socket.on('data', (chunk: Buffer) => {
      blocks.push(chunk.subarray(skip))
      skip = Math.max(0, skip - chunk.length)
    })
    socket.write(SETTINGS)
  })

  afterEach(() => {
    client.destroy()
    socket.destroy()
  })

  after(() => server.close())

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(socket, 'data')
  }

  async function request(headers: OutgoingHttpHeaders): Promise<string[]> {
    const count = blocks.lists.length
    client.request(headers, { endStream: true }).on('error', () => undefined)
    await until(() => blocks.lists.length > count)
    return blocks.lists
      .at(-1)!
      .map(([name, value]) => `${name}: ${value}`)
      .sort()
  }

  // The requests share fields and have some of their own; longer ones need CONTINUATION.
  it('are read with its dynamic table', async () => {
    for (let n = 0; n < 50; n++) {
      const own: Record<string, string> = {
        ':method': 'POST',
        ':path': `/service/Method${n % 3}`,
        'user-agent': 'grpc-node-js/1.14',
        'content-type': 'application/grpc',
        te: 'trailers',
        'x-turn': String(n),
        'x-high': 'caf\u00e9 \u00ff',
        [`x-many-${n % 17}`]: `${'v'.repeat(n * 13)} "#$%&<>\\^\`{|}~`,
        'x-long': 'z'.repeat(n % 10 === 9 ? 20_000 : 10),
      }
      const secret = { authorization: `Bearer ${n % 2}`, [sensitiveHeaders]: ['authorization'] }
      const authority = `:authority: 127.0.0.1:${(server.address() as AddressInfo).port}`
      const expected = Object.entries({ ...own, ':scheme': 'http', authorization: secret.authorization })
      const lines = [authority, ...expected.map(([name, value]) => `${name}: ${value}`)].sort()
      assert.deepEqual(await request({ ...own, ...secret }), lines)
    }
  })
})
