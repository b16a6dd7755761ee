import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { openService, type Input, type Service } from './service.js'

/**
 * Recorded meshes and their calls, by number from 1, that come with a later part: TLS with part 3, Cloud Map with part 4
 * (and what rests on them).
 */
const RECORDINGS = [
  { name: 'ingress-gateway', later: [] },
  { name: 'outlier-detection', later: [2, 3, 4, 5] },
  { name: 'timeout-policy', later: [] },
]

interface Recorded {
  readonly operation: string
  readonly input: Input
}

for (const { name, later } of RECORDINGS) {
  describe(`the recorded mesh ${name}`, () => {
    const text = readFileSync(new URL(`../fixtures/corpus/${name}.ndjson`, import.meta.url), 'utf8')
    const calls = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Recorded)
    let service: Service
    before(async () => (service = await openService()))
    after(() => service.close())

    calls.forEach(({ operation, input }, index) => {
      const number = index + 1
      const comes = later.includes(number)
      it(`${number}: ${operation} ${comes ? 'comes later, and is refused' : 'is answered'}`, async () => {
        const answer = await service.call(operation, input)
        if (comes) {
          assert.ok(['BadRequestException', 'NotFoundException'].includes(answer.code ?? ''), JSON.stringify(answer))
          return
        }
        assert.equal(answer.status, 200, JSON.stringify(answer.body))
        for (const [member, value] of Object.entries(input)) assertStored(answer.body[member], value)
      })
    })

    it('has every call that is said to come later', () => assert.ok(later.every((number) => calls[number - 1])))
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
