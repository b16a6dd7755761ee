/** The map as a picture that stands alone: SVG of plain attributes, without styles, fonts or links to anywhere. */
import type { MapBox, MapGraph, MapLink } from './map-graph.js'
import { labelWidth, type MapLayout, type Place } from './map-layout.js'
import { buildLinkPath } from './map-link-path.js'
import type { BoxStatus } from './map-status.js'
import { KIND_TITLES, LINK_DASHES, type MapPalette } from './map-style.js'

export interface MapPicture {
  readonly title: string
  readonly graph: MapGraph
  readonly layout: MapLayout
  readonly statuses: ReadonlyMap<string, BoxStatus>
  /** Ids of the boxes to show. */
  readonly visible: ReadonlySet<string>
  readonly palette: MapPalette
}

export interface SvgImage {
  readonly svg: string
  readonly width: number
  readonly height: number
}

const MARGIN = 24
const FONT = 'font-family="Helvetica, Arial, sans-serif"'
/** Characters of 12 px that fit into a box. */
const FITTING = 29

/** The picture of what is visible. Escapes every name. */
export function buildMapSvg(picture: MapPicture): SvgImage {
  const { graph, layout, visible, palette, title } = picture
  const boxes = graph.boxes.filter(({ id }) => visible.has(id))
  const links = graph.links.filter(({ from, to }) => visible.has(from) && visible.has(to))
  const { x, y, width, height } = frameOf(boxes.flatMap(({ id }) => layout.places.get(id) ?? []))
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${width} ${height}" width="${width}" height="${height}" ${FONT}>`,
    `<title>${escapeXml(title)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${palette.page}"/>`,
    ...links.map((link) => drawLink(link, picture)),
    ...boxes.map((box) => drawBox(box, picture)),
    '</svg>',
  ]
  return { svg: svg.join('\n'), width, height }
}

/** Text that means nothing to XML; what XML cannot hold at all is left out. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '').replace(NOT_XML, '')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const NOT_XML = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

function frameOf(places: readonly Place[]): Place {
  if (places.length === 0) return { x: 0, y: 0, width: 2 * MARGIN, height: 2 * MARGIN }
  const x = Math.min(...places.map((place) => place.x)) - MARGIN
  const y = Math.min(...places.map((place) => place.y)) - MARGIN
  const right = Math.max(...places.map((place) => place.x + place.width)) + MARGIN
  const bottom = Math.max(...places.map((place) => place.y + place.height)) + MARGIN
  return { x, y, width: right - x, height: bottom - y }
}

function drawLink({ id, from, to, kind, label }: MapLink, { layout, palette }: MapPicture): string {
  const [start, end] = [layout.places.get(from), layout.places.get(to)]
  if (!start || !end) return ''
  const { d, middle } = buildLinkPath(start, end, layout.bends.get(id))
  const dash = LINK_DASHES[kind]
  const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash}"`
  const line = `<path d="${d}" fill="none" stroke="${palette.links[kind]}" stroke-width="1.5"${dashes}/>`
  return label === undefined ? line : `${line}${drawLabel(label, middle, palette)}`
}

function drawLabel(label: string, { x, y }: { x: number; y: number }, palette: MapPalette): string {
  const width = labelWidth(label)
  return (
    `<rect x="${round(x - width / 2)}" y="${round(y - 9)}" width="${round(width)}" height="18" rx="4" fill="${palette.page}"/>` +
    drawText(label, { x, y: y + 4, fill: palette.quiet, size: 11, anchor: 'middle' })
  )
}

function drawBox(box: MapBox, { layout, statuses, palette }: MapPicture): string {
  const place = layout.places.get(box.id)
  if (!place) return ''
  const { x, y, width, height } = place
  const colour = palette.kinds[box.kind]
  const status = statuses.get(box.id)
  const dash = box.missing ? ' stroke-dasharray="5 4"' : ''
  const title = `${KIND_TITLES[box.kind]}${box.parentName === undefined ? '' : ` of ${box.parentName}`}`
  const lock = box.tls === undefined || box.tls === 'DISABLED' ? '' : ` · TLS ${box.tls.toLowerCase()}`
  const left = x + 14
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${palette.box}" stroke="${palette.border}"${dash}/>`,
    `<rect x="${x}" y="${y + 6}" width="4" height="${height - 12}" rx="2" fill="${colour}"/>`,
    drawText(fit(title + lock, FITTING), { x: left, y: y + 18, fill: colour, size: 11 }),
    drawText(fit(box.name, FITTING - 4), { x: left, y: y + 35, fill: palette.text, size: 13, bold: true }),
    drawText(fit(box.details.join(' · '), FITTING), { x: left, y: y + 52, fill: palette.quiet, size: 11 }),
    ...(status ? drawStatus(status, { x: left, y: y + 69 }, box, palette) : []),
    ...drawBadges(status, place, palette),
  ].join('')
}

function drawStatus({ envoys, endpoints }: BoxStatus, at: { x: number; y: number }, box: MapBox, palette: MapPalette) {
  const told = [envoys, endpoints].flatMap((text) => text ?? []).join(' · ')
  return told === '' || box.kind === 'external' ? [] : [drawText(told, { ...at, fill: palette.quiet, size: 11 })]
}

/** Side by side over the upper border. */
function drawBadges(status: BoxStatus | undefined, { x, y, width }: Place, palette: MapPalette): string[] {
  let right = x + width - 8
  return (status?.badges ?? []).map(({ text, severity }) => {
    const size = text.length * 5.8 + 10
    const { fill, text: ink } = palette.severities[severity]
    const left = right - size
    right = left - 4
    return (
      `<rect x="${round(left)}" y="${y - 8}" width="${round(size)}" height="16" rx="8" fill="${fill}"/>` +
      drawText(text, { x: left + size / 2, y: y + 4, fill: ink, size: 10, anchor: 'middle' })
    )
  })
}

interface Ink {
  readonly x: number
  readonly y: number
  readonly fill: string
  readonly size: number
  readonly bold?: boolean
  readonly anchor?: 'middle'
}

function drawText(text: string, { x, y, fill, size, bold, anchor }: Ink): string {
  const weight = bold ? ' font-weight="bold"' : ''
  const align = anchor ? ` text-anchor="${anchor}"` : ''
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}"${weight}${align}>${escapeXml(text)}</text>`
}

function fit(text: string, length: number): string {
  const characters = Array.from(text)
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
