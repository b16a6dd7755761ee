/** One box of the map: what it is, its name, what matters of its spec, and how it is. */
import type { Node, NodeProps } from '@xyflow/react'
import { memo } from 'react'
import type { MapBox } from '../data/map-graph.js'
import type { BoxStatus } from '../data/map-status.js'
import { KIND_TITLES, type MapPalette } from '../data/map-style.js'
import { badgeVariables, kindVariable } from './palette.js'

export interface BoxData extends Record<string, unknown> {
  readonly box: MapBox
  readonly status: BoxStatus | undefined
  readonly palette: MapPalette
  readonly mark: 'found' | 'dim' | undefined
}

export type BoxNode = Node<BoxData, 'box'>

export const BoxView = memo(function BoxView({ data, selected }: NodeProps<BoxNode>) {
  const { box, status, palette, mark } = data
  const classes = [
    'map-box',
    ...(mark ? [`map-box-${mark}`] : []),
    ...(selected ? ['map-box-selected'] : []),
    ...(box.missing ? ['map-box-missing'] : []),
  ]
  const told = [status?.envoys, status?.endpoints].flatMap((text) => text ?? [])
  return (
    <div className={classes.join(' ')} style={kindVariable(palette, box.kind)} title={describeBox(box, status)}>
      <Badges status={status} palette={palette} />
      <div className="map-box-kind">
        {KIND_TITLES[box.kind]}
        {box.parentName !== undefined && ` of ${box.parentName}`}
        <Lock tls={box.tls} />
      </div>
      <div className="map-box-name">{box.name}</div>
      <div className="map-box-details">{box.details.join(' · ')}</div>
      {told.length > 0 && <div className="map-box-status">{told.join(' · ')}</div>}
    </div>
  )
})

/** Everything that a box says, as one sentence: its name for screen readers, and what a pointer that rests on it is told. */
export function describeBox(box: MapBox, status: BoxStatus | undefined): string {
  const title = KIND_TITLES[box.kind]
  const parts = [
    `${title} ${box.name}${box.parentName === undefined ? '' : ` of ${box.parentName}`}`,
    ...box.details,
    ...(box.tls ? [`TLS ${box.tls}`] : []),
    ...[status?.envoys, status?.endpoints].flatMap((text) => text ?? []),
    ...(status?.badges ?? []).map(({ text }) => text),
  ]
  return parts.join(', ')
}

function Badges({ status, palette }: { readonly status: BoxStatus | undefined; readonly palette: MapPalette }) {
  if (!status || status.badges.length === 0) return null
  return (
    <div className="map-badges">
      {status.badges.map(({ kind, text, severity }) => (
        <span key={kind} className="map-badge" style={badgeVariables(palette, severity)}>
          {text}
        </span>
      ))}
    </div>
  )
}

/** A lock for TLS that is demanded, a quieter one where plain text is taken too. */
function Lock({ tls }: { readonly tls: MapBox['tls'] }) {
  if (tls === undefined || tls === 'DISABLED') return null
  const isStrict = tls === 'STRICT'
  return (
    <span className={isStrict ? 'map-lock' : 'map-lock map-lock-permissive'}>
      <LockIcon /> {isStrict ? 'TLS' : 'TLS permissive'}
    </span>
  )
}

function LockIcon() {
  return (
    <svg width="9" height="11" viewBox="0 0 9 11" aria-hidden="true">
      <path d="M2 5V3a2.5 2.5 0 0 1 5 0v2" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <rect x="0.5" y="5" width="8" height="5.5" rx="1" fill="currentColor" />
    </svg>
  )
}
