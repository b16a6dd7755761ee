/** The console's files as browsers get them. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { buildHttpServer } from '../../src/http/server.js'
import { addConsole } from '../../src/management/console.js'
import { ConsoleFiles } from '../../src/management/console-files.js'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const SCRIPT = 'console.log("hello")'
const PAGE = '<!doctype html><title>console</title>'
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('the console', () => {
  let root: string
  let app: FastifyInstance
  let observed: string[]

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'console-'))
    observed = []
    app = buildHttpServer({
      logger: quiet,
      uuid: () => 'id',
      onRequest: (operation, status) => observed.push(`${operation} ${status}`),
    })
    addConsole(app, new ConsoleFiles(join(root, 'console')))
  })
  afterEach(async () => {
    await app.close()
    await rm(root, { recursive: true })
  })

  const build = async (page = PAGE): Promise<void> => {
    const assets = join(root, 'console/assets')
    await mkdir(assets, { recursive: true })
    await writeFile(join(root, 'secret.txt'), 'secret')
    await writeFile(join(root, 'console/favicon.svg'), '<svg/>')
    await writeFile(join(assets, 'app-1a2b.js'), SCRIPT)
    await writeFile(join(assets, 'app-1a2b.js.br'), brotliCompressSync(SCRIPT))
    await writeFile(join(assets, 'app-1a2b.js.gz'), gzipSync(SCRIPT))
    await writeFile(join(root, 'console/index.html'), page)
  }
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })

  it('says what to do while it is not built', async () => {
    const answer = await get('/console/', BROWSER)
    assert.equal(answer.statusCode, 404)
    assert.match(answer.body, /npm run build/)
    assert.match(String(answer.headers['content-type']), /^text\/plain/)
    await build()
    assert.equal((await get('/console/', BROWSER)).body, PAGE)
  })

  for (const { url, headers = {}, location } of [
    { url: '/', headers: BROWSER, location: '/console/' },
    { url: '/console', location: '/console/' },
  ])
    it(`leads from ${url} to the console`, async () => {
      const answer = await get(url, headers)
      assert.equal(answer.statusCode, 302)
      assert.equal(answer.headers['location'], location)
    })

  it('leads nobody who asks for no page away from /', async () => {
    const answer = await get('/', { accept: 'application/json' })
    assert.equal(answer.statusCode, 404)
    assert.equal(answer.json<{ __type: string }>().__type, 'UnknownOperationException')
  })

  for (const url of [
    '/console/',
    '/console/index.html',
    '/console/meshes/shop/map',
    '/console/meshes/shop/virtual-services/api.shop.local',
    '/console/meshes/a%2Fb/virtual-nodes/x?tab=config',
    '/console/proxies/mesh%2Fshop%2FvirtualNode%2Ffront',
  ])
    it(`gives the page at ${url}, to be asked for each time, and nothing to others`, async () => {
      await build()
      const { statusCode, body, headers } = await get(url, BROWSER)
      assert.equal(statusCode, 200)
      assert.equal(body, PAGE)
      assert.equal(headers['cache-control'], 'no-cache')
      assert.match(String(headers['content-type']), /^text\/html/)
      assert.equal(
        headers['content-security-policy'],
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
      )
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['referrer-policy'], 'no-referrer')
      assert.equal(headers['x-frame-options'], 'DENY')
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
      assert.equal(headers['access-control-allow-origin'], undefined)
    })

  for (const { accepted, encoding, decode } of [
    { accepted: 'gzip, deflate, br, zstd', encoding: 'br', decode: brotliDecompressSync },
    { accepted: 'gzip', encoding: 'gzip', decode: gunzipSync },
    { accepted: 'br;q=0, gzip;q=0.5', encoding: 'gzip', decode: gunzipSync },
    { accepted: '*', encoding: 'br', decode: brotliDecompressSync },
    { accepted: 'identity', encoding: undefined, decode: (bytes: Buffer) => bytes },
    { accepted: '', encoding: undefined, decode: (bytes: Buffer) => bytes },
  ])
    it(`gives what is named by content for ever, to "${accepted}" as ${encoding ?? 'it is'}`, async () => {
      await build()
      const { statusCode, headers, rawPayload } = await get('/console/assets/app-1a2b.js', {
        'accept-encoding': accepted,
      })
      assert.equal(statusCode, 200)
      assert.equal(headers['content-encoding'], encoding)
      assert.equal(decode(rawPayload).toString(), SCRIPT)
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
      assert.equal(headers['vary'], 'Accept-Encoding')
      assert.match(String(headers['content-type']), /^text\/javascript/)
    })

  it('gives nothing again to who has it, and the new one after a build', async () => {
    await build()
    const { headers } = await get('/console/', BROWSER)
    const etag = String(headers['etag'])
    const again = await get('/console/', { ...BROWSER, 'if-none-match': `"other", W/${etag}` })
    assert.equal(again.statusCode, 304)
    assert.equal(again.body, '')
    await build('<title>new</title>')
    await utimes(join(root, 'console/index.html'), new Date(), new Date(Date.now() + 1000))
    const changed = await get('/console/', { ...BROWSER, 'if-none-match': etag })
    assert.equal(changed.statusCode, 200)
    assert.equal(changed.body, '<title>new</title>')
  })

  it('tells encodings apart by tag', async () => {
    await build()
    const url = '/console/assets/app-1a2b.js'
    const tags = await Promise.all(
      ['br', 'gzip', ''].map(async (accepted) => (await get(url, { 'accept-encoding': accepted })).headers['etag']),
    )
    assert.equal(new Set(tags).size, 3)
  })

  for (const { url, headers = {} } of [
    { url: '/console/assets/old-9f8e.js', headers: BROWSER },
    { url: '/console/assets/app-1a2b.js.br' },
    { url: '/console/missing.png', headers: { accept: 'image/*' } },
    { url: '/console/../secret.txt' },
    { url: '/console/..%2Fsecret.txt' },
    { url: '/console/assets/..%2F..%2F..%2Fsecret.txt' },
    { url: '/console/%2e%2e/secret.txt' },
    { url: '/console/..%5Csecret.txt' },
    { url: '/console//etc/passwd.txt' },
    { url: '/console/index.html%00.txt' },
  ])
    it(`has nothing at ${url}`, async () => {
      await build()
      const answer = await get(url, headers)
      assert.equal(answer.statusCode, 404)
      assert.doesNotMatch(answer.body, /^secret|root:/)
    })

  it('answers HEAD without the content, and is measured', async () => {
    await build()
    const { statusCode, headers, body } = await app.inject({ method: 'HEAD', url: '/console/', headers: BROWSER })
    assert.equal(statusCode, 200)
    assert.equal(headers['content-length'], String(PAGE.length))
    assert.equal(body, '')
    assert.deepEqual(observed, ['Console 200'])
  })

  it('keeps the page from a page of another origin', async () => {
    await build()
    const answer = await get('/console/', { ...BROWSER, origin: 'http://evil.example' })
    assert.equal(answer.statusCode, 403)
    assert.match(answer.body, /^requests of pages of other origins/)
  })
})
