import assert from 'node:assert/strict'
import { buildLogger } from '../../src/server/logger.js'
import { runSteps, within } from '../../src/server/shutdown.js'
import { captureLog } from './capture-log.js'

const logger = buildLogger('silent')

describe('shutdown', () => {
  it('runs every step in order, whatever becomes of the others', async () => {
    const done: string[] = []
    const { lines, stream } = captureLog()
    const step = (name: string, fail = false) => ({
      name,
      run: async () => {
        done.push(name)
        if (fail) throw new Error('broken')
      },
    })
    await runSteps([step('a'), step('b', true), step('c')], 1000, buildLogger('info', stream))
    assert.deepEqual(done, ['a', 'b', 'c'])
    assert.deepEqual(
      lines().map(({ step, level }) => [step, level]),
      [['b', 'warn']],
    )
  })

  it('waits for a step', async () => {
    let ended = false
    const slow = async () => {
      await new Promise(setImmediate)
      ended = true
    }
    await runSteps([{ name: 'slow', run: slow }], 1000, logger)
    assert.ok(ended)
  })

  it('leaves a step that hangs behind', async () => {
    let last = false
    const hang = { name: 'hang', run: () => new Promise<void>(() => undefined) }
    await runSteps([hang, { name: 'store', run: async () => void (last = true) }], 0, logger)
    assert.ok(last)
  })

  it('bounds a promise', async () => {
    assert.equal(await within(1000, Promise.resolve(1)), 1)
    await assert.rejects(within(1000, Promise.reject(new Error('own'))), /own/)
    await assert.rejects(within(1, new Promise(() => undefined)), /not done after 1 ms/)
  })
})

describe('logger', () => {
  it('writes JSON with a readable level and time, and no host', () => {
    const { lines, stream } = captureLog()
    buildLogger('info', stream).warn({ mesh: 'm' }, 'text')
    const [line] = lines()
    assert.deepEqual(Object.keys(line!), ['level', 'time', 'mesh', 'msg'])
    assert.equal(line!['level'], 'warn')
    assert.match(String(line!['time']), /^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('keeps quiet below its level', () => {
    const { lines, stream } = captureLog()
    buildLogger('warn', stream).info({}, 'text')
    assert.deepEqual(lines(), [])
  })

  it('keeps signatures to itself', () => {
    const { lines, stream } = captureLog()
    const log = buildLogger('info', stream)
    const headers = { authorization: 'AWS4-HMAC secret', 'x-amz-security-token': 'secret', host: 'h' }
    log.info({ headers }, 'a')
    log.info({ req: { headers } }, 'b')
    log.info(headers, 'c')
    const [a, , c] = lines()
    assert.ok(
      !JSON.stringify(lines().map(({ headers, req, authorization }) => [headers, req, authorization])).includes(
        'secret',
      ),
    )
    assert.deepEqual((a!['headers'] as { host: string }).host, 'h')
    assert.equal(c!['authorization'], '[redacted]')
  })

  it('keeps causes of errors', () => {
    const { lines, stream } = captureLog()
    buildLogger('info', stream).error({ err: new Error('outer', { cause: new Error('inner') }) }, 'text')
    assert.match(JSON.stringify(lines()), /outer.*inner/)
  })
})
