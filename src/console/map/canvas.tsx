/** The picture of the map: boxes that can be looked at, moved across, zoomed and selected. */
import '@xyflow/react/dist/style.css'
import './map.css'
import {
  Controls,
  MiniMap,
  ReactFlow,
  ViewportPortal,
  type NodeChange,
  type NodeTypes,
  type ReactFlowInstance,
} from '@xyflow/react'
import { useCallback, useMemo, useState } from 'react'
import { findConnected } from '../data/map-find.js'
import type { MapModel } from './model.js'
import { BoxView, describeBox, type BoxNode } from './box.js'
import { BringIntoView } from './bring-into-view.js'
import { Links } from './links.js'
import { mapVariables } from './palette.js'

const NODE_TYPES: NodeTypes = { box: BoxView }
/** Below this nothing can be read: a larger mesh is shown from its upper left corner instead. */
const READABLE_ZOOM = 0.45
const MINIMAP_SIZE = { width: 150, height: 100 }
/** A mesh that is so much taller than wide is but a line there. */
const TALLEST_IN_MINIMAP = 5
const START = { x: 24, y: 32, zoom: 0.5 }

interface CanvasProps {
  readonly model: MapModel
  readonly isDark: boolean
  readonly selected: string | undefined
  readonly onSelect: (id: string | undefined) => void
}

export function Canvas({ model, isDark, selected, onSelect }: CanvasProps) {
  const { graph, layout, palette, links } = model
  const lit = useMemo(
    () => (selected === undefined ? undefined : findConnected(graph.links, selected)),
    [graph, selected],
  )
  const nodes = useNodes(model, selected, lit)
  const [isWhole, setWhole] = useState(true)
  const select = useCallback(
    (changes: NodeChange<BoxNode>[]) => {
      const choices = changes.filter((change) => change.type === 'select')
      const chosen = choices.find((change) => change.selected)
      if (chosen) onSelect(chosen.id)
      else if (choices.length > 0) onSelect(undefined)
    },
    [onSelect],
  )
  return (
    <div className="mesh-map" style={mapVariables(palette)} role="region" aria-label="Mesh map">
      <ReactFlow<BoxNode>
        nodes={nodes}
        nodeTypes={NODE_TYPES}
        onNodesChange={select}
        onPaneClick={() => onSelect(undefined)}
        onInit={(flow) => setWhole(show(flow, layout))}
        colorMode={isDark ? 'dark' : 'light'}
        nodesDraggable={false}
        nodesConnectable={false}
        deleteKeyCode={null}
        multiSelectionKeyCode={null}
        selectionKeyCode={null}
        onlyRenderVisibleElements
        minZoom={0.04}
        maxZoom={2}
        ariaLabelConfig={LABELS}
      >
        <ViewportPortal>
          <Links links={links} layout={layout} palette={palette} lit={lit} />
        </ViewportPortal>
        <BringIntoView id={selected} layout={layout} />
        <Controls showInteractive={false} fitViewOptions={{ padding: 0.08, maxZoom: 1 }} />
        {!isWhole && layout.height < layout.width * TALLEST_IN_MINIMAP && (
          <MiniMap<BoxNode>
            pannable
            zoomable
            style={MINIMAP_SIZE}
            nodeColor={({ data }) => palette.kinds[data.box.kind]}
            bgColor={palette.box}
            ariaLabel="Overview of the whole map"
          />
        )}
      </ReactFlow>
    </div>
  )
}

const LABELS = {
  'node.a11yDescription.default': 'Press Enter to see what it is, Escape to go back.',
  'controls.fitView.ariaLabel': 'Fit the whole map',
}

function useNodes(model: MapModel, selected: string | undefined, lit: ReadonlySet<string> | undefined): BoxNode[] {
  const { graph, layout, statuses, palette, visible, found } = model
  return useMemo(
    () =>
      graph.boxes.flatMap((box): BoxNode[] => {
        const place = layout.places.get(box.id)
        if (!place || !visible.has(box.id)) return []
        const { x, y, width, height } = place
        const status = statuses.get(box.id)
        const mark = found.has(box.id) ? 'found' : lit?.has(box.id) === false ? 'dim' : undefined
        return [
          {
            id: box.id,
            type: 'box',
            position: { x, y },
            width,
            height,
            measured: { width, height },
            selected: box.id === selected,
            data: { box, status, palette, mark },
            ariaLabel: describeBox(box, status),
          },
        ]
      }),
    [graph, layout, statuses, palette, visible, found, selected, lit],
  )
}

/** True when all of the mesh is in sight. */
function show(
  flow: ReactFlowInstance<BoxNode>,
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  const pane = document.querySelector('.mesh-map')?.getBoundingClientRect()
  const zoom = pane ? Math.min(pane.width / width, pane.height / height) : 1
  const isWhole = zoom >= READABLE_ZOOM
  if (isWhole) void flow.fitView({ padding: 0.08, maxZoom: 1 })
  else void flow.setViewport(START)
  return isWhole
}
