import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { AWS_QUOTAS } from '../../src/api/quotas.js'
import { openService, type Input, type Service } from './service.js'

interface Step {
  readonly operation: string
  readonly input: Input
  /** Account of a consumer of the mesh that made the resource. */
  readonly owner?: string
}

interface Case {
  readonly id: string
  readonly why: string
  readonly given: readonly Step[]
  readonly operation: string
  readonly input: Input
  readonly expect: { readonly status: number; readonly code?: string; readonly body?: object }
}

const CASES = JSON.parse(readFileSync(new URL('../fixtures/api-cases.json', import.meta.url), 'utf8')) as Case[]

describe('the cases of the App Mesh API', () => {
  let service: Service
  beforeEach(async () => (service = await openService({ quotas: AWS_QUOTAS })))
  afterEach(() => service.close())

  for (const { id, why, given, operation, input, expect } of CASES) {
    it(`${id}: ${why}`, async () => {
      for (const step of given) await make(service, step)
      const answer = await service.call(operation, input)
      assert.deepEqual([answer.status, answer.code], [expect.status, expect.code], JSON.stringify(answer.body))
      if (expect.code !== undefined) assert.equal(answer.body.__type, expect.code)
      assertIncludes(answer.body, expect.body)
      assertIncludes(answer.body.spec, expect.status === 200 ? input['spec'] : undefined)
    })
  }
})

async function make({ make, store }: Service, { operation, input, owner }: Step): Promise<void> {
  const { metadata } = await make(operation, input)
  if (owner === undefined) return
  await store.write({ principal: owner, operation }, async (tx) => {
    const resource = await tx.getByArn(metadata.arn)
    assert.ok(resource)
    await tx.put({ ...resource, metadata: { ...resource.metadata, resourceOwner: owner } })
  })
}

/** Every member of `expected` is in `actual`, at every depth. */
function assertIncludes(actual: unknown, expected: unknown): void {
  if (expected === undefined) return
  if (typeof expected !== 'object' || expected === null) return assert.equal(actual, expected)
  assert.ok(
    typeof actual === 'object' && actual !== null,
    `${JSON.stringify(actual)} lacks ${JSON.stringify(expected)}`,
  )
  if (Array.isArray(expected)) assert.equal((actual as unknown[]).length, expected.length)
  for (const [name, value] of Object.entries(expected)) assertIncludes((actual as Input)[name], value)
}
