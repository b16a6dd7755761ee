/** Ctrl-C in the middle of writing: the step that was begun is ended first, so that nothing is left half done. */
import type { MeshIo } from '../io.js'

export interface Interrupt {
  readonly requested: boolean
  close(): void
}

/** The second time the process ends at once, as if nobody listened. */
export function watchInterrupt({ onInterrupt, stderr }: Pick<MeshIo, 'onInterrupt' | 'stderr'>): Interrupt {
  let requested = false
  const stop = onInterrupt?.(() => {
    requested = true
    stop?.()
    stderr('\nEnding what was begun; once more stops at once.\n')
  })
  return {
    get requested() {
      return requested
    },
    close: () => stop?.(),
  }
}
