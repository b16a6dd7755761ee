/** The steps of the wizard: the forms of what it makes. */
import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { MeshItem } from '../access/api.js'
import { shownSections } from '../data/form/places.js'
import { nameOf, type WizardKind } from '../data/wizard/plan.js'
import { renderFields } from '../forms/field-list.js'
import { SectionView } from '../forms/section-view.js'
import { FormProvider, type FormState } from '../forms/use-form.js'
import type { WizardForms } from './use-wizard.js'

export interface Step {
  readonly title: string
  readonly description: string
  readonly kinds: readonly WizardKind[]
}

export const STEPS: readonly Step[] = [
  {
    title: 'Create mesh and virtual service',
    description: 'The boundary of your services, and the name by which they call the first of them.',
    kinds: ['mesh', 'virtualService'],
  },
  {
    title: 'Create virtual node',
    description: 'What stands behind that name: where its endpoints are, and on which port they take requests.',
    kinds: ['virtualNode'],
  },
  {
    title: 'Create virtual router and route',
    description: 'How requests for the name get to the node.',
    kinds: ['virtualRouter', 'route'],
  },
]

export function StepContent({ step, forms }: { readonly step: Step; readonly forms: WizardForms }) {
  return (
    <SpaceBetween size="l">
      {step.kinds.map((kind) => (
        <FormSections key={kind} state={forms[kind]} />
      ))}
    </SpaceBetween>
  )
}

/** A form without its tags and, for the service, without the provider, which is going to be the router. */
function FormSections({ state }: { readonly state: FormState }) {
  const { form, draft } = state
  const sections = shownSections(form, draft).filter(
    ({ title }) => title !== 'Tags' && (form.kind !== 'virtualService' || title !== 'Provider'),
  )
  return (
    <FormProvider value={{ ...state, renderFields }}>
      <SpaceBetween size="l">
        {sections.map((section) => (
          <SectionView key={`${section.base} ${section.title}`} section={section} />
        ))}
      </SpaceBetween>
    </FormProvider>
  )
}

/** Told where a mesh of the chosen name is there already. */
export function ExistingMesh({ forms, meshes }: { readonly forms: WizardForms; readonly meshes: readonly MeshItem[] }) {
  const name = nameOf('mesh', forms.mesh.draft)
  if (!meshes.some(({ meshName }) => meshName === name)) return null
  return (
    <Alert type="info" header={`There is a mesh ${name} already`}>
      What exists in it under the names that you choose is kept as it is; only what is missing is created.
    </Alert>
  )
}
