import assert from 'node:assert/strict'
import { followExpiry } from '../../src/cloud-map/expiry.js'
import type { Logger } from '../../src/http/logger.js'
import { openStore } from '../../src/store/open-store.js'
import { StoreUnavailableError } from '../../src/store/store.js'

describe('following the expiry of instances', () => {
  it('says once that the store is away, however often it looks, and once that it is back', async () => {
    const store = await openStore('sqlite::memory:')
    const read = store.read.bind(store)
    let away = false
    store.read = (work) => (away ? Promise.reject(new StoreUnavailableError('the store is away')) : read(work))
    const said: string[] = []
    const keep =
      (level: string) =>
      (_fields: object, message: string): void =>
        void said.push(`${level} ${message}`)
    const logger: Logger = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') }
    const looks: (() => void)[] = []
    let asked: () => void = () => undefined
    const stop = followExpiry({
      store,
      logger,
      after: (_millis, look) => {
        looks.push(look)
        asked()
        return () => undefined
      },
    })
    for (const isAway of [false, true, true, true, false, false]) {
      away = isAway
      const over = new Promise<void>((resolve) => (asked = resolve))
      looks.pop()?.()
      await over
    }
    stop()
    await store.close()
    assert.deepEqual(said, [
      'warn cannot look for expired instances; trying again',
      'info instances that stop reporting are removed again',
    ])
  })
})
