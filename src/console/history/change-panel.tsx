/** One change: what it was, and the difference that it made. */
import Badge from '@cloudscape-design/components/badge'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import SplitPanel from '@cloudscape-design/components/split-panel'
import type { Change } from '../access/management.js'
import { countLines, diffValues } from '../data/change-diff.js'
import { changedName, changedPath, comparedParts, kindTitle, verbOf, type ChangeVerb } from '../data/change-texts.js'
import { PageLink } from '../frame/link.js'
import { Diff, type DiffForm } from './diff.js'
import { formatTime } from './time.js'

interface ChangePanelProps {
  readonly change: Change
  readonly form: DiffForm
  readonly onForm: (form: DiffForm) => void
}

export function ChangePanel({ change, form, onForm }: ChangePanelProps) {
  const { revision, time, principal, operation, ref, arn } = change
  const { before, after } = comparedParts(change)
  const { added, removed } = countLines(diffValues(before, after))
  return (
    <SplitPanel
      header={`Revision ${revision}: ${operation} ${changedName(change)}`}
      hidePreferencesButton
      closeBehavior="hide"
    >
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={2}
          items={[
            { label: kindTitle(ref.kind), value: <ChangedLink change={change} /> },
            ...(ref.meshName === undefined ? [] : [{ label: 'Mesh', value: ref.meshName }]),
            { label: 'When', value: formatTime(time) },
            { label: 'By', value: principal },
            { label: 'ARN', value: arn },
            { label: 'Lines', value: `${added} added, ${removed} removed` },
          ]}
        />
        <SegmentedControl
          label="Form of the difference"
          selectedId={form}
          options={[
            { id: 'unified', text: 'One column' },
            { id: 'split', text: 'Side by side' },
          ]}
          onChange={({ detail }) => onForm(detail.selectedId === 'split' ? 'split' : 'unified')}
        />
        <Diff before={before} after={after} form={form} />
      </SpaceBetween>
    </SplitPanel>
  )
}

/** A link while it is there. */
export function ChangedLink({ change }: { readonly change: Change }) {
  const path = changedPath(change)
  const name = changedName(change)
  return path === undefined ? <>{name}</> : <PageLink to={path}>{name}</PageLink>
}

const COLOURS: Readonly<Record<ChangeVerb, 'green' | 'blue' | 'red' | 'grey'>> = {
  created: 'green',
  updated: 'blue',
  deleted: 'red',
  tagged: 'grey',
}

export function Verb({ change }: { readonly change: Change }) {
  const verb = verbOf(change)
  return <Badge color={COLOURS[verb]}>{verb}</Badge>
}
