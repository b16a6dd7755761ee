/** The other ends of the links of one box, as words: `Virtual node cart (75%)`. */
import Link from '@cloudscape-design/components/link'
import type { LinkKind } from '../data/map-graph.js'
import type { LinkEnd } from '../data/map-table.js'
import { KIND_TITLES } from '../data/map-style.js'

/** Plain traffic needs no word. */
const REMARKS: Readonly<Record<LinkKind, string | undefined>> = {
  traffic: undefined,
  backend: 'backend',
  discovery: 'endpoints',
  egress: 'egress',
}

interface LinkEndsProps {
  readonly ends: readonly LinkEnd[]
  readonly onSelect: (id: string) => void
}

export function LinkEnds({ ends, onSelect }: LinkEndsProps) {
  if (ends.length === 0) return <>-</>
  return (
    <ul className="map-list">
      {ends.map((end) => (
        <li key={end.link.id} data-link={end.link.id}>
          <Link onFollow={() => onSelect(end.box.id)}>{formatEnd(end)}</Link>
          {remarkOf(end)}
        </li>
      ))}
    </ul>
  )
}

/** The text of an end, for sorting and searching too. */
export function formatEnd({ box }: LinkEnd): string {
  return `${KIND_TITLES[box.kind]} ${box.name}`
}

function remarkOf({ kind, label }: LinkEnd): string {
  const remarks = [REMARKS[kind], label].filter((text) => text !== undefined)
  return remarks.length === 0 ? '' : ` (${remarks.join(', ')})`
}
