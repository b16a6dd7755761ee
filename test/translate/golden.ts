/**
 * Golden cases: test/golden/<behaviour>.in.yaml is a mesh in the API's shape and the proxies to translate for, .out.yaml is what each gets.
 * A new case is a new file. UPDATE_GOLDEN=1 rewrites the outputs and removes those without an input; never under CI.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { encodeResource } from '../../src/codec/encode.js'
import { toJson, type Json } from '../../src/codec/json.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import type { Problem } from '../../src/model/problem.js'
import { buildDiscoveredAssignment } from '../../src/translate/endpoint-need.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE, type ProxyRef } from '../../src/translate/proxy.js'
import type { SecretNeed } from '../../src/translate/secret-need.js'
import { translate, type ProxyConfig } from '../../src/translate/translate.js'
import { ACCOUNT, instancesIn, viewOf, type MeshInput } from './mesh.js'

export const GOLDEN_DIR = join(import.meta.dirname, '../golden')

export interface GoldenInput extends MeshInput {
  /** Names of virtual nodes and virtual gateways; each is of one only. */
  readonly proxies: readonly string[]
  /** The API would refuse a part of this today: the case shows that translation stands it all the same, say in a database of old. */
  readonly refusedByApi?: boolean
}

export interface GoldenCase {
  readonly name: string
  readonly input: GoldenInput
}

/** What one proxy gets, on the wire and in words. */
export interface ProxyOutput {
  readonly proxy: string
  readonly problems: readonly Problem[]
  readonly listeners: readonly EncodedResource[]
  readonly routes: readonly EncodedResource[]
  readonly clusters: readonly EncodedResource[]
  readonly endpoints: readonly EncodedResource[]
  readonly secrets: readonly SecretNeed[]
}

/** Every case, or those whose name contains GOLDEN. */
export function goldenCases(): GoldenCase[] {
  const only = process.env['GOLDEN'] ?? ''
  return readdirSync(GOLDEN_DIR)
    .filter((file) => file.endsWith('.in.yaml') && file.includes(only))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.in.yaml'.length),
      input: parse(readFileSync(join(GOLDEN_DIR, file), 'utf8')) as GoldenInput,
    }))
}

export function translateCase({ input }: GoldenCase): ProxyOutput[] {
  return translateMesh(input, input.proxies)
}

/** What the named nodes and gateways get, or all of the mesh. Encoding is strict: what does not fit Envoy's types throws. */
export function translateMesh(input: MeshInput, names?: readonly string[], memo = createMemo()): ProxyOutput[] {
  const view = viewOf(input)
  const gateways = [...view.virtualGateways.keys()].filter((name) => !names || names.includes(name))
  const nodes = names?.filter((name) => !gateways.includes(name)) ?? [...view.virtualNodes.keys()]
  const translateTo = (kind: ProxyRef['kind'], name: string): ProxyOutput => {
    const proxy: ProxyRef = { kind, meshOwner: ACCOUNT, meshName: input.mesh.meshName, name }
    const label = names ? name : `${kind}/${name}`
    return encodeConfig(label, input, translate(view, proxy, { dialect: BASELINE, memo }))
  }
  return [
    ...nodes.map((name) => translateTo('virtualNode', name)),
    ...gateways.map((name) => translateTo('virtualGateway', name)),
  ]
}

function encodeConfig(proxy: string, input: MeshInput, config: ProxyConfig): ProxyOutput {
  const assignments = config.endpoints.map((need) =>
    buildDiscoveredAssignment(need, instancesIn(input, need.discovery) ?? []),
  )
  return {
    proxy,
    problems: config.problems,
    listeners: config.listeners.map((message) => encodeResource(TYPE_URL.listener, message)),
    routes: config.routes.map((message) => encodeResource(TYPE_URL.routeConfiguration, message)),
    clusters: config.clusters.map((message) => encodeResource(TYPE_URL.cluster, message)),
    endpoints: assignments.map((message) => encodeResource(TYPE_URL.clusterLoadAssignment, message)),
    secrets: config.secrets,
  }
}

/** The text of an .out.yaml. */
export function formatOutputs(outputs: readonly ProxyOutput[]): string {
  const json = Object.fromEntries(outputs.map((output) => [output.proxy, outputToJson(output)]))
  return stringify(json, { lineWidth: 0, aliasDuplicateObjects: false })
}

function outputToJson({ problems, listeners, routes, clusters, endpoints, secrets }: ProxyOutput): Json {
  const all = (resources: readonly EncodedResource[]): Json => resources.map((resource) => toJson(resource))
  return {
    problems: problems.map(({ path, message }) => ({ path, message })),
    listeners: all(listeners),
    routes: all(routes),
    clusters: all(clusters),
    endpoints: all(endpoints),
    ...(secrets.length > 0 && { secrets: secrets as unknown as Json }),
  }
}

export function readExpected(name: string): string {
  try {
    return readFileSync(outputPath(name), 'utf8')
  } catch {
    return ''
  }
}

export function writeExpected(name: string, text: string): void {
  mkdirSync(GOLDEN_DIR, { recursive: true })
  writeFileSync(outputPath(name), text)
}

/** Outputs whose input is gone. */
export function orphans(): string[] {
  const files = new Set(readdirSync(GOLDEN_DIR))
  return [...files].filter((file) => file.endsWith('.out.yaml') && !files.has(file.replace('.out.yaml', '.in.yaml')))
}

export function removeOrphans(): void {
  for (const file of orphans()) rmSync(join(GOLDEN_DIR, file))
}

function outputPath(name: string): string {
  return join(GOLDEN_DIR, `${name}.out.yaml`)
}
