/** Whether a plain object fits its message type, nothing misspelt, out of range or unknown. */
import { messageTable } from './message-table.js'
import { writeMessage, type Finding } from './message-writer.js'
import { lookupType } from './root.js'
import { Sink } from './sink.js'

/**
 * Everything in `message` that would not arrive as it stands, each as `path: what is wrong`; empty when all of it fits. Looks into lists, maps and
 * the messages inside google.protobuf.Any. Throws when proto/ has no such type.
 */
export function checkStrict(typeNameOrUrl: string, message: unknown): string[] {
  const findings: Finding[] = []
  writeMessage(messageTable(lookupType(typeNameOrUrl)), message, { sink: new Sink(), findings })
  return findings.map(formatFinding)
}

export function formatFinding({ path, message }: Finding): string {
  return path === '' ? message : `${path}: ${message}`
}
