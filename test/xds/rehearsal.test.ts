/** A rehearsal before the first client. */
import assert from 'node:assert/strict'
import { rehearse } from '../../src/xds/rehearsal.js'
import type { StreamEvents } from '../../src/xds/stream-events.js'

describe('a rehearsal', () => {
  it('plays both variants, with everything accepted, changes included, and clients that return; then nothing is left of it', async () => {
    const played = { sotw: 0, delta: 0 }
    const counts = { open: 0, pushed: 0, nacked: 0, returning: 0 }
    const events: StreamEvents = {
      onOpen: () => (counts.open += 1),
      onClose: ({ channels }) => {
        counts.open -= 1
        for (const { returning } of channels.values()) if (returning) counts.returning += 1
      },
      onPush: () => (counts.pushed += 1),
      onAck: ({ variant }) => (played[variant] += 1),
      onNack: () => (counts.nacked += 1),
    }
    await rehearse({ millis: 60_000, rounds: 1, events })
    assert.ok(played.sotw > 250 && played.delta > 250, JSON.stringify(played))
    assert.ok(counts.returning >= 60, JSON.stringify(counts))
    assert.equal(counts.nacked, 0)
    assert.equal(counts.open, 0)
  })

  it('ends in time', async () => {
    const started = performance.now()
    await rehearse({ millis: 1 })
    assert.ok(performance.now() - started < 1500)
  })
})
