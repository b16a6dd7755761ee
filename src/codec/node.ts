/** The Node of a request (envoy.config.core.v3), as far as anybody reads it: an Envoy also lists its hundreds of extensions there. */
import { delimited, integer, Scanner, type FieldTable } from './scanner.js'
import { readStruct } from './struct.js'

export interface Node {
  id: string
  cluster: string
  metadata: Record<string, unknown>
  userAgentName: string
  /** `major.minor.patch` of the build, or the client's own text. */
  userAgentVersion: string
  locality: { region: string; zone: string; subZone: string }
  clientFeatures: string[]
}

const FIELDS: FieldTable<Node> = {
  [delimited(1)]: (node, scanner) => (node.id = scanner.text()),
  [delimited(2)]: (node, scanner) => (node.cluster = scanner.text()),
  [delimited(3)]: (node, scanner) => (node.metadata = readStruct(scanner.message())),
  [delimited(4)]: (node, scanner) => scanner.message().readInto(node.locality, LOCALITY_FIELDS),
  [delimited(6)]: (node, scanner) => (node.userAgentName = scanner.text()),
  [delimited(7)]: (node, scanner) => (node.userAgentVersion = scanner.text()),
  [delimited(8)]: (node, scanner) => scanner.message().readInto(node, BUILD_FIELDS),
  [delimited(10)]: (node, scanner) => node.clientFeatures.push(scanner.text()),
}

const LOCALITY_FIELDS: FieldTable<Node['locality']> = {
  [delimited(1)]: (locality, scanner) => (locality.region = scanner.text()),
  [delimited(2)]: (locality, scanner) => (locality.zone = scanner.text()),
  [delimited(3)]: (locality, scanner) => (locality.subZone = scanner.text()),
}

const BUILD_FIELDS: FieldTable<Node> = {
  [delimited(1)]: (node, scanner) => {
    const { major, minor, patch } = scanner.message().readInto({ major: 0, minor: 0, patch: 0 }, VERSION_FIELDS)
    node.userAgentVersion = `${major}.${minor}.${patch}`
  },
}

const VERSION_FIELDS: FieldTable<{ major: number; minor: number; patch: number }> = {
  [integer(1)]: (version, scanner) => (version.major = scanner.number()),
  [integer(2)]: (version, scanner) => (version.minor = scanner.number()),
  [integer(3)]: (version, scanner) => (version.patch = scanner.number()),
}

/** Throws when these bytes are none. */
export function decodeNode(bytes: Buffer): Node {
  const node: Node = {
    id: '',
    cluster: '',
    metadata: {},
    userAgentName: '',
    userAgentVersion: '',
    locality: { region: '', zone: '', subZone: '' },
    clientFeatures: [],
  }
  try {
    return new Scanner(bytes).readInto(node, FIELDS)
  } catch (cause) {
    throw new Error('these bytes are no Node', { cause })
  }
}
