/** The words that may stand at the end of a command line: from the tree of commands, and of names from the server. */
import type { Argument, Command, Option } from 'commander'
import { KINDS } from '../../model/resource.js'
import { findKind, KIND_NAMES, localName } from '../access/kinds.js'

/** Names that only a server knows. Each answers [] when it cannot tell. */
export interface NameSource {
  meshes(): Promise<readonly string[]>
  /** Local names: routes with their router. */
  resources(kind: string, mesh: string | undefined): Promise<readonly string[]>
  proxies(): Promise<readonly string[]>
}

/** Stands for "a path of the file system" among the words: the shell knows those better. */
export const FILES = ':files'

/** @param words what stands before the cursor, the last of them begun, perhaps '' */
export async function complete(program: Command, words: readonly string[], names: NameSource): Promise<string[]> {
  const apart = splitValues(words)
  const begun = apart.at(-1) ?? ''
  const line = readLine(program, apart.slice(0, -1))
  const found = await candidates(line, begun, names)
  const fitting = [...new Set(found)].filter((word) => word === FILES || word.startsWith(begun))
  // zsh and fish complete the whole of --mesh=NAME; bash has taken it apart itself, and wants what comes after the sign.
  const [, head] = VALUE.exec(words.at(-1) ?? '') ?? []
  return head === undefined ? fitting : fitting.map((word) => (word === FILES ? word : `${head}=${word}`))
}

const VALUE = /^(--[^=]+)=(.*)$/s

/** `--mesh=shop` as the two words that it means; bash makes three of it. */
function splitValues(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (word === '=' && words[index - 1]?.startsWith('--')) return index === words.length - 1 ? [''] : []
    const [, option, value] = VALUE.exec(word) ?? []
    return option === undefined || value === undefined ? [word] : [option, value]
  })
}

interface Line {
  readonly command: Command
  /** What stands there beside options. */
  readonly given: readonly string[]
  /** The option whose value comes next. */
  readonly waiting: Option | undefined
  readonly mesh: string | undefined
}

function readLine(program: Command, words: readonly string[]): Line {
  let command = program
  const given: string[] = []
  let waiting: Option | undefined
  let mesh: string | undefined
  for (const word of words) {
    if (waiting) {
      if (waiting.long === '--mesh') mesh = word
      waiting = waiting.variadic ? waiting : undefined
      if (!word.startsWith('-')) continue
    }
    if (word.startsWith('-')) waiting = optionOf(command, word)
    else {
      const next = given.length === 0 ? command.commands.find((each) => namesOf(each).includes(word)) : undefined
      if (next) command = next
      else given.push(word)
    }
  }
  return { command, given, waiting, mesh }
}

function optionOf(command: Command, word: string): Option | undefined {
  const option = command.options.find(({ short, long }) => word === short || word === long)
  return option?.required || option?.optional ? option : undefined
}

function namesOf(command: Command): string[] {
  return [command.name(), ...command.aliases()]
}

async function candidates(line: Line, begun: string, names: NameSource): Promise<readonly string[]> {
  const { command, waiting } = line
  if (waiting && !(waiting.variadic && begun.startsWith('-'))) return optionValues(waiting, names)
  if (begun.startsWith('-')) return [...command.options, HELP].flatMap(({ long }) => long ?? [])
  const subcommands = line.given.length === 0 ? command.commands.filter(isVisible).map((each) => each.name()) : []
  return subcommands.length > 0 ? subcommands : argumentValues(line, names)
}

const HELP = { long: '--help' }

function isVisible(command: Command): boolean {
  return !command.name().startsWith('_')
}

async function optionValues({ long, argChoices }: Option, names: NameSource): Promise<readonly string[]> {
  if (argChoices) return argChoices
  if (long === '--mesh') return names.meshes()
  return FILE_OPTIONS.has(long) ? [FILES] : []
}

const FILE_OPTIONS = new Set<string | undefined>([
  '--filename',
  '--directory',
  '--config',
  '--output',
  '--certs',
  '--ca',
])

async function argumentValues({ command, given, mesh }: Line, names: NameSource): Promise<readonly string[]> {
  const places = command.registeredArguments
  const place: Argument | undefined = places[given.length] ?? (places.at(-1)?.variadic ? places.at(-1) : undefined)
  if (!place) return []
  if (place.argChoices) return place.argChoices
  const [kind = ''] = given
  return (await VALUES[place.name()]?.(names, kind, mesh)) ?? [FILES]
}

type Values = (
  names: NameSource,
  kind: string,
  mesh: string | undefined,
) => Promise<readonly string[]> | readonly string[]

/** By the name of the argument. */
const VALUES: Readonly<Record<string, Values | undefined>> = {
  KIND: () => [...KINDS, ...KINDS.map((kind) => KIND_NAMES[kind].plural), 'all'],
  NAME: (names, kind, mesh) => names.resources(kind, mesh),
  NODE: (names) => names.proxies(),
  SHELL: () => [],
}

/** The local names of a kind, whichever of its names it is called by. */
export function selectNames(
  resources: readonly {
    readonly ref: { readonly kind: string; readonly parentName?: string; readonly name: string }
  }[],
  word: string,
): string[] {
  const kind = findKind(word)
  return resources.filter(({ ref }) => ref.kind === kind).map(({ ref }) => localName(ref))
}
