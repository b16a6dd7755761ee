/** What the colours and lines of the map mean. */
import { BOX_KINDS, type LinkKind, type MapGraph } from '../data/map-graph.js'
import { KIND_TITLES, LINK_DASHES, LINK_TITLES, type MapPalette } from '../data/map-style.js'
import { kindVariable } from './palette.js'

const LINK_KINDS: readonly LinkKind[] = ['traffic', 'backend', 'discovery', 'egress']

/** Only what the map has. */
export function Legend({ graph, palette }: { readonly graph: MapGraph; readonly palette: MapPalette }) {
  const kinds = new Set(graph.boxes.map(({ kind }) => kind))
  const links = new Set(graph.links.map(({ kind }) => kind))
  return (
    <ul className="map-legend" aria-label="Legend">
      {BOX_KINDS.filter((kind) => kinds.has(kind)).map((kind) => (
        <li key={kind}>
          <span className="map-legend-kind" style={kindVariable(palette, kind)} />
          {KIND_TITLES[kind]}
        </li>
      ))}
      {LINK_KINDS.filter((kind) => links.has(kind)).map((kind) => (
        <li key={kind}>
          <svg className="map-legend-line" width="32" height="4" aria-hidden="true">
            <path d="M0,2 H32" stroke={palette.links[kind]} strokeWidth="2" strokeDasharray={LINK_DASHES[kind]} />
          </svg>
          {LINK_TITLES[kind]}
        </li>
      ))}
    </ul>
  )
}
