/** The forms of the wizard, and how far its creation has come. */
import { useMemo } from 'react'
import { KIND_FORMS } from '../data/form/kind-forms.js'
import { neighboursIn, placeIn, WIZARD_INITIAL, type WizardDrafts, type WizardKind } from '../data/wizard/plan.js'
import { useFormState, type FormState } from '../forms/use-form.js'

export type WizardForms = Readonly<Record<WizardKind, FormState>>

export function useWizardForms(): WizardForms {
  const mesh = useWizardForm('mesh', WIZARD_INITIAL)
  const inMesh = { ...WIZARD_INITIAL, mesh: mesh.draft }
  const virtualService = useWizardForm('virtualService', inMesh)
  const virtualNode = useWizardForm('virtualNode', inMesh)
  const virtualRouter = useWizardForm('virtualRouter', inMesh)
  const around = { ...inMesh, virtualNode: virtualNode.draft, virtualRouter: virtualRouter.draft }
  const route = useWizardForm('route', around)
  return { mesh, virtualService, virtualNode, virtualRouter, route }
}

function useWizardForm(kind: WizardKind, drafts: WizardDrafts): FormState {
  const { meshName, parentName } = placeIn(drafts, kind)
  const place = useMemo(() => ({ kind, meshName, parentName }), [kind, meshName, parentName])
  const { virtualNode, virtualRouter } = drafts
  const neighbours = useMemo(
    () => (kind === 'route' ? neighboursIn({ ...WIZARD_INITIAL, virtualNode, virtualRouter }) : undefined),
    [kind, virtualNode, virtualRouter],
  )
  return useFormState({ form: KIND_FORMS[kind], place, initial: WIZARD_INITIAL[kind], neighbours })
}

export function draftsOf(forms: WizardForms): WizardDrafts {
  const { mesh, virtualService, virtualNode, virtualRouter, route } = forms
  return {
    mesh: mesh.draft,
    virtualService: virtualService.draft,
    virtualNode: virtualNode.draft,
    virtualRouter: virtualRouter.draft,
    route: route.draft,
  }
}
