/** Definitions from files, directories and standard input. */
import { isUtf8 } from 'node:buffer'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { refKey } from '../../model/references.js'
import { displayRef } from '../access/kinds.js'
import { CommandError } from '../command-error.js'
import { printable } from '../text.js'
import { checkCandidate } from './check.js'
import { formatPlace, type Desired } from './definition.js'
import { recognise } from './recognise.js'
import { parseSource, type SourceProblem } from './source.js'

export type ReadStdin = () => Promise<Uint8Array | string>

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
  let said = false
  for (const file of await listFiles(paths)) {
    const [name, bytes] = file === '-' ? ['<stdin>', await readStdin()] : [file, await readBytes(file)]
    const source = parseSource(name, readText(name, bytes))
    said ||= source.documents.some(({ value }) => value !== null)
    const recognised = source.documents.map(recognise)
    problems.push(...source.problems, ...recognised.flatMap((each) => each.problems))
    // What is no definition has been told: its tags are of no interest then.
    source.documents.forEach(({ doubts }, index) => {
      if (recognised[index]?.problems.length === 0) problems.push(...doubts)
    })
    for (const candidate of recognised.flatMap(({ candidates }) => candidates)) {
      const checked = checkCandidate(candidate, meshName)
      if ('definition' in checked) definitions.push(checked.definition)
      else problems.push(...checked.problems)
    }
  }
  problems.push(...findTwins(definitions))
  if (problems.length > 0) throw new CommandError(formatProblems(problems), 2)
  // A pipe whose other end failed, a path that was mistyped: not what somebody wants to hear nothing of.
  if (!said) throw new CommandError(`error: nothing is defined in ${describePaths(paths)}`, 2)
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
    throw unreadable(path, error)
  }
}

function describePaths(paths: readonly string[]): string {
  return printable(paths.map((path) => (path === '-' ? 'standard input' : path)).join(', '))
}

/**
 * In the order of their names, so that messages and plans do not depend on the file system. What begins with a dot is passed over: the
 * copies that Kubernetes keeps beside a mounted ConfigMap, the locks and drafts of editors, `.git`. Links lead where they lead.
 */
async function listDirectory(directory: string): Promise<string[]> {
  const files = await walk(directory, [])
  if (files.length === 0)
    throw new CommandError(`error: no .json, .yaml, .yml or .ndjson file is in ${directory} or below it`, 2)
  return files.sort()
}

/** @param around the real paths of the directories that this one is in: a link back to one of them would never end */
async function walk(directory: string, around: readonly string[]): Promise<string[]> {
  const real = await realpath(directory)
  if (around.includes(real)) return []
  const files: string[] = []
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(directory, error)
  })
  for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
    const path = join(directory, entry.name)
    const isDirectory = entry.isSymbolicLink() ? await leadsToDirectory(path) : entry.isDirectory()
    if (isDirectory) files.push(...(await walk(path, [...around, real])))
    else if (EXTENSIONS.test(entry.name)) files.push(path)
  }
  return files
}

/** A link that leads nowhere is read as a file, which tells what is wrong. */
function leadsToDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

function readBytes(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw unreadable(file, error)
  })
}

/** A letter in another encoding would become a � in a name, and nobody would be told. */
function readText(name: string, bytes: Uint8Array | string): string {
  if (typeof bytes === 'string') return bytes
  if (!isUtf8(bytes)) throw new CommandError(`error: ${printable(name)} is not text in UTF-8`, 2)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function unreadable(path: string, error: unknown): CommandError {
  return new CommandError(`error: cannot read ${printable(path)}: ${(error as Error).message}`, 2, { cause: error })
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
