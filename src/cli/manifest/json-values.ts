/** JSON values one after the other: one a line as recorders write them, or over many lines as the aws CLI prints answer after answer. */

export interface JsonText {
  readonly text: string
  /** Lines before the one on which it begins. */
  readonly linesBefore: number
}

/** The texts of two or more values. Undefined when the text is not that: it may still be YAML. */
export function splitJsonValues(text: string): JsonText[] | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  const values: JsonText[] = []
  let line = 0
  let counted = 0
  let from = 0
  for (const end of findEnds(text)) {
    const start = from + text.slice(from, end).search(/\S/)
    line += countLines(text.slice(counted, start))
    counted = start
    const value = text.slice(start, end)
    if (!isJson(value)) return undefined
    values.push({ text: value, linesBefore: line })
    from = end
  }
  return values.length > 1 && text.slice(from).trim() === '' ? values : undefined
}

/** Strings, so that a bracket in one counts for nothing; brackets; anything else that is no white space. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[^\s"{}[\]]+/gs

/** Where each value ends that is an object or a list. Nothing more after what can be neither. */
function* findEnds(text: string): Generator<number> {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (depth === 0) return
    if (depth < 0) return
    if (depth === 0) yield index + token.length
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
