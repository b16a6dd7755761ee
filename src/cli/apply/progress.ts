/** One line on standard error that tells how far a long work is: only where a person looks at it. */
import type { MeshIo } from '../io.js'
import { printable } from '../text.js'

export interface Progress {
  show(text: string): void
  /** Takes the line away: before anything else is written, and at the end. */
  clear(): void
}

/** Characters that fit in any terminal: a line that wraps could not be taken away. */
const WIDTH = 79
const ERASE = '\r\u001b[K'

export function openProgress({ stderr, isTerminal, environment }: MeshIo): Progress {
  if (!isTerminal.stderr || environment['TERM'] === 'dumb') return { show: () => undefined, clear: () => undefined }
  let shown = false
  return {
    show: (text) => {
      shown = true
      stderr(ERASE + printable(text).slice(0, WIDTH))
    },
    clear: () => {
      if (shown) stderr(ERASE)
      shown = false
    },
  }
}
