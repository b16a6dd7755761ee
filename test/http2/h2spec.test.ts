/** h2spec, which knows RFC 7540 and 7541 sentence by sentence, as our client. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeHeaders } from '../../src/http2/hpack.js'
import { requireH2spec } from '../clients/install.js'
import { EchoServer } from './echo-server.js'

/** Rules of RFC 7540 that RFC 9113 (section 5.3) has taken back: priorities are ignored, whatever they say. */
const TAKEN_BACK = ['Sends HEADERS frame that depend on itself', 'Sends PRIORITY frame that depend on itself']

/** Some cases measure the body of the answer. */
const BODY = Buffer.from('long enough to be measured')

interface Case {
  readonly title: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
}

/** Of h2spec's report: a test case is empty when it passed, and says otherwise what went wrong. */
function readReport(report: string): Case[] {
  return [...report.matchAll(/<testcase [^>]*classname="([^"]*)"[^>]*?(?:\/>|>([^]*?)<\/testcase>)/g)].map(
    ([, title = '', body = '']) => ({
      title,
      outcome: body.includes('<skipped') ? 'skipped' : /<(failure|error)/.test(body) ? 'failed' : 'passed',
    }),
  )
}

describe('the conformance test of HTTP/2', () => {
  let server: EchoServer
  let folder: string

  before(async () => {
    server = new EchoServer()
    server.onStream = (stream) => {
      stream.handler = {
        ...stream.handler,
        onData: () => undefined,
        onEnd: () => {
          stream.write(BODY)
          stream.end(encodeHeaders([['x-end', 'yes']]))
        },
      }
    }
    await server.listen()
    folder = await mkdtemp(join(tmpdir(), 'h2spec-'))
  })
  after(async () => {
    await server.close()
    await rm(folder, { recursive: true })
  })

  it('is passed', async function () {
    const h2spec = await requireH2spec(this)
    const report = join(folder, 'report.xml')
    const options = ['-h', '127.0.0.1', '-p', String(server.port), '-S', '--timeout', '2', '-j', report]
    // It ends with 1 when any case fails: the report tells which.
    const output = await new Promise<string>((resolve) => execFile(h2spec, options, (_error, text) => resolve(text)))
    const cases = readReport(await readFile(report, 'latin1'))
    assert.ok(cases.length >= 146, `${cases.length} cases: ${output}`)
    const without = (outcome: Case['outcome']): string[] =>
      cases.filter((one) => one.outcome === outcome).map(({ title }) => title)
    assert.deepEqual(without('skipped'), [])
    assert.deepEqual(without('failed').sort(), [...TAKEN_BACK].sort(), output)
  })
})
