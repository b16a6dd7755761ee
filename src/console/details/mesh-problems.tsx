/** What is wrong with a mesh, worst first. */
import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useMemo } from 'react'
import type { ProxyNodeStatus } from '../access/management.js'
import type { MeshPlace } from '../access/place.js'
import { KIND_TEXTS } from '../data/kind-texts.js'
import { listProblems, type MeshProblem } from '../data/mesh-figures.js'
import { itemPath } from '../data/paths.js'
import { PageLink } from '../frame/link.js'
import { EmptyState } from '../frame/states.js'

interface MeshProblemsProps {
  readonly mesh: MeshPlace
  readonly nodes: readonly ProxyNodeStatus[] | undefined
}

export function MeshProblems({ mesh, nodes }: MeshProblemsProps) {
  const problems = useMemo(() => listProblems(nodes ?? []), [nodes])
  return (
    <Table
      header={
        <Header variant="h2" {...(nodes && { counter: `(${problems.length})` })}>
          Problems
        </Header>
      }
      wrapLines
      loading={!nodes}
      loadingText="Loading problems"
      items={problems}
      trackBy={({ kind, name, text }) => `${kind}/${name}/${text}`}
      ariaLabels={{ tableLabel: 'Problems' }}
      empty={<EmptyState title="No problems" />}
      columnDefinitions={[
        { id: 'severity', header: 'Severity', width: 120, cell: ({ severity }) => <Severity severity={severity} /> },
        { id: 'kind', header: 'Kind', width: 150, cell: ({ kind }) => KIND_TEXTS[kind].one },
        {
          id: 'name',
          header: 'Name',
          width: 220,
          isRowHeader: true,
          cell: ({ kind, name }) => <PageLink to={itemPath({ ...placeOf(mesh), kind, name })}>{name}</PageLink>,
        },
        { id: 'text', header: 'Problem', cell: ({ text }) => text },
      ]}
    />
  )
}

function placeOf({ meshName, meshOwner }: MeshPlace): MeshPlace {
  return { meshName, meshOwner }
}

function Severity({ severity }: Pick<MeshProblem, 'severity'>) {
  return <StatusIndicator type={severity}>{severity === 'error' ? 'Error' : 'Warning'}</StatusIndicator>
}
