/** After the wizard: what has been created, what is left to do, and how the first Envoy is started. */
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { useEffect, useRef } from 'react'
import { useBootstrap } from '../access/queries.js'
import { meshPath } from '../data/paths.js'
import { KIND_TEXTS } from '../data/kind-texts.js'
import { bootstrapCommand } from '../data/wizard/command.js'
import type { Job } from '../data/wizard/plan.js'
import { PageButton } from '../frame/button.js'
import { useCreation, type JobState, type JobStatus } from './use-creation.js'

interface Status {
  readonly meshName: string
  readonly nodeName: string
  readonly jobs: readonly Job[]
  readonly onEdit: () => void
}

export function StatusScreen({ meshName, nodeName, jobs, onEdit }: Status) {
  const creation = useCreation(meshName, jobs)
  const isStarted = useRef(false)
  const { run, isRunning, isDone, statuses } = creation
  useEffect(() => {
    if (isStarted.current) return
    isStarted.current = true
    void run()
  }, [run])
  const hasFailed = !isRunning && !isDone && statuses.some(({ state }) => state === 'failed')
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        actions={
          isDone && (
            <PageButton variant="primary" to={meshPath({ meshName })}>
              View mesh
            </PageButton>
          )
        }
      >
        Create mesh {meshName}
      </Header>
      {hasFailed && (
        <Alert
          type="error"
          header="Not everything could be created"
          action={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={onEdit}>Back to review</Button>
              <Button onClick={() => void run()}>Try again</Button>
            </SpaceBetween>
          }
        >
          What has been created stays. Trying again goes on with what is missing.
        </Alert>
      )}
      <Container header={<Header variant="h2">Status</Header>}>
        <SpaceBetween size="s">
          {jobs.map((job, index) => (
            <JobLine key={`${job.kind} ${job.name}`} job={job} status={statuses[index]} />
          ))}
        </SpaceBetween>
      </Container>
      {isDone && <FirstEnvoy meshName={meshName} nodeName={nodeName} />}
    </SpaceBetween>
  )
}

const STATES: Readonly<Record<JobState, { readonly type: StatusIndicatorProps.Type; readonly text: string }>> = {
  waiting: { type: 'pending', text: 'Waiting' },
  creating: { type: 'in-progress', text: 'Creating' },
  created: { type: 'success', text: 'Created' },
  kept: { type: 'info', text: 'Existed already and is kept' },
  failed: { type: 'error', text: 'Failed' },
}

function JobLine({
  job,
  status = { state: 'waiting' },
}: {
  readonly job: Job
  readonly status: JobStatus | undefined
}) {
  const { type, text } = STATES[status.state]
  return (
    <div className="form-row">
      <Box>
        {KIND_TEXTS[job.kind].one} <b>{job.name}</b>
      </Box>
      <StatusIndicator type={type}>{status.reason === undefined ? text : `${text}: ${status.reason}`}</StatusIndicator>
    </div>
  )
}

function FirstEnvoy({ meshName, nodeName }: { readonly meshName: string; readonly nodeName: string }) {
  const { data } = useBootstrap({ kind: 'virtualNode', meshName, name: nodeName }, 'stock')
  const fallback = { APPMESH_RESOURCE_ARN: `mesh/${meshName}/virtualNode/${nodeName}` }
  const command = bootstrapCommand(data?.environment ?? fallback)
  return (
    <Container
      header={
        <Header variant="h2" description="Run this beside a task of the virtual node, then start Envoy with the file.">
          Connect the first Envoy
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Command name="the bootstrap command" text={command} />
        <Command name="the start command" text="envoy -c envoy.yaml" />
      </SpaceBetween>
    </Container>
  )
}

function Command({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <SpaceBetween size="xs">
      <Box variant="pre">
        <span data-command={name}>{text}</span>
      </Box>
      <CopyToClipboard
        copyButtonText="Copy"
        copyButtonAriaLabel={`Copy ${name}`}
        copyErrorText="Could not be copied"
        copySuccessText="Copied"
        textToCopy={text}
      />
    </SpaceBetween>
  )
}
