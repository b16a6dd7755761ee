/** Passive health checks of a listener's endpoints. */
import { type Static } from 'typebox'
import { Duration } from './duration.js'
import { integer, long, shape } from './schema.js'

/** `maxServerErrors` consecutive 5xx answers eject an endpoint; checked every `interval`. */
export const OutlierDetection = shape('OutlierDetection', {
  baseEjectionDuration: Duration,
  interval: Duration,
  maxEjectionPercent: integer({ minimum: 0, maximum: 100 }),
  maxServerErrors: long({ minimum: 1 }),
})
export type OutlierDetection = Static<typeof OutlierDetection>
