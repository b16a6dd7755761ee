/** App Mesh's Duration. */
import Type, { type Static } from 'typebox'
import { long, shape } from './schema.js'

export const DurationUnit = Type.Enum(['s', 'ms'])
export type DurationUnit = Static<typeof DurationUnit>

/** Either member may be absent: clients drop zeroes, so a missing value is 0 (app-mesh-api.md section 7.5). */
export const Duration = shape('Duration', {
  unit: Type.Optional(DurationUnit),
  value: Type.Optional(long({ minimum: 0 })),
})
export type Duration = Static<typeof Duration>

/** A duration in milliseconds. */
export function durationMillis({ unit = 's', value = 0 }: Duration): number {
  return unit === 's' ? value * 1000 : value
}
