/** The map as rows of text: everything that the picture says, for whoever would rather read or hear it. */
import type { BoxKind, LinkKind, ListenerTls, MapBox, MapGraph, MapLink } from './map-graph.js'
import type { BoxStatus } from './map-status.js'

export interface MapRow {
  readonly id: string
  readonly box: MapBox
  readonly kind: BoxKind
  readonly name: string
  readonly details: string
  readonly leadsTo: readonly LinkEnd[]
  readonly reachedFrom: readonly LinkEnd[]
  readonly envoys: string
  readonly endpoints: string
  readonly tls: ListenerTls | undefined
  /** Badges and problems. */
  readonly attention: readonly string[]
}

export interface LinkEnd {
  readonly link: MapLink
  readonly box: MapBox
  readonly kind: LinkKind
  readonly label: string | undefined
}

/** One row for each visible box, in the order of the graph, with its links to visible boxes. */
export function buildMapRows(
  { boxes, links }: MapGraph,
  statuses: ReadonlyMap<string, BoxStatus>,
  visible: ReadonlySet<string>,
): MapRow[] {
  const byId = new Map(boxes.filter(({ id }) => visible.has(id)).map((box) => [box.id, box]))
  const ends = new Map<string, { leadsTo: LinkEnd[]; reachedFrom: LinkEnd[] }>()
  for (const id of byId.keys()) ends.set(id, { leadsTo: [], reachedFrom: [] })
  for (const link of links) {
    const [from, to] = [byId.get(link.from), byId.get(link.to)]
    if (!from || !to) continue
    const { kind, label } = link
    ends.get(from.id)?.leadsTo.push({ link, box: to, kind, label })
    ends.get(to.id)?.reachedFrom.push({ link, box: from, kind, label })
  }
  return [...byId.values()].map((box) => buildRow(box, statuses.get(box.id), ends.get(box.id)))
}

function buildRow(
  box: MapBox,
  status: BoxStatus | undefined,
  ends: { readonly leadsTo: readonly LinkEnd[]; readonly reachedFrom: readonly LinkEnd[] } | undefined,
): MapRow {
  const { id, kind, name, details, tls } = box
  return {
    id,
    box,
    kind,
    name: box.parentName === undefined ? name : `${box.parentName} / ${name}`,
    details: details.join(' · '),
    leadsTo: ends?.leadsTo ?? [],
    reachedFrom: ends?.reachedFrom ?? [],
    envoys: status?.envoys ?? '',
    endpoints: status?.endpoints ?? '',
    tls,
    attention: [...(status?.badges ?? []).map(({ text }) => text), ...(status?.problems ?? [])],
  }
}
