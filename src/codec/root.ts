/**
 * The one protobufjs Root, read from proto/ when this module is first imported (about 50 ms): every other file of this room looks its types up here.
 * google.protobuf's well-known types come with protobufjs and are not in proto/.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'

/** The same from src/codec, dist/codec and node_modules/meshkeeper/dist/codec. */
const PROTO_DIR = fileURLToPath(new URL('../../proto/', import.meta.url))

export const root: protobuf.Root = loadRoot()

const types = new Map<string, protobuf.Type>()

/** The message type of that name, or of that type URL. Undefined when it is not in proto/. */
export function findType(nameOrTypeUrl: string): protobuf.Type | undefined {
  const known = types.get(nameOrTypeUrl)
  if (known) return known
  const name = nameOrTypeUrl.slice(nameOrTypeUrl.lastIndexOf('/') + 1)
  const found = root.lookup(name, [protobuf.Type])
  // The look-up also finds a type by the end of its name.
  if (!(found instanceof protobuf.Type) || found.fullName !== `.${name}`) return undefined
  types.set(nameOrTypeUrl, found)
  return found
}

/** As findType. Throws when there is no such message type. */
export function lookupType(nameOrTypeUrl: string): protobuf.Type {
  const type = findType(nameOrTypeUrl)
  if (!type) throw new Error(`no message type ${nameOrTypeUrl} in proto/`)
  return type
}

function loadRoot(): protobuf.Root {
  const loaded = new protobuf.Root()
  loaded.resolvePath = (_origin, target) => join(PROTO_DIR, target)
  const files = readdirSync(PROTO_DIR, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.proto'))
  loaded.loadSync(files.sort(), { keepCase: true })
  loaded.resolveAll()
  return loaded
}
