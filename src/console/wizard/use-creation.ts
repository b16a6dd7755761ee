/** Creates the resources of the wizard one after the other, and goes on where it stopped: what exists already is kept. */
import { useMemo, useState } from 'react'
import type { SpecByKind } from '../../model/resource.js'
import { createResource } from '../access/api.js'
import { AccessError } from '../access/http.js'
import { useRefresh } from '../access/queries.js'
import { tokenSource, type TokenSource } from '../data/client-token.js'
import type { Job } from '../data/wizard/plan.js'
import { describeError } from '../frame/states.js'

export type JobState = 'waiting' | 'creating' | 'created' | 'kept' | 'failed'

export interface JobStatus {
  readonly state: JobState
  /** Why it failed. */
  readonly reason?: string
}

export interface Creation {
  readonly statuses: readonly JobStatus[]
  readonly isDone: boolean
  readonly isRunning: boolean
  readonly run: () => Promise<void>
}

const WAITING: JobStatus = { state: 'waiting' }

export function useCreation(meshName: string, jobs: readonly Job[]): Creation {
  const [statuses, setStatuses] = useState<readonly JobStatus[]>(() => jobs.map(() => WAITING))
  const [isRunning, setRunning] = useState(false)
  const tokens = useMemo(() => jobs.map(() => tokenSource((bytes) => crypto.getRandomValues(bytes))), [jobs])
  const refresh = useRefresh()
  const run = async (): Promise<void> => {
    setRunning(true)
    for (const [index, job] of jobs.entries()) {
      const token = tokens[index]
      if (!token || isThere(statuses[index])) continue
      const tell = (status: JobStatus): void => setStatuses((now) => now.with(index, status))
      tell({ state: 'creating' })
      const outcome = await create(meshName, job, token)
      tell(outcome)
      if (outcome.state === 'failed') break
    }
    await refresh()
    setRunning(false)
  }
  return { statuses, isRunning, isDone: statuses.every(isThere), run }
}

function isThere(status: JobStatus | undefined): boolean {
  return status?.state === 'created' || status?.state === 'kept'
}

async function create(meshName: string, job: Job, tokens: TokenSource): Promise<JobStatus> {
  const { kind, name, parentName, tags } = job
  const spec = job.spec as SpecByKind[typeof kind]
  try {
    await createResource({
      kind,
      meshName,
      name,
      parentName,
      spec,
      tags,
      clientToken: tokens.tokenFor([meshName, job]),
    })
    return { state: 'created' }
  } catch (error) {
    const isKept =
      error instanceof AccessError && error.code === 'ConflictException' && / already exists /.test(error.message)
    return isKept ? { state: 'kept' } : { state: 'failed', reason: describeError(error) }
  }
}
