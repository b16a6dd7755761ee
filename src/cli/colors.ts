/** Colours for people: none in pipes, with NO_COLOR, or on a terminal that has none. */
import pc from 'picocolors'
import type { MeshIo } from './io.js'

export type Colors = ReturnType<typeof pc.createColors>

/** https://no-color.org: any value but the empty one. FORCE_COLOR wins over the terminal, not over NO_COLOR. */
export function colorsFor({ environment, isTerminal }: MeshIo, stream: 'stdout' | 'stderr' = 'stdout'): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== ''
  return pc.createColors(!NO_COLOR && (forced || (isTerminal[stream] && TERM !== 'dumb')))
}
