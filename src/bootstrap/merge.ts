/** The user's own pieces of bootstrap, merged by the rules of App Mesh's agent (bootstrap.md section 3, "Merge rules"). */
import type { Problem } from '../model/problem.js'
import { isMessage, type Json, type Message } from './message.js'
import { isProblem, type Outcome } from './outcome.js'

/** The variables that name such a file, in the order in which they are merged. */
export const MERGE_FILES = [
  'ENVOY_TRACING_CFG_FILE',
  'ENVOY_STATS_CONFIG_FILE',
  'ENVOY_STATS_SINKS_CFG_FILE',
  'ENVOY_RESOURCES_CONFIG_FILE',
] as const

export type MergeFile = (typeof MERGE_FILES)[number]

/** Parsed contents by variable: absent when the variable is not set, null for an empty file. */
export type MergeContents = Readonly<Partial<Record<MergeFile, unknown>>>

export interface Merged {
  readonly bootstrap: Message
  readonly warnings: readonly Problem[]
}

/** The bootstrap with every file merged in, or the first problem. */
export function mergeFiles(bootstrap: Message, contents: MergeContents): Outcome<Merged> {
  let merged: Merged = { bootstrap, warnings: [] }
  for (const file of MERGE_FILES) {
    if (contents[file] === undefined) continue
    const next = mergeFile(merged, file, contents[file])
    if (isProblem(next)) return next
    merged = next
  }
  return merged
}

function mergeFile(merged: Merged, file: MergeFile, content: unknown): Outcome<Merged> {
  if (isEmpty(content)) {
    if (file !== 'ENVOY_RESOURCES_CONFIG_FILE') return { path: file, message: 'names an empty file' }
    return { ...merged, warnings: [...merged.warnings, { path: file, message: 'names an empty file: ignored' }] }
  }
  if (!isMessage(content)) return { path: file, message: 'must hold a mapping of bootstrap fields' }
  const fields = normalize(file, content)
  if (isProblem(fields)) return fields
  const result = Object.entries(fields).reduce<Outcome<Merged>>(
    (before, [field, value]) =>
      isProblem(before) ? before : (MERGERS.get(field) ?? replace)(before, file, field, value),
    merged,
  )
  if (file === 'ENVOY_STATS_SINKS_CFG_FILE' && !isProblem(result) && !result.bootstrap['stats_sinks'])
    return { path: file, message: 'must hold stats_sinks' }
  return result
}

function isEmpty(content: unknown): boolean {
  return content === null || (isMessage(content) && Object.keys(content).length === 0)
}

/** Top-level fields in snake_case; the same field in both spellings is a problem. */
function normalize(file: MergeFile, content: Message): Outcome<Message> {
  const fields = new Map<string, Json>()
  for (const [name, value] of Object.entries(content)) {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    if (fields.has(snake)) return { path: file, message: `holds ${snake} twice, in snake_case and in lowerCamelCase` }
    fields.set(snake, value)
  }
  return Object.fromEntries(fields)
}

type Merger = (before: Merged, file: MergeFile, field: string, value: Json) => Outcome<Merged>

/** Every other field of a bootstrap is replaced. */
const MERGERS: ReadonlyMap<string, Merger> = new Map(
  Object.entries({
    tracing: addOnce,
    stats_config: addOnce,
    stats_sinks: append,
    static_resources: appendResources,
  }),
)

function addOnce(before: Merged, file: MergeFile, field: string, value: Json): Outcome<Merged> {
  if (before.bootstrap[field] !== undefined) return { path: file, message: `sets ${field}, which is there already` }
  return set(before, field, value)
}

function append(before: Merged, file: MergeFile, field: string, value: Json): Outcome<Merged> {
  if (!isList(value)) return { path: file, message: `must hold a list in ${field}` }
  return set(before, field, [...listOf(before.bootstrap[field]), ...value])
}

const RESOURCE_LISTS = ['listeners', 'clusters', 'secrets']

function appendResources(before: Merged, file: MergeFile, field: string, value: Json): Outcome<Merged> {
  if (!isMessage(value)) return { path: file, message: `must hold a mapping in ${field}` }
  const strange = Object.entries(value).find(([name, list]) => !RESOURCE_LISTS.includes(name) || !isList(list))
  if (strange)
    return {
      path: file,
      message: `holds ${field}.${strange[0]}: only the lists ${RESOURCE_LISTS.join(', ')} are merged`,
    }
  const present = before.bootstrap[field]
  const resources = isMessage(present) ? present : {}
  const appended = Object.entries(value).map(([name, list]) => [name, [...listOf(resources[name]), ...listOf(list)]])
  return set(before, field, { ...resources, ...(Object.fromEntries(appended) as Message) })
}

function replace(before: Merged, file: MergeFile, field: string, value: Json): Merged {
  const after = set(before, field, value)
  if (before.bootstrap[field] === undefined) return after
  return { ...after, warnings: [...before.warnings, { path: file, message: `replaces the generated ${field}` }] }
}

function set({ bootstrap, warnings }: Merged, field: string, value: Json): Merged {
  return { bootstrap: { ...bootstrap, [field]: value }, warnings }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function listOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : []
}
