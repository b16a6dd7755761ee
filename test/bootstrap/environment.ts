/** What the tests of this room share: one identity, and a bootstrap that must come out. */
import assert from 'node:assert/strict'
import { buildBootstrap, type BootstrapInput, type BootstrapResult } from '../../src/bootstrap/bootstrap.js'
import type { Json, Message } from '../../src/bootstrap/message.js'
import type { Environment } from '../../src/bootstrap/variables.js'

export const NODE = { APPMESH_RESOURCE_ARN: 'mesh/shop/virtualNode/cart' }

/** The least that the App Mesh image needs. */
export const NODE_IN_IMAGE = { ...NODE, APPMESH_XDS_ENDPOINT: 'meshkeeper.internal:18000', AWS_REGION: 'eu-west-1' }

export type Given = Partial<Omit<BootstrapInput, 'environment'>>

export function build(environment: Environment, given: Given = {}): BootstrapResult {
  return buildBootstrap({ image: 'stock', environment, ...given })
}

/** The bootstrap, where the environment has no problem. */
export function bootstrapOf(environment: Environment, given: Given = {}): Message {
  const result = build(environment, given)
  assert.ok(result.ok, JSON.stringify(result))
  return result.bootstrap
}

/** The problems as `VARIABLE message`, where there are some. */
export function problemsOf(environment: Environment, given: Given = {}): string[] {
  const result = build(environment, given)
  assert.ok(!result.ok, 'a problem was expected')
  return result.problems.map(({ path, message }) => `${path} ${message}`)
}

export function warningsOf(environment: Environment, given: Given = {}): string[] {
  return build(environment, given).warnings.map(({ path, message }) => `${path} ${message}`)
}

/** The value at a path such as `admin/address/socket_address`; list elements go by their index. */
export function at(message: Message, path: string): Json | undefined {
  return path.split('/').reduce<Json | undefined>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined
    return (value as Readonly<Record<string, Json>>)[step]
  }, message)
}
