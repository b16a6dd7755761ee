/** The last step: everything that is going to be created, with a way back to each part. */
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { reviewForm } from '../data/form/review.js'
import { nameOf, type WizardKind } from '../data/wizard/plan.js'
import { STEPS } from './steps.js'
import type { WizardForms } from './use-wizard.js'

interface Review {
  readonly forms: WizardForms
  readonly onEdit: (step: number) => void
}

export function ReviewStep({ forms, onEdit }: Review) {
  return (
    <SpaceBetween size="l">
      {STEPS.map(({ title, kinds }, index) => (
        <SpaceBetween key={title} size="xs">
          <Header
            variant="h3"
            actions={
              <Button formAction="none" ariaLabel={`Edit step ${index + 1}`} onClick={() => onEdit(index)}>
                Edit
              </Button>
            }
          >
            Step {index + 1}: {title}
          </Header>
          {kinds.map((kind) => (
            <Reviewed key={kind} kind={kind} forms={forms} />
          ))}
        </SpaceBetween>
      ))}
    </SpaceBetween>
  )
}

function Reviewed({ kind, forms }: { readonly kind: WizardKind; readonly forms: WizardForms }) {
  const { form, draft } = forms[kind]
  const entries = [
    ...reviewForm(form, draft),
    ...(kind === 'virtualService' ? [{ path: 'spec.provider', ...providerOf(forms) }] : []),
  ]
  const noun = form.noun.charAt(0).toUpperCase() + form.noun.slice(1)
  return (
    <Container header={<Header variant="h2">{noun}</Header>}>
      <KeyValuePairs
        columns={3}
        items={entries.map(({ label, value }) => ({
          label,
          value: value === '' ? <Box color="text-status-inactive">empty</Box> : value,
        }))}
      />
    </Container>
  )
}

function providerOf({ virtualRouter }: WizardForms): { label: string; value: string } {
  return { label: 'Provider', value: `Virtual router ${nameOf('virtualRouter', virtualRouter.draft)}` }
}
