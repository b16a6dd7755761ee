/** Which fields a form shows for a draft, and where problems appear among them. */
import type { Problem } from '../../../model/problem.js'
import { below, itemsIn, valueAt, type Draft } from '../draft.js'
import { chosenOption } from './edit.js'
import type { Field, KindForm, Section, Suggest } from './field.js'

/** A place where something is typed or chosen, and so where a problem can be told. */
export interface FieldPlace {
  /** From the top of the request, e.g. `spec.listeners[0].portMapping.port`. */
  readonly path: string
  readonly label: string
  readonly suggest?: Suggest
}

/** The sections that a form shows for `draft`, with all of their fields. */
export function shownSections(form: KindForm, draft: Draft): Section[] {
  return form.sections.filter(({ base }) => !base.includes('.') || valueAt(draft, base) !== undefined)
}

/** Every field that a form shows for `draft`, in its order. */
export function listPlaces(form: KindForm, draft: Draft): FieldPlace[] {
  return shownSections(form, draft).flatMap(({ base, fields }) => placesOf(fields, base, draft))
}

/** The fields below `base`, those inside of rows, groups and members included. */
export function placesOf(fields: readonly Field[], base: string, draft: Draft): FieldPlace[] {
  return fields.flatMap((field) => {
    const path = below(base, field.path)
    const suggest = 'suggest' in field ? { suggest: field.suggest } : {}
    const inside = insideOf(field, { path, base, draft })
    return field.type === 'group' && field.path === '' ? inside : [{ path, label: field.label, ...suggest }, ...inside]
  })
}

interface Spot {
  readonly path: string
  readonly base: string
  readonly draft: Draft
}

function insideOf(field: Field, { path, base, draft }: Spot): FieldPlace[] {
  if (field.type === 'rows')
    return itemsIn(valueAt(draft, path)).flatMap((_, index) => placesOf(field.fields, `${path}[${index}]`, draft))
  if (field.type === 'values')
    return itemsIn(valueAt(draft, path)).map((_, index) => ({ path: `${path}[${index}]`, label: field.item }))
  if (field.type === 'group') {
    const shown = field.toggle === undefined || valueAt(draft, path) !== undefined
    return shown ? placesOf(field.fields, path, draft) : []
  }
  if (field.type === 'byProtocol') {
    const protocol = valueAt(draft, below(base, field.protocol))
    const shown = valueAt(draft, path) !== undefined && typeof protocol === 'string'
    return shown ? placesOf(field.options[protocol] ?? [], below(path, protocol), draft) : []
  }
  if (field.type !== 'member') return []
  const chosen = chosenOption(draft, { field, base })
  return chosen ? placesOf(chosen.fields, below(path, chosen.member), draft) : []
}

/** Problems as a form tells them. */
export interface PlacedProblems {
  /** By the path of the field at which they appear. */
  readonly atFields: ReadonlyMap<string, readonly string[]>
  /** What belongs to no field that is shown. */
  readonly elsewhere: readonly Problem[]
}

/** Gives each problem to the field that it names, or to the nearest one around that. */
export function placeProblems(problems: readonly Problem[], places: readonly FieldPlace[]): PlacedProblems {
  const labels = new Map([...places].reverse().map(({ path, label }) => [path, label]))
  const atFields = new Map<string, string[]>()
  const elsewhere: Problem[] = []
  for (const problem of problems) {
    const path = pathsAround(problem.path).find((candidate) => labels.has(candidate))
    if (path === undefined) elsewhere.push(problem)
    else atFields.set(path, [...(atFields.get(path) ?? []), formatAt(problem, labels.get(path) ?? '')])
  }
  return { atFields, elsewhere }
}

/** `a.b[0].c` → itself, `a.b[0]`, `a.b`, `a`. */
function pathsAround(path: string): string[] {
  if (path === '') return []
  const [shorter] = /^.*(?=[.[])/su.exec(path) ?? ['']
  return [path, ...pathsAround(shorter)]
}

/** A message that goes on from the path goes on from the label instead. */
function formatAt({ message }: Problem, label: string): string {
  const sentence = /^\p{Lu}/u.test(message) ? message : `${label} ${message}`
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
}
