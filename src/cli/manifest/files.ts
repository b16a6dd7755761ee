/** Definitions from files, directories and standard input. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { refKey } from '../../model/references.js'
import { displayRef } from '../access/kinds.js'
import { CommandError } from '../command-error.js'
import { printable } from '../text.js'
import { checkCandidate } from './check.js'
import { formatPlace, type Desired } from './definition.js'
import { recognise } from './recognise.js'
import { parseSource, type SourceProblem } from './source.js'

export type ReadStdin = () => Promise<string>

const EXTENSIONS = /\.(?:json|ya?ml|ndjson)$/i
const MOST_PROBLEMS = 20

/**
 * The definitions of every file that `paths` name, `-` being standard input and directories standing for what is in them. Throws CommandError
 * with everything that is not understood.
 */
export async function readDefinitions(
  paths: readonly string[],
  readStdin: ReadStdin,
  meshName?: string,
): Promise<Desired[]> {
  const definitions: Desired[] = []
  const problems: SourceProblem[] = []
  for (const file of await listFiles(paths)) {
    const text = file === '-' ? await readStdin() : await readText(file)
    const source = parseSource(file === '-' ? '<stdin>' : file, text)
    const recognised = source.documents.map(recognise)
    problems.push(...source.problems, ...recognised.flatMap((each) => each.problems))
    for (const candidate of recognised.flatMap(({ candidates }) => candidates)) {
      const checked = checkCandidate(candidate, meshName)
      if ('definition' in checked) definitions.push(checked.definition)
      else problems.push(...checked.problems)
    }
  }
  problems.push(...findTwins(definitions))
  if (problems.length > 0) throw new CommandError(formatProblems(problems), 2)
  return definitions
}

async function listFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    if (path === '-') files.push(path)
    else if ((await statOf(path)).isDirectory()) files.push(...(await listDirectory(path)))
    else files.push(path)
  }
  return [...new Set(files)]
}

async function statOf(path: string): Promise<{ isDirectory(): boolean }> {
  try {
    return await stat(path)
  } catch (error) {
    throw new CommandError(`error: cannot read ${path}: ${(error as Error).message}`, 2, { cause: error })
  }
}

/** In the order of their names, so that messages and plans do not depend on the file system. */
async function listDirectory(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory() && EXTENSIONS.test(entry.name))
  if (files.length === 0)
    throw new CommandError(`error: no .json, .yaml, .yml or .ndjson file is in ${directory} or below it`, 2)
  return files.map((entry) => join(entry.parentPath, entry.name)).sort()
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CommandError(`error: cannot read ${file}: ${(error as Error).message}`, 2, { cause: error })
  }
}

/** The same resource twice: which one is meant, nobody can tell. */
function findTwins(definitions: readonly Desired[]): SourceProblem[] {
  const seen = new Map<string, Desired>()
  return definitions.flatMap((definition) => {
    const key = refKey({ ...definition.ref, meshOwner: '' })
    const first = seen.get(key)?.place
    if (first === undefined || !definition.place) {
      seen.set(key, definition)
      return []
    }
    const what = `${displayRef(definition.ref)} of mesh ${definition.ref.meshName}`
    return [{ ...definition.place, message: `${what} is defined a second time, first at ${formatPlace(first)}` }]
  })
}

function formatProblems(problems: readonly SourceProblem[]): string {
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map(({ message, ...place }) => `error: ${formatPlace(place)}: ${message}`)
  const more = problems.length - MOST_PROBLEMS
  return printable([...lines, ...(more > 0 ? [`error: and ${more} more`] : [])].join('\n'))
}
