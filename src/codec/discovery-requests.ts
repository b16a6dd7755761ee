/**
 * Requests of the discovery services (envoy.service.discovery.v3). Envoys of one node name the same resources, and every state-of-the-world request
 * repeats the names: lists with the same bytes are read once, and are one and the same object afterwards.
 */
import { LRUCache } from 'lru-cache'
import { NAME_FIELD } from '../envoy/type-url.js'
import { decodeNode, type Node } from './node.js'
import { KEPT, readVersions, rememberedVersionsBytes, type ResourceVersions } from './resource-versions.js'
import { delimited, Scanner, type FieldTable } from './scanner.js'

/** What both variants have. */
interface RequestHead {
  readonly typeUrl: string
  readonly nonce: string
  readonly node: Node | undefined
  /** The text of error_detail: present exactly when the request is a NACK. */
  readonly error: string | undefined
}

export interface DiscoveryRequest extends RequestHead {
  readonly versionInfo: string
  readonly names: readonly string[]
}

export interface DeltaDiscoveryRequest extends RequestHead {
  readonly subscribe: readonly string[]
  readonly unsubscribe: readonly string[]
  readonly initialVersions: ResourceVersions
}

/** Those that resources have, each as one and the same string: every look-up by type is then a comparison of pointers. */
const TYPE_URLS: ReadonlyMap<string, string> = new Map(Object.keys(NAME_FIELD).map((typeUrl) => [typeUrl, typeUrl]))

interface Draft {
  typeUrl: string
  nonce: string
  versionInfo: string
  node: Buffer | undefined
  error: string | undefined
  /** Fields may stand in any order, so that a list may come in pieces. */
  names: (readonly string[])[] | undefined
  unsubscribe: (readonly string[])[] | undefined
  initialVersions: ResourceVersions[] | undefined
}

type Field = (draft: Draft, scanner: Scanner) => void

const version: Field = (draft, scanner) => (draft.versionInfo = scanner.text())
const typeUrl: Field = (draft, scanner) => {
  const text = scanner.text()
  draft.typeUrl = TYPE_URLS.get(text) ?? text
}
const nonce: Field = (draft, scanner) => (draft.nonce = scanner.text())
const node: Field = (draft, scanner) => (draft.node = scanner.slice())
const names: Field = (draft, scanner) => (draft.names ??= []).push(internNames(scanner.run()))
const unsubscribe: Field = (draft, scanner) => (draft.unsubscribe ??= []).push(internNames(scanner.run()))
const initialVersions: Field = (draft, scanner) => (draft.initialVersions ??= []).push(readVersions(scanner.run()))
/** google.rpc.Status: any makes the request a NACK, even one without a text. */
const error: Field = (draft, scanner) => {
  draft.error = scanner.message().readInto({ message: '' }, STATUS_FIELDS).message
}

const SOTW_FIELDS: FieldTable<Draft> = {
  [delimited(1)]: version,
  [delimited(2)]: node,
  [delimited(3)]: names,
  [delimited(4)]: typeUrl,
  [delimited(5)]: nonce,
  [delimited(6)]: error,
}

const DELTA_FIELDS: FieldTable<Draft> = {
  [delimited(1)]: node,
  [delimited(2)]: typeUrl,
  [delimited(3)]: names,
  [delimited(4)]: unsubscribe,
  [delimited(5)]: initialVersions,
  [delimited(6)]: nonce,
  [delimited(7)]: error,
}

const STATUS_FIELDS: FieldTable<{ message: string }> = {
  [delimited(2)]: (draft, scanner) => (draft.message = scanner.text()),
}

/**
 * Throws when these bytes are none. Nothing of the result refers to `bytes`: it may be kept.
 * @param withNode false to leave out the node, of which an Envoy sends some 20 KB, and that may be known
 */
export function decodeDiscoveryRequest(bytes: Buffer, withNode = true): DiscoveryRequest {
  const draft = decode(bytes, SOTW_FIELDS, 'DiscoveryRequest')
  const { typeUrl, nonce, error, versionInfo, names } = draft
  return { typeUrl, nonce, node: readNode(draft, withNode), error, versionInfo, names: joinNames(names) }
}

/** As decodeDiscoveryRequest. */
export function decodeDeltaDiscoveryRequest(bytes: Buffer, withNode = true): DeltaDiscoveryRequest {
  const draft = decode(bytes, DELTA_FIELDS, 'DeltaDiscoveryRequest')
  const { typeUrl, nonce, error } = draft
  const node = readNode(draft, withNode)
  const subscribe = joinNames(draft.names)
  const unsubscribe = joinNames(draft.unsubscribe)
  return { typeUrl, nonce, node, error, subscribe, unsubscribe, initialVersions: joinVersions(draft.initialVersions) }
}

function readNode({ node }: Draft, withNode: boolean): Node | undefined {
  return node && withNode ? decodeNode(node) : undefined
}

function decode(bytes: Buffer, fields: FieldTable<Draft>, what: string): Draft {
  const draft: Draft = {
    typeUrl: '',
    nonce: '',
    versionInfo: '',
    node: undefined,
    error: undefined,
    names: undefined,
    unsubscribe: undefined,
    initialVersions: undefined,
  }
  try {
    return new Scanner(bytes).readInto(draft, fields)
  } catch (cause) {
    throw new Error(`these bytes are no ${what}`, { cause })
  }
}

const NO_NAMES: readonly string[] = []
const NO_VERSIONS: ResourceVersions = new Map()

function joinNames(pieces: readonly (readonly string[])[] = []): readonly string[] {
  return pieces.length > 1 ? pieces.flat() : (pieces[0] ?? NO_NAMES)
}

function joinVersions(pieces: readonly ResourceVersions[] = []): ResourceVersions {
  return pieces.length > 1 ? new Map(pieces.flatMap((piece) => [...piece])) : (pieces[0] ?? NO_VERSIONS)
}

/** Measured: what a list takes with the subscription to it, beside its names, and how much more the names take than their bytes. */
const [LIST_BYTES, LIST_RATIO] = [1000, 5]

/** By fingerprint. */
const knownNames = new LRUCache<number, { readonly bytes: Buffer; readonly list: readonly string[] }>(KEPT)

/** The memory that is taken by what is remembered of the requests of clients, about: bytes. */
export function rememberedBytes(): number {
  return knownNames.calculatedSize + rememberedVersionsBytes()
}

/** A list of names: the same one for bytes that were read lately. */
function internNames(scanner: Scanner): readonly string[] {
  const fingerprint = scanner.fingerprintOfRest()
  const known = knownNames.get(fingerprint)
  if (known && scanner.isRest(known.bytes)) return known.list
  const bytes = scanner.copyOfRest()
  const list: string[] = []
  while (scanner.next()) list.push(scanner.text())
  knownNames.set(fingerprint, { bytes, list }, { size: LIST_BYTES + LIST_RATIO * bytes.length })
  return list
}
