/** What the map shows: the graph of a mesh, where it stands, how it is, and what of it is asked for. */
import { useMemo } from 'react'
import type { MeshResources, MeshStatus } from '../access/management.js'
import { parseFinder, selectVisible } from '../data/map-find.js'
import { buildMapGraph, type MapGraph, type MapLink, type MapResource } from '../data/map-graph.js'
import { buildMapLayout, type Arrangement, type MapLayout } from '../data/map-layout.js'
import { buildBoxStatuses, type BoxStatus } from '../data/map-status.js'
import type { MapPalette } from '../data/map-style.js'

export interface MapModel {
  readonly graph: MapGraph
  readonly layout: MapLayout
  readonly statuses: ReadonlyMap<string, BoxStatus>
  readonly palette: MapPalette
  readonly visible: ReadonlySet<string>
  /** What Find fits. */
  readonly found: ReadonlySet<string>
  /** Those to draw. */
  readonly links: readonly MapLink[]
  /** Why Find or Hide is no expression. */
  readonly problems: { readonly find: string | undefined; readonly hide: string | undefined }
}

/** Lines of backends: of everything, of what is selected, or none. */
export type Backends = 'all' | 'selected' | 'none'

export interface MapView {
  readonly find: string
  readonly hide: string
  readonly arrangement: Arrangement
  readonly backends: Backends
  /** Only what this box is connected with. */
  readonly around: string | undefined
  readonly selected: string | undefined
}

/** Above so many of them a picture of all backends is a tangle. */
const MOST_BACKENDS = 150

export function chooseBackends({ links }: MapGraph): Backends {
  return links.filter(({ kind }) => kind === 'backend').length > MOST_BACKENDS ? 'selected' : 'all'
}

export function useMapGraph(resources: MeshResources): MapGraph {
  return useMemo(() => buildMapGraph(resources.resources as readonly MapResource[]), [resources])
}

/** A status that comes anew changes neither graph nor layout. */
export function useMapModel(
  graph: MapGraph,
  status: MeshStatus | undefined,
  view: MapView,
  palette: MapPalette,
): MapModel {
  const { find, hide, arrangement, around } = view
  const layout = useMemo(() => buildMapLayout(graph, arrangement), [graph, arrangement])
  const statuses = useMemo(() => buildBoxStatuses(graph.boxes, status?.nodes), [graph, status])
  const finders = useMemo(() => ({ find: parseFinder(find), hide: parseFinder(hide) }), [find, hide])
  const visible = useMemo(
    () => selectVisible(graph, statuses, { hide: finders.hide, around }),
    [graph, statuses, finders, around],
  )
  const found = useMemo(() => {
    const boxes = graph.boxes.filter((box) => visible.has(box.id) && finders.find.matches(box, statuses.get(box.id)))
    return new Set(boxes.map(({ id }) => id))
  }, [graph, statuses, finders, visible])
  const links = useLinks(graph, visible, view)
  const problems = { find: finders.find.problem, hide: finders.hide.problem }
  return { graph, layout, statuses, palette, visible, found, links, problems }
}

function useLinks(graph: MapGraph, visible: ReadonlySet<string>, { backends, selected }: MapView): readonly MapLink[] {
  const chosen = backends === 'selected' ? selected : undefined
  return useMemo(
    () =>
      graph.links.filter(({ from, to, kind }) => {
        if (!visible.has(from) || !visible.has(to)) return false
        return kind !== 'backend' || backends === 'all' || (chosen !== undefined && (from === chosen || to === chosen))
      }),
    [graph, visible, backends, chosen],
  )
}
