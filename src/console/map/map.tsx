/** The mesh map: who calls whom, and how everything is, as a picture and as a table. */
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useCallback, useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { MeshResources } from '../access/management.js'
import type { MeshPlace } from '../access/place.js'
import { useResources, useStatus } from '../access/queries.js'
import type { MapGraph } from '../data/map-graph.js'
import { buildMapRows } from '../data/map-table.js'
import { meshPath } from '../data/paths.js'
import { PageButton } from '../frame/button.js'
import { useModes } from '../frame/modes.js'
import { useNotify } from '../frame/notify.js'
import { useSplitPanel } from '../frame/panel.js'
import { useMeshPlace } from '../frame/place.js'
import { describeError, EmptyState, LoadFailure, PageLoading } from '../frame/states.js'
import { Canvas } from './canvas.js'
import { ExportButton, MapControls } from './controls.js'
import { exportMap, type PictureFormat } from './export.js'
import { Legend } from './legend.js'
import { chooseBackends, useMapGraph, useMapModel, type MapModel, type MapView } from './model.js'
import { paletteOf } from './palette.js'
import { MapPanel } from './panel.js'
import { MapTable } from './table.js'

export function Component() {
  const mesh = useMeshPlace()
  const { data, error, refetch } = useResources(mesh)
  if (data) return <MapPage key={`${mesh.meshName}@${mesh.meshOwner ?? ''}`} mesh={mesh} resources={data} />
  if (error) return <LoadFailure what="the mesh" error={error} onRetry={() => void refetch()} />
  return <PageLoading />
}

interface MapPageProps {
  readonly mesh: MeshPlace
  readonly resources: MeshResources
}

function MapPage({ mesh, resources }: MapPageProps) {
  const { isDark } = useModes()
  const status = useStatus(mesh)
  const graph = useMapGraph(resources)
  const [view, change] = useMapView(graph)
  const model = useMapModel(graph, status.data, view, paletteOf(isDark))
  const select = useCallback((selected: string | undefined) => change({ selected }), [change])
  usePanel(mesh, resources, model, view, change)
  const [tab, setTab] = useTab()
  const onExport = useExport(mesh, model)
  const isEmpty = graph.boxes.length === 0
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="Where traffic goes in this mesh, and how its Envoys are."
          actions={!isEmpty && <ExportButton onExport={onExport} />}
        >
          Mesh map
        </Header>
      }
    >
      {isEmpty ? (
        <Nothing mesh={mesh} />
      ) : (
        <Container>
          <SpaceBetween size="m">
            <MapControls model={model} view={view} onChange={change} />
            <Tabs
              activeTabId={tab}
              onChange={({ detail }) => setTab(detail.activeTabId)}
              ariaLabel="Picture or table"
              tabs={[
                {
                  id: 'picture',
                  label: 'Picture',
                  content: <Picture model={model} isDark={isDark} selected={view.selected} onSelect={select} />,
                },
                {
                  id: 'table',
                  label: 'Table',
                  content: <MapTable model={model} selected={view.selected} onSelect={select} />,
                },
              ]}
            />
          </SpaceBetween>
        </Container>
      )}
    </ContentLayout>
  )
}

interface PictureProps {
  readonly model: MapModel
  readonly isDark: boolean
  readonly selected: string | undefined
  readonly onSelect: (id: string | undefined) => void
}

function Picture({ model, isDark, selected, onSelect }: PictureProps) {
  return (
    <SpaceBetween size="s">
      <Canvas key={model.layout.arrangement} model={model} isDark={isDark} selected={selected} onSelect={onSelect} />
      <Legend graph={model.graph} palette={model.palette} />
    </SpaceBetween>
  )
}

function Nothing({ mesh }: { readonly mesh: MeshPlace }) {
  return (
    <Container>
      <EmptyState
        title="Nothing to draw yet"
        action={<PageButton to={meshPath(mesh, 'virtual-nodes', 'create')}>Create virtual node</PageButton>}
      >
        The map shows virtual gateways, services, routers, routes and nodes as soon as the mesh has some.
      </EmptyState>
    </Container>
  )
}

/** What is selected stands in the address, so that it can be passed on. */
function useMapView(graph: MapGraph): [MapView, (change: Partial<MapView>) => void] {
  const [params, setParams] = useSearchParams()
  const [view, setView] = useState<Omit<MapView, 'selected'>>(() => ({
    find: '',
    hide: '',
    arrangement: 'traffic',
    backends: chooseBackends(graph),
    around: undefined,
  }))
  const selected = params.get('selected') ?? undefined
  const change = useCallback(
    ({ selected: chosen, ...others }: Partial<MapView>) => {
      setView((before) => ({ ...before, ...others }))
      if (Object.keys(others).length > 0) return
      setParams((before) => withParam(before, 'selected', chosen), { replace: true })
    },
    [setParams],
  )
  return useMemo(() => [{ ...view, selected }, change], [view, selected, change])
}

function useTab(): [string, (tab: string) => void] {
  const [params, setParams] = useSearchParams()
  const show = (tab: string): void =>
    setParams((before) => withParam(before, 'view', tab === 'table' ? tab : undefined), { replace: true })
  return [params.get('view') === 'table' ? 'table' : 'picture', show]
}

function withParam(params: URLSearchParams, name: string, value: string | undefined): URLSearchParams {
  const next = new URLSearchParams(params)
  if (value === undefined) next.delete(name)
  else next.set(name, value)
  return next
}

function usePanel(
  mesh: MeshPlace,
  { resources }: MeshResources,
  { graph, statuses }: MapModel,
  { selected, around }: MapView,
  change: (change: Partial<MapView>) => void,
): void {
  const row = useMemo(() => {
    if (selected === undefined) return undefined
    const everything = new Set(graph.boxes.map(({ id }) => id))
    return buildMapRows(graph, statuses, everything).find(({ id }) => id === selected)
  }, [graph, statuses, selected])
  const { meshName, meshOwner } = mesh
  const panel = useMemo(() => {
    if (!row) return undefined
    const content = (
      <MapPanel
        mesh={{ meshName, meshOwner }}
        row={row}
        resources={resources}
        isAlone={around === row.id}
        onSelect={(id) => change({ selected: id })}
        onAlone={(isAlone) => change({ around: isAlone ? row.id : undefined })}
      />
    )
    return {
      content,
      isOpen: true,
      onToggle: (isOpen: boolean) => (isOpen ? undefined : change({ selected: undefined })),
    }
  }, [row, resources, meshName, meshOwner, around, change])
  useSplitPanel(panel)
}

function useExport(mesh: MeshPlace, model: MapModel): (format: PictureFormat) => void {
  const notify = useNotify()
  return useCallback(
    (format) => {
      const name = `${mesh.meshName}-map`
      const title = `Mesh map of ${mesh.meshName}`
      const { graph, layout, statuses, visible, palette, links } = model
      exportMap({ title, graph: { ...graph, links }, layout, statuses, visible, palette }, format, name).catch(
        (error: unknown) =>
          notify({ type: 'error', header: 'The map was not exported', content: describeError(error) }),
      )
    },
    [mesh.meshName, model, notify],
  )
}
