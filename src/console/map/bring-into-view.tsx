/** Keeps what is selected in sight: the panel that tells of it takes a part of the map. */
import { useReactFlow, useStore } from '@xyflow/react'
import { useEffect } from 'react'
import type { MapLayout } from '../data/map-layout.js'

/** Smaller than this a box that somebody chose cannot be read. */
const READABLE_ZOOM = 0.7
const MOVE_MILLIS = 200
/** Pixels that must stay free around it. */
const MARGIN = 16

export function BringIntoView({ id, layout }: { readonly id: string | undefined; readonly layout: MapLayout }) {
  const flow = useReactFlow()
  const paneWidth = useStore(({ width }) => width)
  const paneHeight = useStore(({ height }) => height)
  const place = id === undefined ? undefined : layout.places.get(id)
  useEffect(() => {
    if (!place || paneWidth === 0) return
    const { x, y, zoom } = flow.getViewport()
    const left = place.x * zoom + x
    const top = place.y * zoom + y
    const fitsAcross = left >= MARGIN && left + place.width * zoom <= paneWidth - MARGIN
    const fitsDown = top >= MARGIN && top + place.height * zoom <= paneHeight - MARGIN
    if (fitsAcross && fitsDown) return
    const middle = { x: place.x + place.width / 2, y: place.y + place.height / 2 }
    void flow.setCenter(middle.x, middle.y, { zoom: Math.max(zoom, READABLE_ZOOM), duration: MOVE_MILLIS })
  }, [flow, place, paneWidth, paneHeight])
  return null
}
