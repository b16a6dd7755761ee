/** Text → documents that know on which line each of their parts stands. JSON is YAML here; several documents may follow each other in either. */
import { isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml'
import { splitJsonValues } from './json-values.js'

export type Path = readonly (string | number)[]

export interface SourceDocument {
  readonly file: string
  readonly value: unknown
  /** The line, from 1, on which the part at `path` begins, or the innermost part around it that there is. */
  readonly lineAt: (path: Path) => number
  /** Tags that nobody here knows, as `!Ref`: without them the value means something else. */
  readonly doubts: readonly SourceProblem[]
}

/** What cannot be understood, and where. */
export interface SourceProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

export interface ParsedSource {
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
}

/** `<<` merges, as most readers of YAML 1.2 do; a mistake in it is told below, never printed by the parser. */
const OPTIONS = { merge: true, logLevel: 'silent' } as const

export function parseSource(file: string, text: string): ParsedSource {
  const values = splitJsonValues(text)
  if (!values) return parseYaml(file, text, 0)
  const parsed = values.map((value) => parseYaml(file, value.text, value.linesBefore))
  return {
    documents: parsed.flatMap(({ documents }) => documents),
    problems: parsed.flatMap(({ problems }) => problems),
  }
}

function parseYaml(file: string, text: string, linesBefore: number): ParsedSource {
  const lineCounter = new LineCounter()
  const parsed = parseAllDocuments(text, { ...OPTIONS, lineCounter })
  const documents = 'empty' in parsed ? [] : parsed
  const tell = ({ linePos, message }: Document['errors'][number] | Document['warnings'][number]): SourceProblem => {
    return { file, line: linesBefore + (linePos?.[0].line ?? 1), message: firstLine(message) }
  }
  const problems = documents.flatMap(({ errors }) => errors.map(tell))
  if (problems.length > 0) return { documents: [], problems }
  const lineAt: LineAt = (document, path) => linesBefore + lineCounter.linePos(offsetAt(document, path)).line
  return readValues(file, documents, lineAt, tell)
}

type LineAt = (document: Document, path: Path) => number

function readValues(
  file: string,
  documents: readonly Document[],
  lineAt: LineAt,
  tell: (warning: Document['warnings'][number]) => SourceProblem,
): ParsedSource {
  const read: SourceDocument[] = []
  const problems: SourceProblem[] = []
  for (const document of documents) {
    try {
      const value = document.toJS() as unknown
      read.push({ file, value, lineAt: (path) => lineAt(document, path), doubts: document.warnings.map(tell) })
    } catch (error) {
      // An alias without its anchor, or aliases that unfold without end.
      problems.push({ file, line: lineAt(document, []), message: firstLine((error as Error).message) })
    }
  }
  return { documents: read, problems }
}

/** Where the node at `path` begins: for a member its key. */
function offsetAt(document: Document, path: Path): number {
  let node: Node | null | undefined = document.contents
  let offset = node?.range?.[0] ?? document.range?.[0] ?? 0
  for (const step of path) {
    const found: { at: number; value: unknown } | undefined = stepInto(node, step)
    if (!found) break
    offset = found.at
    node = found.value as Node | null
  }
  return offset
}

function stepInto(node: Node | null | undefined, step: string | number): { at: number; value: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step] as Node | undefined
    return item?.range ? { at: item.range[0], value: item } : undefined
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find((each) => isPair(each) && isScalar(each.key) && each.key.value === step)
  const key = pair?.key as Node | undefined
  return key?.range ? { at: key.range[0], value: pair?.value } : undefined
}

/** Longest message: a binary file has whatever lines. */
const LONGEST = 200

function firstLine(message: string): string {
  const line = (message.split('\n', 1)[0] ?? '').replace(/ at line \d+, column \d+:?$/, '').replace(/:$/, '')
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
