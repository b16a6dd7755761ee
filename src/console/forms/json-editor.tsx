/** The request of a form as JSON, to read and to edit. Valid JSON goes into the form at once; anything else stays here until it is mended. */
import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { formatProblem } from '../../model/problem.js'
import { isRecord } from '../../model/prune.js'
import { fromDraft, toDraft } from '../data/draft.js'
import { unknownMembers } from '../data/form/unknown.js'
import type { FormState } from './use-form.js'

interface JsonEditor {
  readonly state: FormState
  /** Told whether the text can be sent. */
  readonly onParsed: (isValid: boolean) => void
}

const LINES = 24

export function JsonEditor({ state, onParsed }: JsonEditor) {
  const { schema, draft, problems, replace } = state
  const [text, setText] = useState(() => JSON.stringify(fromDraft(schema, draft), null, 2))
  const [fault, setFault] = useState('')
  const change = (next: string): void => {
    setText(next)
    const parsed = parse(next)
    setFault(typeof parsed === 'string' ? parsed : '')
    onParsed(typeof parsed !== 'string')
    if (typeof parsed !== 'string') replace(toDraft(schema, parsed))
  }
  const unknown = unknownMembers(schema, fromDraft(schema, draft))
  return (
    <Container header={<Header variant="h2">JSON</Header>}>
      <SpaceBetween size="m">
        <FormField
          label="Request as JSON"
          description="As the App Mesh API takes it. The form shows the same."
          errorText={fault}
          stretch
        >
          <div className="form-json">
            <Textarea
              value={text}
              rows={LINES}
              spellcheck={false}
              invalid={fault !== ''}
              onChange={({ detail }) => change(detail.value)}
            />
          </div>
        </FormField>
        {fault === '' && problems.length > 0 && (
          <Alert type="error" header="App Mesh would not take this">
            <ul>
              {problems.map((problem) => (
                <li key={formatProblem(problem)}>{formatProblem(problem)}</li>
              ))}
            </ul>
          </Alert>
        )}
        {fault === '' && unknown.length > 0 && (
          <Alert type="warning" header="App Mesh does not know these members and leaves them out">
            {unknown.join(', ')}
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  )
}

/** The record that `text` says, or what is wrong with it. */
function parse(text: string): Readonly<Record<string, unknown>> | string {
  try {
    const parsed: unknown = JSON.parse(text)
    return isRecord(parsed) ? parsed : 'A request is a JSON object.'
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`
  }
}
