import assert from 'node:assert/strict'
import { readRecording } from './recordings.js'
import { openService, type Service } from './service.js'

for (const name of ['ingress-gateway', 'outlier-detection', 'timeout-policy']) {
  describe(`the recorded mesh ${name}`, () => {
    let service: Service
    before(async () => (service = await openService()))
    after(() => service.close())

    readRecording(name).forEach(({ operation, input }, index) => {
      it(`${index + 1}: ${operation} is answered with what was sent`, async () => {
        const answer = await service.make(operation, input)
        for (const [member, value] of Object.entries(input)) assertStored(answer[member], value)
      })
    })
  })
}

/** The value is answered as it was sent; only a health check's port may be filled in. */
function assertStored(actual: unknown, sent: unknown): void {
  assert.deepEqual(JSON.parse(JSON.stringify(actual), dropFilledPort), JSON.parse(JSON.stringify(sent), dropFilledPort))
}

function dropFilledPort(key: string, value: unknown): unknown {
  if (key !== 'healthCheck') return value
  const { port, ...rest } = value as { port?: number }
  return port === undefined ? value : rest
}
