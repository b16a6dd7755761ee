/** What is selected on the map: its spec in short, how it is, and where to go from it. */
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import SplitPanel from '@cloudscape-design/components/split-panel'
import type { MeshPlace } from '../access/place.js'
import { findResource } from '../access/queries.js'
import type { MeshResource } from '../access/management.js'
import type { MapRow } from '../data/map-table.js'
import { KIND_TITLES } from '../data/map-style.js'
import { itemPath, meshPath } from '../data/paths.js'
import { PageLink } from '../frame/link.js'
import { Attention } from './attention.js'
import { LinkEnds } from './link-ends.js'

interface PanelProps {
  readonly mesh: MeshPlace
  readonly row: MapRow
  readonly resources: readonly MeshResource[]
  /** True while the map shows only what is connected with it. */
  readonly isAlone: boolean
  readonly onSelect: (id: string) => void
  readonly onAlone: (isAlone: boolean) => void
}

export function MapPanel({ mesh, row, resources, isAlone, onSelect, onAlone }: PanelProps) {
  const { box, leadsTo, reachedFrom } = row
  const resource =
    box.kind === 'external' || box.missing ? undefined : findResource(resources, box.kind, box.name, box.parentName)
  return (
    <SplitPanel header={`${KIND_TITLES[box.kind]} ${box.name}`} closeBehavior="hide" hidePreferencesButton>
      <SpaceBetween size="m">
        <Notices row={row} />
        <KeyValuePairs columns={1} items={describe(row, mesh, resource)} />
        <Ends title="Leads to" ends={leadsTo} onSelect={onSelect} />
        <Ends title="Reached from" ends={reachedFrom} onSelect={onSelect} />
        <Button onClick={() => onAlone(!isAlone)}>
          {isAlone ? 'Show the whole mesh' : 'Show only what is connected'}
        </Button>
        {resource && (
          <ExpandableSection headerText="Specification">
            <Box variant="pre">{JSON.stringify(resource.spec, null, 2)}</Box>
          </ExpandableSection>
        )}
      </SpaceBetween>
    </SplitPanel>
  )
}

function Notices({ row }: { readonly row: MapRow }) {
  const { box, attention } = row
  if (box.missing)
    return (
      <Alert type="error">
        This {KIND_TITLES[box.kind].toLowerCase()} is named in the mesh, but it does not exist.
      </Alert>
    )
  return attention.length === 0 ? null : (
    <Alert type="warning" header="Needs attention">
      <Attention texts={attention} />
    </Alert>
  )
}

function describe(
  { box, details, envoys, endpoints, tls }: MapRow,
  mesh: MeshPlace,
  resource: MeshResource | undefined,
): KeyValuePairsProps.Item[] {
  const runsEnvoys = box.kind === 'virtualNode' || box.kind === 'virtualGateway'
  return [
    ...(resource ? [{ label: 'Details', value: <ResourceLink mesh={mesh} resource={resource} /> }] : []),
    ...(box.parentName === undefined ? [] : [{ label: 'Of', value: box.parentName }]),
    ...(details === '' ? [] : [{ label: 'Configuration', value: details }]),
    ...(tls ? [{ label: 'TLS of the strictest listener', value: tls }] : []),
    ...(runsEnvoys && resource
      ? [{ label: 'Envoys', value: <Envoys text={envoys} mesh={mesh} name={box.name} /> }]
      : []),
    ...(endpoints === '' ? [] : [{ label: 'Endpoints', value: endpoints.replace(' endpoints', ' healthy') }]),
    ...(resource ? [{ label: 'Version', value: String(resource.version) }] : []),
  ]
}

function ResourceLink({ mesh, resource }: { readonly mesh: MeshPlace; readonly resource: MeshResource }) {
  const { kind, name, parentName } = resource
  return <PageLink to={itemPath({ ...mesh, kind, name, parentName })}>Open {name}</PageLink>
}

function Envoys({ text, mesh, name }: { readonly text: string; readonly mesh: MeshPlace; readonly name: string }) {
  const path = meshPath(mesh, 'proxies')
  const query = `${path.includes('?') ? '&' : '?'}node=${encodeURIComponent(name)}`
  return (
    <>
      {text || 'none expected'} · <PageLink to={path + query}>Proxies</PageLink>
    </>
  )
}

interface EndsProps {
  readonly title: string
  readonly ends: MapRow['leadsTo']
  readonly onSelect: (id: string) => void
}

function Ends({ title, ends, onSelect }: EndsProps) {
  if (ends.length === 0) return null
  return (
    <div>
      <Box variant="h3">{title}</Box>
      <LinkEnds ends={ends} onSelect={onSelect} />
    </div>
  )
}
