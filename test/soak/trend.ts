/** Where samples over time are heading. */
export interface Point {
  readonly minutes: number
  readonly value: number
}

/** By how much the value grows in a minute: least squares. 0 for fewer than two points. */
export function slopePerMinute(points: readonly Point[]): number {
  const mean = (read: (point: Point) => number) => points.reduce((sum, point) => sum + read(point), 0) / points.length
  const minutes = mean((point) => point.minutes)
  const value = mean((point) => point.value)
  const square = points.reduce((sum, point) => sum + (point.minutes - minutes) ** 2, 0)
  if (square === 0) return 0
  return points.reduce((sum, point) => sum + (point.minutes - minutes) * (point.value - value), 0) / square
}
