/** The state of one form: its draft, what is wrong with it, and which of that is told already. */
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import type { TSchema } from 'typebox'
import type { Problem } from '../../model/problem.js'
import { valueAt, type Draft } from '../data/draft.js'
import { checkForm, type FormPlace, type Neighbour } from '../data/form/check.js'
import type { Subject } from '../data/form/edit.js'
import type { Field, KindForm } from '../data/form/field.js'
import { listPlaces, placeProblems, type PlacedProblems } from '../data/form/places.js'

/** What the fields of a form share. */
export interface FormHandle {
  readonly schema: TSchema
  readonly place: FormPlace
  readonly draft: Draft
  readonly neighbours: readonly Neighbour[]
  readonly update: (edit: (subject: Subject) => Draft) => void
  /** Somebody has been at the field: its problems may be told. */
  readonly touch: (path: string) => void
  /** What to tell at a field; empty when nothing is wrong or it is too early to say so. */
  readonly problemAt: (path: string) => string
  /** The fields inside of a field, beside each other or one below the other. */
  readonly renderFields: (fields: readonly Field[], base: string, as: 'row' | 'column') => ReactNode
}

const FormContext = createContext<FormHandle | undefined>(undefined)
export const FormProvider = FormContext.Provider

export function useForm(): FormHandle {
  const form = useContext(FormContext)
  if (!form) throw new Error('no form around this field')
  return form
}

export interface FormState extends Omit<FormHandle, 'renderFields'> {
  readonly form: KindForm
  readonly problems: readonly Problem[]
  /** Problems that belong to no field, as far as they are told. */
  readonly elsewhere: readonly Problem[]
  /** Everything that is told at fields, by path. */
  readonly shown: ReadonlyMap<string, readonly string[]>
  readonly isDirty: boolean
  readonly replace: (draft: Draft) => void
  /** Replaces the draft by one that counts as not yet changed. */
  readonly rebase: (draft: Draft) => void
  /** Whether the spec, whatever the name, is as the form was begun or rebased. */
  readonly hasOwnSpec: boolean
  /** Tells every problem from now on. */
  readonly reveal: () => void
  /** Tells what the server found; gone with the next edit. */
  readonly refuse: (problems: readonly Problem[]) => void
}

export interface FormOptions {
  readonly form: KindForm
  readonly place: FormPlace
  readonly initial: Draft
  readonly neighbours: readonly Neighbour[] | undefined
}

const NOTHING: readonly Problem[] = []

/** What is told moves what is below it: not while somebody presses a button there, for which the field was left. */
const AFTER_CLICK_MILLIS = 250

export function useFormState({ form, place, initial, neighbours }: FormOptions): FormState {
  const [draft, setDraft] = useState(initial)
  const [baseline, setBaseline] = useState(initial)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [isRevealed, setRevealed] = useState(false)
  const [refused, setRefused] = useState<readonly Problem[]>(NOTHING)
  const schema: TSchema = place.name === undefined ? form.create : form.update
  const problems = useMemo(() => checkForm(form, place, draft, neighbours), [form, place, draft, neighbours])
  const places = useMemo(() => listPlaces(form, draft), [form, draft])
  const own = useMemo(() => placeProblems(problems, places), [problems, places])
  const foreign = useMemo(() => placeProblems(refused, places), [refused, places])
  const shown = useMemo(
    () => mergeShown(own, foreign, (path) => isRevealed || touched.has(path)),
    [own, foreign, isRevealed, touched],
  )
  const replace = useCallback((next: Draft) => {
    setDraft(next)
    setRefused(NOTHING)
  }, [])
  const update = useCallback(
    (edit: (subject: Subject) => Draft) => {
      setDraft((now) => edit({ schema, draft: now }))
      setRefused(NOTHING)
    },
    [schema],
  )
  const touch = useCallback((path: string) => {
    setTimeout(() => setTouched((now) => (now.has(path) ? now : new Set([...now, path]))), AFTER_CLICK_MILLIS)
  }, [])
  const problemAt = useCallback((path: string) => (shown.get(path) ?? []).join(' '), [shown])
  return {
    form,
    place,
    schema,
    draft,
    neighbours: neighbours ?? [],
    problems,
    shown,
    elsewhere: [...(isRevealed ? own.elsewhere : []), ...foreign.elsewhere],
    isDirty: differ(draft, baseline),
    hasOwnSpec: !differ(valueAt(draft, 'spec'), valueAt(baseline, 'spec')),
    update,
    replace,
    rebase: useCallback(
      (next: Draft) => {
        setBaseline(next)
        replace(next)
      },
      [replace],
    ),
    touch,
    problemAt,
    reveal: useCallback(() => setRevealed(true), []),
    refuse: setRefused,
  }
}

function differ(one: Draft | undefined, other: Draft | undefined): boolean {
  return one !== other && JSON.stringify(one) !== JSON.stringify(other)
}

function mergeShown(
  own: PlacedProblems,
  foreign: PlacedProblems,
  isTold: (path: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const shown = new Map([...own.atFields].filter(([path]) => isTold(path)))
  for (const [path, texts] of foreign.atFields) shown.set(path, [...(shown.get(path) ?? []), ...texts])
  return shown
}
