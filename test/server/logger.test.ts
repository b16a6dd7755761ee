/** What must never stand in a log. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { buildLogger } from '../../src/server/logger.js'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const [, LINE = ''] = PEM.split('\n')

describe('the log', () => {
  for (const { name, details, message = 'hello' } of [
    { name: 'in the text of an error', details: { err: new Error(`cannot read ${PEM}`) } },
    { name: 'in the message', details: {}, message: `a key: ${PEM}` },
    { name: 'in a member', details: { secret: { chain: `x${PEM}y` } } },
    { name: 'cut short', details: { text: PEM.slice(0, 100) } },
    { name: 'as a key object', details: { privateKey, other: { key: privateKey } } },
    { name: 'in a member that is called so', details: { material: { privateKey: LINE } } },
  ])
    it(`has no private key ${name}, and is JSON still`, () => {
      const lines: string[] = []
      buildLogger('info', { write: (line: string) => void lines.push(line) }).info(details, message)
      const [line = ''] = lines
      assert.equal(line.includes(LINE.slice(0, 30)), false, line)
      assert.equal((JSON.parse(line) as { level: string }).level, 'info')
    })
})
