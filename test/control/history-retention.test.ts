import assert from 'node:assert/strict'
import { followRetention } from '../../src/control/history-retention.js'
import type { Logger } from '../../src/control/logger.js'
import type { Store } from '../../src/store/store.js'

describe('following the retention of history', () => {
  const said: string[] = []
  const keep =
    (level: string) =>
    (fields: object, message: string): void =>
      void said.push(`${level} ${'rows' in fields ? `${String(fields.rows)}: ` : ''}${message.split(' ')[0] ?? ''}`)
  const logger: Logger = { info: keep('info'), warn: keep('warn'), error: keep('error') }
  beforeEach(() => void said.splice(0))

  /** What the store answers, one after the other: rows, or nothing where it is away. Gives the pauses between. */
  async function follow(answers: readonly (number | undefined)[], retentionMillis = 5000): Promise<number[]> {
    const pauses: number[] = []
    const left = [...answers]
    await new Promise<void>((resolve) => {
      const stop = followRetention({
        store: {
          trimLog: (ageMillis: number) => {
            assert.equal(ageMillis, retentionMillis)
            const rows = left.shift()
            return rows === undefined ? Promise.reject(new Error('away')) : Promise.resolve(rows)
          },
        } as Partial<Store> as Store,
        logger,
        retentionMillis,
        after: (millis, look) => {
          pauses.push(millis)
          if (left.length > 0) setImmediate(look)
          else resolve()
          return () => undefined
        },
      })
      if (retentionMillis === 0) resolve(stop())
    })
    return pauses
  }

  it('removes page after page with short pauses, says how much it was, and rests', async () => {
    const [short, , , long = 0, ...rest] = await follow([500, 20, 0, 0])
    assert.ok(short !== undefined && long > 1000 * short)
    assert.deepEqual(rest, [long])
    assert.deepEqual(said, ['info 520: changes'])
  })

  it('says once that the store is away, and goes on', async () => {
    assert.equal((await follow([undefined, undefined, 3, 0, undefined])).length, 6)
    assert.deepEqual(said, ['warn cannot', 'info 3: changes', 'warn cannot'])
  })

  it('does nothing when everything is kept', async () => {
    assert.deepEqual(await follow([1], 0), [])
  })
})
