/** What the browser keeps for this person. It may refuse (private windows): then nothing is kept. */

const PREFIX = 'meshkeeper:'

export function readStored<Value>(name: string, otherwise: Value): Value {
  try {
    const text = localStorage.getItem(PREFIX + name)
    return text === null ? otherwise : (JSON.parse(text) as Value)
  } catch {
    return otherwise
  }
}

export function writeStored(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value))
  } catch {
    // Nothing is kept, nothing is lost either.
  }
}
