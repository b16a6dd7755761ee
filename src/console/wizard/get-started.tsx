/** Get started: a mesh with all that a first request passes, in four steps. */
import SpaceBetween from '@cloudscape-design/components/space-between'
import Wizard from '@cloudscape-design/components/wizard'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { useMeshes } from '../access/queries.js'
import { listJobs, nameOf, suggestRoute, suggestRouter, type Job } from '../data/wizard/plan.js'
import { focusFirstProblem } from '../forms/focus.js'
import '../forms/forms.css'
import { LINES } from '../forms/lines.js'
import { useLeaveGuard } from '../forms/use-leave-guard.js'
import { ReviewStep } from './review.js'
import { StatusScreen } from './status.js'
import { ExistingMesh, StepContent, STEPS } from './steps.js'
import { draftsOf, useWizardForms, type WizardForms } from './use-wizard.js'

const ROUTING_STEP = 2

export function Component() {
  const forms = useWizardForms()
  const [jobs, setJobs] = useState<readonly Job[]>()
  const [step, setStep] = useState(0)
  const isDirty = Object.values(forms).some((form) => form.isDirty)
  const guard = useLeaveGuard(isDirty && jobs === undefined)
  const drafts = draftsOf(forms)
  return (
    <div style={LINES}>
      {jobs ? (
        <StatusScreen
          meshName={nameOf('mesh', drafts.mesh)}
          nodeName={nameOf('virtualNode', drafts.virtualNode)}
          jobs={jobs}
          onEdit={() => setJobs(undefined)}
        />
      ) : (
        <Steps forms={forms} step={step} onStep={setStep} onSubmit={() => setJobs(listJobs(drafts))} />
      )}
      {guard.dialog}
    </div>
  )
}

interface Steps {
  readonly forms: WizardForms
  readonly step: number
  readonly onStep: (step: number) => void
  readonly onSubmit: () => void
}

function Steps({ forms, step, onStep, onSubmit }: Steps) {
  const page = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const { data: meshes = [] } = useMeshes()
  /** Back is always possible; forward only once the step is in order. */
  const go = (next: number): void => {
    const broken = STEPS.slice(0, next)
      .flatMap(({ kinds }, index) => kinds.map((kind) => ({ index, state: forms[kind] })))
      .find(({ state }) => state.problems.length > 0)
    if (next > step && broken) {
      for (const kind of STEPS[broken.index]?.kinds ?? []) forms[kind].reveal()
      if (broken.index !== step) onStep(broken.index)
      return focusFirstProblem(page.current)
    }
    if (next === ROUTING_STEP && next > step) prefillRouting(forms)
    onStep(next)
  }
  const steps = [
    ...STEPS.map((each) => ({
      title: each.title,
      description: each.description,
      content: (
        <SpaceBetween size="l">
          {each === STEPS[0] && <ExistingMesh forms={forms} meshes={meshes} />}
          <StepContent step={each} forms={forms} />
        </SpaceBetween>
      ),
    })),
    { title: 'Review and create', content: <ReviewStep forms={forms} onEdit={onStep} /> },
  ]
  return (
    <div ref={page}>
      <Wizard
        steps={steps}
        activeStepIndex={step}
        submitButtonText="Create mesh"
        i18nStrings={TEXTS}
        onNavigate={({ detail }) => go(detail.requestedStepIndex)}
        onCancel={() => void navigate('/meshes')}
        onSubmit={onSubmit}
      />
    </div>
  )
}

const TEXTS = {
  stepNumberLabel: (step: number) => `Step ${step}`,
  collapsedStepsLabel: (step: number, count: number) => `Step ${step} of ${count}`,
  navigationAriaLabel: 'Steps',
  cancelButton: 'Cancel',
  previousButton: 'Previous',
  nextButton: 'Next',
  optional: 'optional',
}

/** What nobody has changed yet follows the node. */
function prefillRouting({ virtualNode, virtualRouter, route }: WizardForms): void {
  if (virtualRouter.hasOwnSpec) virtualRouter.rebase(suggestRouter(virtualRouter.draft, virtualNode.draft))
  if (route.hasOwnSpec) route.rebase(suggestRoute(route.draft, virtualNode.draft))
}
