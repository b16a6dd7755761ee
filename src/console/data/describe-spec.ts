/** Every member of a spec as label and value, in the order and words of its form: what the page of a resource shows. */
import type { Kind, SpecByKind } from '../../model/resource.js'
import { isRecord } from '../../model/prune.js'
import { below, itemsIn, valueAt, type Draft } from './draft.js'
import { chosenOption } from './form/edit.js'
import type { ByProtocolField, Field, GroupField, MemberField, RowsField } from './form/field.js'
import { KIND_FORMS } from './form/kind-forms.js'

export interface Pair {
  /** From the top of the request, e.g. `spec.listeners[0].portMapping.port`. */
  readonly path: string
  readonly label: string
  /** Absent when the spec does not say. */
  readonly values?: readonly string[]
  /** What absence means, where the form says so. */
  readonly absent?: string
  /** The value is the name of one of these. */
  readonly names?: 'virtualNode' | 'virtualRouter' | 'virtualService'
}

export interface PairTable {
  readonly title: string
  readonly path: string
  readonly columns: readonly string[]
  /** By column; each row has what it has. */
  readonly rows: readonly (readonly Pair[])[]
}

export interface Block {
  readonly title: string
  readonly path: string
  readonly pairs: readonly Pair[]
  readonly tables: readonly PairTable[]
  readonly blocks: readonly Block[]
}

/** Parts of the spec with their headings; what has nothing to do with the spec (name, tags) is left out. */
export function describeSpec<K extends Kind>(kind: K, spec: SpecByKind[K]): Block[] {
  const draft = { spec } as unknown as Draft
  return KIND_FORMS[kind].sections
    .filter(({ base }) => !base.includes('.') || valueAt(draft, base) !== undefined)
    .map(({ title, base, fields }) => blockOf(title, base, describeFields(fields, base, draft)))
    .filter(({ pairs, tables, blocks }) => pairs.length + tables.length + blocks.length > 0)
}

/** What a field comes to. A block has these, too. */
type Parts = Pick<Block, 'pairs' | 'tables' | 'blocks'>

const NOTHING: Parts = { pairs: [], tables: [], blocks: [] }

function blockOf(title: string, path: string, parts: Parts): Block {
  return { title, path, ...parts }
}

function describeFields(fields: readonly Field[], base: string, draft: Draft): Parts {
  return merge(fields.map((field) => describeField(field, base, draft)))
}

function describeField(field: Field, base: string, draft: Draft): Parts {
  const path = below(base, field.path)
  if (base === '' && !path.startsWith('spec')) return NOTHING
  if (field.type === 'rows') return describeRows(field, path, draft)
  if (field.type === 'group') return describeGroup(field, path, draft)
  if (field.type === 'member') return describeMember(field, base, draft)
  if (field.type === 'byProtocol') return describeByProtocol(field, path, draft)
  return { ...NOTHING, pairs: [describeScalar(field, path, valueAt(draft, path))] }
}

type ScalarField = Exclude<Field, RowsField | GroupField | MemberField | ByProtocolField>

function describeScalar(field: ScalarField, path: string, value: Draft | undefined): Pair {
  const names = field.type === 'text' ? namesIn(field.suggest) : undefined
  const absent = absenceOf(field)
  return {
    path,
    label: field.label,
    ...(value !== undefined && { values: formatValue(field, value) }),
    ...(absent !== undefined && { absent }),
    ...(names && { names }),
  }
}

function namesIn(suggest: string | undefined): Pair['names'] {
  return suggest === 'virtualNode' || suggest === 'virtualRouter' || suggest === 'virtualService' ? suggest : undefined
}

function absenceOf(field: ScalarField): string | undefined {
  if (field.type === 'flag') return formatFlag(field.default)
  return field.type === 'choice' ? field.absent : undefined
}

function formatFlag(value: boolean): string {
  return value ? 'Yes' : 'No'
}

function formatValue(field: ScalarField, value: Draft): string[] {
  if (field.type === 'flag') return [formatFlag(value === true)]
  if (field.type === 'duration') return [formatDuration(value)]
  const texts = Array.isArray(value) ? (value as readonly Draft[]).map(textOf) : [textOf(value)]
  if (field.type === 'choice' || field.type === 'choices') return texts.map((text) => field.labels[text] ?? text)
  if (field.type === 'number' && field.unit !== undefined) return texts.map((text) => `${text} ${field.unit ?? ''}`)
  return texts
}

function textOf(value: Draft): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Clients drop zeroes: a duration without a value is none at all. */
function formatDuration(duration: Draft): string {
  const { value = 0, unit = 's' } = isRecord(duration) ? duration : {}
  return `${textOf(value)} ${textOf(unit)}`
}

function describeRows({ label, item, inline, fields }: RowsField, path: string, draft: Draft): Parts {
  const items = itemsIn(valueAt(draft, path))
  if (items.length === 0) return { ...NOTHING, pairs: [{ path, label, absent: 'None' }] }
  const rows = items.map((_, index) => describeFields(fields, `${path}[${index}]`, draft))
  if (!inline) {
    return {
      ...NOTHING,
      blocks: rows.map((parts, index) => blockOf(`${item} ${index + 1}`, `${path}[${index}]`, parts)),
    }
  }
  const columns = [...new Set(rows.flatMap(({ pairs }) => pairs.map((pair) => pair.label)))]
  return { ...NOTHING, tables: [{ title: label, path, columns, rows: rows.map(({ pairs }) => pairs) }] }
}

function describeGroup({ label, toggle, fields }: GroupField, path: string, draft: Draft): Parts {
  const isAbsent = toggle !== undefined && valueAt(draft, path) === undefined
  if (isAbsent) return { ...NOTHING, pairs: [{ path, label, absent: 'Not set' }] }
  const parts = describeFields(fields, path, draft)
  return toggle === undefined ? parts : { ...NOTHING, blocks: [blockOf(label, path, parts)] }
}

function describeMember(field: MemberField, base: string, draft: Draft): Parts {
  const path = below(base, field.path)
  const chosen = chosenOption(draft, { field, base })
  const pair: Pair = {
    path,
    label: field.label,
    ...(chosen && { values: [chosen.label] }),
    ...(field.none !== undefined && { absent: field.none }),
  }
  const choice = { ...NOTHING, pairs: [pair] }
  return chosen ? merge([choice, describeFields(chosen.fields, below(path, chosen.member), draft)]) : choice
}

function describeByProtocol({ label, options }: ByProtocolField, path: string, draft: Draft): Parts {
  const record = valueAt(draft, path)
  const protocol = isRecord(record) ? Object.keys(record)[0] : undefined
  if (protocol === undefined) return { ...NOTHING, pairs: [{ path, label, absent: 'Not set' }] }
  const parts = describeFields(options[protocol] ?? [], below(path, protocol), draft)
  return { ...NOTHING, blocks: [blockOf(`${label} (${protocol})`, path, parts)] }
}

function merge(parts: readonly Parts[]): Parts {
  return {
    pairs: parts.flatMap(({ pairs }) => pairs),
    tables: parts.flatMap(({ tables }) => tables),
    blocks: parts.flatMap(({ blocks }) => blocks),
  }
}
