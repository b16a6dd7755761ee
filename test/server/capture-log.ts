/** A stream for the logger that keeps what was written. */
export function captureLog() {
  const texts: string[] = []
  return {
    stream: { write: (text: string) => void texts.push(text) },
    lines: () => texts.map((text) => JSON.parse(text) as Record<string, unknown>),
  }
}
