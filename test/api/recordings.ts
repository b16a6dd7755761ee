/** The calls of recorded meshes: what scripts that AWS published asked App Mesh for. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Input } from './service.js'

export interface RecordedCall {
  readonly operation: string
  readonly input: Input
}

/** In the order in which they were made. */
export function readRecording(name: string): RecordedCall[] {
  const text = readFileSync(new URL(`../fixtures/corpus/${name}.ndjson`, import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedCall)
}

/** Every member is answered as it was sent; only a health check's port may be filled in. */
export function assertStored(answer: Input, sent: Input): void {
  const members = Object.fromEntries(Object.keys(sent).map((member) => [member, answer[member]]))
  assert.deepEqual(withoutFilledPorts(members), withoutFilledPorts(sent))
}

function withoutFilledPorts(value: Input): unknown {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) => {
    if (key !== 'healthCheck') return member
    const { port, ...rest } = member as { port?: number }
    return port === undefined ? member : rest
  })
}
