/** The line of a link between two boxes: the same on the screen and in exported pictures. */
import type { Place, Point } from './map-layout.js'

export interface LinkPath {
  /** Path data of SVG. */
  readonly d: string
  /** Where its label stands. */
  readonly middle: Point
}

/** Leaves and arrives level, on the sides of the boxes that face each other. */
export function buildLinkPath(from: Place, to: Place, bends: readonly Point[] = []): LinkPath {
  const forwards = to.x >= from.x + from.width / 2
  const start = { x: forwards ? from.x + from.width : from.x, y: from.y + from.height / 2 }
  const end = { x: forwards ? to.x : to.x + to.width, y: to.y + to.height / 2 }
  const points = [start, ...bends.filter(({ x }) => isBetween(x, start.x, end.x)), end]
  const curves = points.slice(1).map((point, index) => buildCurve(points[index] ?? start, point))
  return { d: `M${format(start)} ${curves.join(' ')}`, middle: middleOf(points) }
}

function buildCurve(from: Point, to: Point): string {
  const bend = (from.x + to.x) / 2
  return `C${format({ x: bend, y: from.y })} ${format({ x: bend, y: to.y })} ${format(to)}`
}

/** The middle of the piece in the middle; a curve between two points goes through the middle of the straight line. */
function middleOf(points: readonly Point[]): Point {
  const at = Math.floor((points.length - 1) / 2)
  const [a, b] = [points[at], points[points.length % 2 === 0 ? at + 1 : at]]
  return { x: ((a?.x ?? 0) + (b?.x ?? 0)) / 2, y: ((a?.y ?? 0) + (b?.y ?? 0)) / 2 }
}

function isBetween(x: number, a: number, b: number): boolean {
  return x > Math.min(a, b) && x < Math.max(a, b)
}

function format({ x, y }: Point): string {
  return `${Math.round(x)},${Math.round(y)}`
}
