/** Holds definitions against App Mesh's model and its rules before anything is sent, so that mistakes have a file and a line. */
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { completeSpec } from '../../model/complete.js'
import { formatProblem, type Problem } from '../../model/problem.js'
import { isRecord, prune, type SchemaParts } from '../../model/prune.js'
import type { ResourceRef, Tag } from '../../model/resource.js'
import { checkInput, checkSpec } from '../../model/rules.js'
import { formatSuggestion } from '../../model/suggest.js'
import { describeViolations, joinPath } from '../../model/violation.js'
import { CREATE_INPUTS, nameMember, parentMember } from '../access/kinds.js'
import type { Desired } from './definition.js'
import type { Candidate } from './recognise.js'
import type { Path, SourceProblem } from './source.js'

export type Checked = { readonly definition: Desired } | { readonly problems: readonly SourceProblem[] }

/** @param meshName for definitions that do not say theirs; those that say another are refused */
export function checkCandidate({ kind, document, path, input }: Candidate, meshName?: string): Checked {
  const schema: TSchema = CREATE_INPUTS[kind]
  const given = { ...(meshName !== undefined && { meshName }), ...input }
  const at = (problem: Problem): SourceProblem => ({
    file: document.file,
    line: document.lineAt([...path, ...parsePath(problem.path)]),
    message: formatProblem(problem),
  })
  const unknown = [...findUnknown(schema, given, '')]
  const pruned = prune(schema, given) as Readonly<Record<string, unknown>>
  const problems = [...unknown, ...checkMesh(given['meshName'], meshName), ...checkModel(schema, pruned)]
  if (problems.length > 0) return { problems: problems.map(at) }
  const ref = refOf(kind, pruned)
  const spec = pruned['spec'] ?? {}
  const broken = checkSpec(ref, spec)
  if (broken.length > 0) return { problems: broken.map(at) }
  const tags = pruned['tags'] as readonly Tag[] | undefined
  const place = { file: document.file, line: document.lineAt(path) }
  return { definition: { ref, spec: completeSpec(kind, spec), place, ...(tags && { tags }) } }
}

function checkModel(schema: TSchema, input: Readonly<Record<string, unknown>>): Problem[] {
  return Value.Check(schema, input)
    ? checkInput(schema, input)
    : describeViolations(schema, Value.Errors(schema, input))
}

function checkMesh(named: unknown, demanded: string | undefined): Problem[] {
  if (demanded === undefined || named === demanded) return []
  return [{ path: 'meshName', message: `is ${String(named)}, but --mesh says ${demanded}` }]
}

function refOf(kind: Candidate['kind'], input: Readonly<Record<string, unknown>>): ResourceRef {
  const parent = parentMember(kind)
  const text = (member: string): string => input[member] as string
  const parentName = parent === undefined ? {} : { parentName: text(parent) }
  return {
    kind,
    meshOwner: (input['meshOwner'] as string | undefined) ?? '',
    meshName: text('meshName'),
    ...parentName,
    name: text(nameMember(kind)),
  }
}

/** Members that the model does not know: the API drops them without a word, so a slip would pass unseen. */
function* findUnknown(schema: TSchema, value: unknown, path: string): Generator<Problem> {
  const { properties, items } = schema as SchemaParts
  if (items && Array.isArray(value))
    for (const [index, item] of value.entries()) yield* findUnknown(items, item, joinPath(path, index))
  if (!properties || !isRecord(value)) return
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    const here = path === '' ? name : `${path}.${name}`
    if (known) yield* findUnknown(known, member, here)
    else
      yield {
        path: here,
        message: `is not a member of App Mesh's model${formatSuggestion(name, Object.keys(properties))}`,
      }
  }
}

/** `spec.listeners[0].port` as steps. */
function parsePath(path: string): Path {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  )
}
