/** Meshes that have the forms of AWS's published walkthroughs, in CloudFormation's spelling: as calls of the API, and as input of translation. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { MeshInput } from '../translate/mesh.js'
import type { RecordedCall } from './recordings.js'
import type { Input } from './service.js'

export interface Walkthrough {
  /** Its name, as AWS published it; or names. */
  readonly walkthrough: string
  readonly exercises: string
  /** Creations, in an order that has every parent first. */
  readonly calls: readonly RecordedCall[]
}

interface Fixture extends Omit<Walkthrough, 'calls'> {
  /** One property each: the type without `AWS::AppMesh::`, with its properties. */
  readonly resources: readonly Readonly<Record<string, object>>[]
}

export function readWalkthroughs(): Walkthrough[] {
  const text = readFileSync(new URL('../fixtures/walkthroughs.yaml', import.meta.url), 'utf8')
  return (parse(text) as Fixture[]).map(({ resources, ...about }) => {
    const all = resources.flatMap((resource) => Object.entries(resource))
    const meshName = all.flatMap(([, properties]) => ('MeshName' in properties ? properties.MeshName : []))[0]
    const calls = all.map(([type, properties]) => {
      return { operation: `Create${type}`, input: toApi({ MeshName: meshName, ...properties }) as Input }
    })
    return { ...about, calls }
  })
}

/** What a walkthrough's mesh is to translation. */
export function meshOf({ calls }: Walkthrough): MeshInput {
  const inputs = (type: string): unknown[] =>
    calls.filter(({ operation }) => operation === `Create${type}`).map(({ input }) => input)
  return {
    mesh: inputs('Mesh')[0],
    virtualNodes: inputs('VirtualNode'),
    virtualRouters: inputs('VirtualRouter'),
    routes: inputs('Route'),
    virtualServices: inputs('VirtualService'),
    virtualGateways: inputs('VirtualGateway'),
    gatewayRoutes: inputs('GatewayRoute'),
  } as MeshInput
}

/** Properties as CloudFormation spells them as members of the API: the same words, but for the case in which they begin. */
function toApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toApi)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [memberOf(name), toApi(member)]))
}

/** `AWSCloudMap` is awsCloudMap, `DNS` is dns, `PortMapping` is portMapping. */
export function memberOf(property: string): string {
  const initials = /^[A-Z0-9]+(?![a-z])/.exec(property)?.[0] ?? property.slice(0, 1)
  return initials.toLowerCase() + property.slice(initials.length)
}
