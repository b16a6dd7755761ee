/**
 * Which resource a document is a definition of. Taken are the bodies that the aws CLI takes (`--cli-input-json`), what it answers, lists of
 * either, and the form with `kind:` that `get -o yaml` prints.
 */
import { isRecord } from '../../model/prune.js'
import { KINDS, type Kind } from '../../model/resource.js'
import { formatSuggestion } from '../../model/suggest.js'
import { findKind, KIND_NAMES, nameMember, parentMember } from '../access/kinds.js'
import type { Path, SourceDocument, SourceProblem } from './source.js'

/** A definition whose content nobody has looked at yet. */
export interface Candidate {
  readonly kind: Kind
  readonly document: SourceDocument
  /** Where in the document it stands. */
  readonly path: Path
  /** The input of the create operation that it stands for, not yet checked. */
  readonly input: Readonly<Record<string, unknown>>
}

export interface Recognised {
  readonly candidates: readonly Candidate[]
  readonly problems: readonly SourceProblem[]
}

type Members = Readonly<Record<string, unknown>>

export function recognise(document: SourceDocument): Recognised {
  const found = new Finder(document)
  found.visit(document.value, [])
  return found
}

class Finder implements Recognised {
  readonly candidates: Candidate[] = []
  readonly problems: SourceProblem[] = []
  readonly #document: SourceDocument

  constructor(document: SourceDocument) {
    this.#document = document
  }

  visit(value: unknown, path: Path): void {
    if (Array.isArray(value)) value.forEach((item, index) => this.visit(item, [...path, index]))
    else if (isRecord(value)) this.#visitMembers(value, path)
    // An empty document says nothing, as the one after a last `---`.
    else if (value !== null || path.length > 0) this.#refuse(path, `this is no definition: ${EXPECTED}`)
  }

  #visitMembers(value: Members, path: Path): void {
    const inside = wrappedIn(value)
    if (inside !== undefined) this.visit(value[inside], [...path, inside])
    else {
      const foreign = FOREIGN.find(({ is }) => is(value))
      const kind = kindOf(value)
      if (foreign) this.#refuse(path, foreign.message)
      else if (kind === undefined) this.#refuse(path, describeUnknown(value))
      else this.#take(kind, value, path)
    }
  }

  #take(kind: Kind, value: Members, path: Path): void {
    if (value['spec'] === undefined && value['arn'] !== undefined) {
      this.#refuse(
        path,
        `this is an item of a listing, it has no spec: use what describe-${kebab(kind)} or "meshkeeper get -o json" prints`,
      )
      return
    }
    const known = knownMembers(kind)
    for (const name of Object.keys(value).filter((each) => !known.includes(each)))
      this.#refuse([...path, name], `a ${KIND_NAMES[kind].noun} has no member ${name}${formatSuggestion(name, known)}`)
    for (const [long, short] of synonyms(kind))
      if (isSaid(value[long]) && isSaid(value[short]) && value[long] !== value[short])
        this.#refuse([...path, short], `${long} and ${short} mean the same, but say different things`)
    this.candidates.push({ kind, document: this.#document, path, input: readInput(kind, value) })
  }

  #refuse(path: Path, message: string): void {
    this.problems.push({ file: this.#document.file, line: this.#document.lineAt(path), message })
  }
}

/** The one member that holds definitions: of a list, or of an answer such as `{"virtualNode": {…}}`. */
function wrappedIn(value: Members): string | undefined {
  const names = Object.keys(value)
  const isList = Array.isArray(value['items']) && names.every((name) => LIST_MEMBERS.includes(name))
  if (isList) return 'items'
  const [name = ''] = names
  const others = names.slice(1).every((each) => each === 'nextToken')
  const isAnswer = isRecord(value[name]) && KINDS.some((kind) => kind === name)
  const isListing = Array.isArray(value[name]) && KINDS.some((kind) => KIND_NAMES[kind].plural === name)
  return others && (isAnswer || isListing) ? name : undefined
}

const LIST_MEMBERS = ['items', 'kind', 'apiVersion', 'metadata']

/** Innermost first: a route also has the name of its router. */
const BY_MEMBER: readonly Kind[] = [
  'route',
  'gatewayRoute',
  'virtualNode',
  'virtualService',
  'virtualRouter',
  'virtualGateway',
  'mesh',
]

function kindOf(value: Members): Kind | undefined {
  if (typeof value['kind'] === 'string') return findKind(value['kind'])
  return BY_MEMBER.find((kind) => value[nameMember(kind)] !== undefined)
}

/** The members of the request, from the short names of the form with `kind:` where those stand. */
function readInput(kind: Kind, value: Members): Members {
  const parent = parentMember(kind)
  const name = value[nameMember(kind)] ?? value['name']
  const entries: [string, unknown][] = [
    ['meshName', value['meshName'] ?? value['mesh'] ?? (kind === 'mesh' ? name : undefined)],
    ['meshOwner', value['meshOwner']],
    ...(parent === undefined ? [] : [[parent, value[parent] ?? value['parentName']] as [string, unknown]]),
    ...(kind === 'mesh' ? [] : [[nameMember(kind), name] as [string, unknown]]),
    ['spec', value['spec'] ?? (kind === 'mesh' ? {} : undefined)],
    ['tags', value['tags']],
  ]
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined && member !== null))
}

/** The members that may stand for each other. */
function synonyms(kind: Kind): [long: string, short: string][] {
  const parent = parentMember(kind)
  const ofParent: [string, string][] = parent === undefined ? [] : [[parent, 'parentName']]
  return [['meshName', 'mesh'], ...ofParent, [nameMember(kind), 'name']]
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null
}

function knownMembers(kind: Kind): string[] {
  const parent = parentMember(kind)
  const names = [nameMember(kind), 'name', ...(parent === undefined ? [] : [parent, 'parentName'])]
  return ['kind', 'meshName', 'mesh', 'meshOwner', ...names, 'spec', 'tags', ...IGNORED]
}

/** What requests and answers have beside the definition. */
const IGNORED = ['clientToken', 'metadata', 'status']

const EXPECTED = 'expected an object with meshName, the name of a resource (virtualNodeName …) and its spec'

interface Foreign {
  readonly is: (value: Members) => boolean
  readonly message: string
}

/** Definitions of App Mesh resources in the words of others. */
const FOREIGN: readonly Foreign[] = [
  {
    is: ({ apiVersion }) => typeof apiVersion === 'string' && apiVersion.startsWith('appmesh.k8s.aws/'),
    message:
      'this is a Kubernetes object of the App Mesh controller, whose spec has another form: apply what the controller made of it (aws appmesh describe-…, or "meshkeeper get -o yaml")',
  },
  {
    is: ({ apiVersion }) => apiVersion !== undefined,
    message: 'this is a Kubernetes object, not a definition of App Mesh',
  },
  {
    is: ({ Resources, AWSTemplateFormatVersion }) => isRecord(Resources) || AWSTemplateFormatVersion !== undefined,
    message:
      'this is a CloudFormation template: apply what it made (aws appmesh describe-…, or "meshkeeper get -o yaml")',
  },
]

function describeUnknown(value: Members): string {
  const { kind } = value
  if (typeof kind === 'string')
    return `there is no kind "${kind}"${formatSuggestion(kind, KINDS)}: use one of ${KINDS.join(', ')}`
  const names = Object.keys(value)
  const nameMembers = KINDS.map(nameMember)
  const [meant] = names.flatMap((name) => {
    const suggestion = formatSuggestion(name, nameMembers)
    return suggestion ? [` ${name}${suggestion}`] : []
  })
  return `it does not say of what it is: ${EXPECTED}${meant === undefined ? '' : `;${meant}`}`
}

function kebab(kind: Kind): string {
  return kind.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
