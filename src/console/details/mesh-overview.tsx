/** Figures of a mesh, its problems, and the Envoys that are not in sync. */
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Kind } from '../../model/resource.js'
import type { ProxyNodeStatus } from '../access/management.js'
import type { MeshPlace } from '../access/place.js'
import { useResources, useStatus } from '../access/queries.js'
import { KIND_TEXTS } from '../data/kind-texts.js'
import { countKinds, sumEnvoys } from '../data/mesh-figures.js'
import { listPath, meshPath, type ListedKind } from '../data/paths.js'
import { PageButton } from '../frame/button.js'
import { PageLink } from '../frame/link.js'
import { MeshProblems } from './mesh-problems.js'
import { OutOfSync } from './out-of-sync.js'

export function MeshOverview({ mesh }: { readonly mesh: MeshPlace }) {
  const status = useStatus(mesh)
  const nodes = status.data?.nodes
  return (
    <SpaceBetween size="l">
      <ResourceFigures mesh={mesh} />
      <EnvoyFigures mesh={mesh} nodes={nodes} />
      <MeshProblems mesh={mesh} nodes={nodes} />
      <OutOfSync mesh={mesh} />
    </SpaceBetween>
  )
}

const LISTED: readonly ListedKind[] = ['virtualService', 'virtualNode', 'virtualRouter', 'virtualGateway']
const INSIDE: readonly Kind[] = ['route', 'gatewayRoute']

function ResourceFigures({ mesh }: { readonly mesh: MeshPlace }) {
  const { data } = useResources(mesh)
  const counts = countKinds(data?.resources ?? [])
  return (
    <Container
      header={
        <Header variant="h2" actions={<PageButton to={meshPath(mesh, 'map')}>Open mesh map</PageButton>}>
          Resources
        </Header>
      }
    >
      <KeyValuePairs
        columns={4}
        minColumnWidth={130}
        items={[
          ...LISTED.map((kind) => ({
            label: KIND_TEXTS[kind].many,
            value: (
              <PageLink
                to={listPath(mesh, kind)}
                fontSize="display-l"
                ariaLabel={`${counts.get(kind) ?? 0} ${KIND_TEXTS[kind].many}`}
              >
                {counts.get(kind) ?? 0}
              </PageLink>
            ),
          })),
          ...INSIDE.map((kind) => ({
            label: KIND_TEXTS[kind].many,
            value: <Figure value={counts.get(kind) ?? 0} />,
          })),
        ]}
      />
    </Container>
  )
}

interface EnvoyFiguresProps {
  readonly mesh: MeshPlace
  readonly nodes: readonly ProxyNodeStatus[] | undefined
}

function EnvoyFigures({ mesh, nodes }: EnvoyFiguresProps) {
  const { connected, synced, stale, nacked } = sumEnvoys(nodes ?? [])
  const figures = [
    ['Connected', connected],
    ['In sync', synced],
    ['Out of sync', stale],
    ['Rejected', nacked],
  ] as const
  return (
    <Container
      header={
        <Header variant="h2" actions={<PageButton to={meshPath(mesh, 'proxies')}>View proxies</PageButton>}>
          Envoys
        </Header>
      }
    >
      <KeyValuePairs
        columns={4}
        minColumnWidth={130}
        items={figures.map(([label, value]) => ({ label, value: <Figure value={nodes ? value : undefined} /> }))}
      />
    </Container>
  )
}

function Figure({ value }: { readonly value: number | undefined }) {
  return (
    <Box fontSize="display-l" fontWeight="light">
      {value ?? '-'}
    </Box>
  )
}
