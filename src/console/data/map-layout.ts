/**
 * Where the boxes of the map stand: layers from left to right, the way that traffic goes. It follows from the graph alone, so that nothing
 * moves when a state changes, and the same mesh looks the same everywhere.
 */
import { Graph, layout } from '@dagrejs/dagre'
import { arrangeColumns } from './map-columns.js'
import { BOX_KINDS, type BoxKind, type MapGraph } from './map-graph.js'

export interface Place {
  /** Of the upper left corner. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface MapLayout {
  readonly arrangement: Arrangement
  readonly places: ReadonlyMap<string, Place>
  /** Where a link bends between its two ends, by its id; nothing for a link that goes straight. */
  readonly bends: ReadonlyMap<string, readonly Point[]>
  readonly width: number
  readonly height: number
}

/** `traffic`: layers by calls, from the gateways on. `columns`: one column for each kind. */
export type Arrangement = 'traffic' | 'columns'

export const BOX_WIDTH = 196
/** Fixed by kind, with room for what a status may add. */
const HEIGHTS: Readonly<Record<BoxKind, number>> = {
  virtualGateway: 92,
  gatewayRoute: 62,
  virtualService: 62,
  virtualRouter: 62,
  route: 62,
  virtualNode: 92,
  external: 62,
}
const ROW_GAP = 18
const LAYER_GAP = 44

/**
 * Layers by calls take dagre 0.5 s for 80 boxes with 120 links, and minutes for 800 (measured); nor can anybody read a picture as wide as that.
 */
const MOST_FOR_TRAFFIC = { boxes: 90, links: 140 }

export function canArrangeByTraffic({ boxes, links }: MapGraph): boolean {
  return boxes.length <= MOST_FOR_TRAFFIC.boxes && links.length <= MOST_FOR_TRAFFIC.links
}

/** The layout of `graph`; in columns where it is too large for the other. */
export function buildMapLayout(graph: MapGraph, wanted: Arrangement = 'traffic'): MapLayout {
  return wanted === 'traffic' && canArrangeByTraffic(graph) ? arrangeByTraffic(graph) : arrangeInColumns(graph)
}

export function boxHeight(kind: BoxKind): number {
  return HEIGHTS[kind]
}

function arrangeByTraffic({ boxes, links }: MapGraph): MapLayout {
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: ROW_GAP, edgesep: ROW_GAP, ranksep: LAYER_GAP, ranker: 'network-simplex' })
  for (const { id, kind } of boxes) graph.setNode(id, { width: BOX_WIDTH, height: HEIGHTS[kind] })
  for (const { id, from, to, kind, label } of links)
    graph.setEdge(from, to, { weight: kind === 'traffic' ? 3 : 1, ...labelSize(label) }, id)
  layout(graph)
  const places = new Map(
    boxes.map(({ id, kind }) => {
      const { x, y } = graph.node(id) as Point
      const height = HEIGHTS[kind]
      return [id, { x: Math.round(x - BOX_WIDTH / 2), y: Math.round(y - height / 2), width: BOX_WIDTH, height }]
    }),
  )
  const bends = new Map(
    links.map(({ id, from, to }) => {
      const { points = [] } = graph.edge(from, to, id) as { points?: Point[] }
      // The first and last are on the borders of the boxes, where our links have ends of their own.
      return [id, points.slice(1, -1).map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }))]
    }),
  )
  return measure({ arrangement: 'traffic', places, bends })
}

function arrangeInColumns(graph: MapGraph): MapLayout {
  const columns = BOX_KINDS.map((kind) => graph.boxes.filter((box) => box.kind === kind).map(({ id }) => id))
  const heights = new Map(graph.boxes.map(({ id, kind }) => [id, HEIGHTS[kind]]))
  const tops = arrangeColumns({
    columns: columns.filter((column) => column.length > 0),
    // Calls go back to the services, against the order of the columns.
    links: graph.links.filter(({ kind }) => kind !== 'backend'),
    heights,
    gap: ROW_GAP,
  })
  const places = new Map<string, Place>()
  let x = 0
  for (const column of columns) {
    if (column.length === 0) continue
    for (const id of column) places.set(id, { x, y: tops.get(id) ?? 0, width: BOX_WIDTH, height: heights.get(id) ?? 0 })
    x += BOX_WIDTH + LAYER_GAP + widestLabel(graph, new Set(column))
  }
  return measure({ arrangement: 'columns', places, bends: new Map() })
}

/** Pixels of the label of a link, as it is drawn. */
export function labelWidth(label: string): number {
  return Math.ceil(label.length * 6.2) + 8
}

const LABEL_HEIGHT = 18

function labelSize(label: string | undefined): { width?: number; height?: number; labelpos?: 'c' } {
  return label === undefined ? {} : { width: labelWidth(label), height: LABEL_HEIGHT, labelpos: 'c' }
}

/** Room for the labels of the links that begin in a column. */
function widestLabel({ links }: MapGraph, column: ReadonlySet<string>): number {
  const labels = links.flatMap(({ from, label }) =>
    label !== undefined && column.has(from) ? [labelWidth(label)] : [],
  )
  return Math.max(0, ...labels)
}

function measure(picture: Omit<MapLayout, 'width' | 'height'>): MapLayout {
  const places = [...picture.places.values()]
  const width = places.reduce((most, place) => Math.max(most, place.x + place.width), 0)
  const height = places.reduce((most, place) => Math.max(most, place.y + place.height), 0)
  return { ...picture, width, height }
}
