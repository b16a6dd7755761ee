/** All lines of the map as one drawing below its boxes: a mesh of hundreds of services has a thousand of them. */
import { memo } from 'react'
import type { MapLink } from '../data/map-graph.js'
import { buildLinkPath } from '../data/map-link-path.js'
import { labelWidth, type MapLayout } from '../data/map-layout.js'
import { LINK_DASHES, type MapPalette } from '../data/map-style.js'

interface LinksProps {
  readonly links: readonly MapLink[]
  readonly layout: MapLayout
  readonly palette: MapPalette
  /** Ends of the links to bring out; undefined for all alike. */
  readonly lit: ReadonlySet<string> | undefined
}

/** Screen readers are told of links by the table and by the panel. */
export const Links = memo(function Links({ links, layout, palette, lit }: LinksProps) {
  return (
    <svg className="map-links" width={layout.width} height={layout.height} aria-hidden="true">
      {links.map((link) => (
        <Line key={link.id} link={link} layout={layout} palette={palette} mark={markOf(link, lit)} />
      ))}
    </svg>
  )
})

type Mark = 'lit' | 'dim' | undefined

interface LineProps {
  readonly link: MapLink
  readonly layout: MapLayout
  readonly palette: MapPalette
  readonly mark: Mark
}

const Line = memo(function Line({ link: { id, from, to, kind, label }, layout, palette, mark }: LineProps) {
  const [start, end] = [layout.places.get(from), layout.places.get(to)]
  if (!start || !end) return null
  const { d, middle } = buildLinkPath(start, end, layout.bends.get(id))
  const width = labelWidth(label ?? '')
  return (
    <g className={mark} data-link={id}>
      <path d={d} stroke={palette.links[kind]} strokeDasharray={LINK_DASHES[kind]} />
      {label !== undefined && (
        <>
          <rect x={middle.x - width / 2} y={middle.y - 9} width={width} height={18} rx={4} />
          <text x={middle.x} y={middle.y + 4}>
            {label}
          </text>
        </>
      )}
    </g>
  )
})

function markOf({ from, to }: MapLink, lit: ReadonlySet<string> | undefined): Mark {
  if (!lit) return undefined
  return lit.has(from) && lit.has(to) ? 'lit' : 'dim'
}
