/** Edges of policies that no golden can show, because the API or Envoy's own defaults hide them. */
import assert from 'node:assert/strict'
import type { Duration } from '../../src/model/duration.js'
import type { HttpRetryPolicy } from '../../src/model/retry-policy.js'
import { buildRetryPolicy } from '../../src/translate/retry.js'
import { buildDuration, toMillis } from '../../src/translate/timeout.js'

describe('buildRetryPolicy', () => {
  const policy = { maxRetries: 2, perRetryTimeout: { unit: 's', value: 1 } } satisfies HttpRetryPolicy
  const CASES: { name: string; given: HttpRetryPolicy; expect: string | undefined }[] = [
    { name: 'no event: no retry', given: policy, expect: undefined },
    {
      name: 'an event that is unknown: no retry',
      given: { ...policy, httpRetryEvents: ['moon-phase'] },
      expect: undefined,
    },
    {
      name: 'no retries: none',
      given: { ...policy, maxRetries: 0, tcpRetryEvents: ['connection-error'] },
      expect: undefined,
    },
    { name: 'one event', given: { ...policy, tcpRetryEvents: ['connection-error'] }, expect: 'connect-failure' },
  ]
  for (const { name, given, expect } of CASES) {
    it(name, () => assert.equal(buildRetryPolicy(given)?.retry_on, expect))
  }
})

describe('durations', () => {
  const CASES: { name: string; given: Duration; millis: number; expect: ReturnType<typeof buildDuration> }[] = [
    { name: 'seconds', given: { unit: 's', value: 2 }, millis: 2000, expect: { seconds: 2, nanos: 0 } },
    {
      name: 'milliseconds',
      given: { unit: 'ms', value: 1250 },
      millis: 1250,
      expect: { seconds: 1, nanos: 250_000_000 },
    },
    { name: 'no unit', given: { value: 3 }, millis: 3000, expect: { seconds: 3, nanos: 0 } },
    { name: 'no value', given: { unit: 's' }, millis: 0, expect: { seconds: 0, nanos: 0 } },
    {
      name: 'more than Envoy takes: the most that it takes',
      given: { unit: 's', value: Number.MAX_SAFE_INTEGER },
      millis: Number.MAX_SAFE_INTEGER * 1000,
      expect: { seconds: 9_223_372_035, nanos: 0 },
    },
  ]
  for (const { name, given, millis, expect } of CASES) {
    it(name, () => {
      assert.equal(toMillis(given), millis)
      assert.deepEqual(buildDuration(given), expect)
    })
  }
})
