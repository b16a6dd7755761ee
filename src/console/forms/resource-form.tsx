/** The page on which a resource is created or edited. */
import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Form from '@cloudscape-design/components/form'
import Header from '@cloudscape-design/components/header'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { formatProblem } from '../../model/problem.js'
import type { Draft } from '../data/draft.js'
import type { FormPlace, Neighbour } from '../data/form/check.js'
import type { KindForm } from '../data/form/field.js'
import { shownSections } from '../data/form/places.js'
import { itemPath, parentPath } from '../data/paths.js'
import { PageLink } from '../frame/link.js'
import { useNotify } from '../frame/notify.js'
import { ChangedAlert, ConflictDialog } from './conflict.js'
import { renderFields } from './field-list.js'
import './forms.css'
import { JsonEditor } from './json-editor.js'
import { LINES } from './lines.js'
import { SectionView } from './section-view.js'
import { focusFirstProblem } from './focus.js'
import { FormProvider, useFormState, type FormState } from './use-form.js'
import { useLeaveGuard } from './use-leave-guard.js'
import { useSave } from './use-save.js'

export interface ResourceForm {
  readonly form: KindForm
  readonly place: FormPlace
  readonly initial: Draft
  readonly neighbours: readonly Neighbour[] | undefined
  /** Of what is edited; absent while something is created. */
  readonly edited?: { readonly loaded: number; readonly current: number | undefined; readonly onReload: () => void }
}

export function ResourceForm({ form, place, initial, neighbours, edited }: ResourceForm) {
  const state = useFormState({ form, place, initial, neighbours })
  const [isJson, setJson] = useState(false)
  const [isParsed, setParsed] = useState(true)
  const page = useRef<HTMLDivElement>(null)
  const { guard, saving, leave } = useEnds(state, edited?.loaded)
  const submit = (): void => {
    state.reveal()
    if (isParsed && state.problems.length === 0) void saving.save()
    else focusFirstProblem(page.current)
  }
  const choice = <ViewChoice isJson={isJson} isBlocked={!isParsed} onChange={setJson} />
  return (
    <div ref={page} style={LINES}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Form
          header={
            <Header variant="h1" actions={choice}>
              {place.name === undefined ? `Create ${form.noun}` : `Edit ${place.name}`}
            </Header>
          }
          actions={<Actions state={state} isSaving={saving.isSaving} onCancel={leave} />}
          errorText={state.elsewhere.length > 0 ? state.elsewhere.map(formatProblem).join(' ') : undefined}
        >
          <SpaceBetween size="l">
            {edited && !saving.isSaving && <ChangedAlert noun={form.noun} {...edited} />}
            {isJson ? <JsonEditor state={state} onParsed={setParsed} /> : <Sections state={state} />}
          </SpaceBetween>
        </Form>
      </form>
      {edited && saving.conflict && (
        <ConflictDialog {...edited} noun={form.noun} conflict={saving.conflict} saving={saving} />
      )}
      {guard.dialog}
    </div>
  )
}

/** How a form ends: saved, or left. */
function useEnds(state: FormState, version: number | undefined) {
  const navigate = useNavigate()
  const guard = useLeaveGuard(state.isDirty)
  const announce = useAnnouncement(state)
  const { name } = state.place
  const saving = useSave({
    state,
    version,
    onSaved: (saved) => {
      guard.release()
      announce(saved)
      void navigate(itemPath(placeOf(state, saved)))
    },
  })
  const leave = (): void => {
    void navigate(name === undefined ? parentPath(placeOf(state, '')) : itemPath(placeOf(state, name)))
  }
  return { guard, saving, leave }
}

function Sections({ state }: { readonly state: FormState }) {
  const { form, draft, place } = state
  // The name and the tags belong to the creation alone: tags are changed on the page of the resource.
  const sections = shownSections(form, draft).filter(({ base }) => place.name === undefined || base !== '')
  return (
    <FormProvider value={{ ...state, renderFields }}>
      <SpaceBetween size="l">
        {sections.length === 0 && <Alert>There is nothing to configure.</Alert>}
        {sections.map((section) => (
          <SectionView key={`${section.base} ${section.title}`} section={section} />
        ))}
      </SpaceBetween>
    </FormProvider>
  )
}

interface Views {
  readonly isJson: boolean
  readonly isBlocked: boolean
  readonly onChange: (isJson: boolean) => void
}

function ViewChoice({ isJson, isBlocked, onChange }: Views) {
  return (
    <SegmentedControl
      label="How to edit"
      selectedId={isJson ? 'json' : 'form'}
      options={[
        { id: 'form', text: 'Form', disabled: isBlocked, disabledReason: 'The JSON cannot be read yet.' },
        { id: 'json', text: 'JSON' },
      ]}
      onChange={({ detail }) => onChange(detail.selectedId === 'json')}
    />
  )
}

interface Sending {
  readonly state: FormState
  readonly isSaving: boolean
  readonly onCancel: () => void
}

function Actions({ state: { place, form }, isSaving, onCancel }: Sending) {
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button formAction="none" variant="link" onClick={onCancel}>
        Cancel
      </Button>
      <Button variant="primary" loading={isSaving} loadingText="Saving">
        {place.name === undefined ? `Create ${form.noun}` : 'Save changes'}
      </Button>
    </SpaceBetween>
  )
}

function useAnnouncement(state: FormState): (name: string) => void {
  const notify = useNotify()
  const { form, place } = state
  return (name) => {
    const noun = form.noun.charAt(0).toUpperCase() + form.noun.slice(1)
    const link = (
      <PageLink color="inverted" to={itemPath(placeOf(state, name))}>
        {name}
      </PageLink>
    )
    notify({
      type: 'success',
      content: (
        <>
          {noun} {link} {place.name === undefined ? 'has been created.' : 'has been updated.'}
        </>
      ),
    })
  }
}

function placeOf({ place, form }: FormState, name: string) {
  const meshName = form.kind === 'mesh' ? name : place.meshName
  return { kind: form.kind, meshName, meshOwner: place.meshOwner, parentName: place.parentName, name }
}
