/** Passive health checks of a listener's endpoints. */
import Type, { type Static } from 'typebox'
import { Duration } from './duration.js'
import { integer, long } from './number.js'

/** `maxServerErrors` consecutive 5xx answers eject an endpoint; checked every `interval`. */
export const OutlierDetection = Type.Object({
  baseEjectionDuration: Duration,
  interval: Duration,
  maxEjectionPercent: integer({ minimum: 0, maximum: 100 }),
  maxServerErrors: long({ minimum: 1 }),
})
export type OutlierDetection = Static<typeof OutlierDetection>
