/** Envoy's API as published, from the descriptors that @grpc/grpc-js-xds carries: resources encoded by another hand than ours. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import protobuf from 'protobufjs'
import { buildResource, type EncodedResource } from '../../src/xds/index.js'

const require = createRequire(import.meta.url)
const DEPS = join(dirname(require.resolve('@grpc/grpc-js-xds/package.json')), 'deps')
const INCLUDES = [
  ...['envoy-api', 'googleapis', 'xds', 'protoc-gen-validate'].map((name) => join(DEPS, name)),
  dirname(require.resolve('protobufjs/package.json')),
]

export class OfficialApi {
  readonly #root = new protobuf.Root()

  /** @param files for example `envoy/config/listener/v3/listener.proto`, with all that they import */
  constructor(...files: string[]) {
    this.#root.resolvePath = (_origin, target) =>
      INCLUDES.map((include) => join(include, target)).find((path) => existsSync(path)) ?? target
    this.#root.loadSync(files, { keepCase: true })
  }

  /** `message` as a google.protobuf.Any. */
  any(type: string, message: object): { type_url: string; value: Uint8Array } {
    const found = this.#root.lookupType(type)
    const invalid = found.verify(message)
    if (invalid) throw new Error(`${type}: ${invalid}`)
    return { type_url: `type.googleapis.com/${type}`, value: found.encode(found.fromObject(message)).finish() }
  }

  resource(type: string, name: string, message: object): EncodedResource {
    const { type_url, value } = this.any(type, message)
    return buildResource({ typeUrl: type_url, name, bytes: value })
  }
}
