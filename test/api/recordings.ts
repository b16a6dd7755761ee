/** The calls of recorded meshes: what scripts that AWS published asked App Mesh for. */
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
