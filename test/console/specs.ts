/** Specs to try the console's forms with: random ones, and those of the recorded meshes. */
import { KINDS, titleOf, type Kind } from '../../src/model/resource.js'
import { readRecording } from '../api/recordings.js'
import type { MeshInput } from '../translate/mesh.js'

export interface NamedSpec {
  readonly kind: Kind
  readonly name: string
  readonly parentName?: string
  readonly spec: object
}

export const RECORDINGS = ['ingress-gateway', 'outlier-detection', 'timeout-policy'] as const

/** Every spec that a recording sends, in creations and updates. */
export function recordedSpecs(recording: string): NamedSpec[] {
  return readRecording(recording).flatMap(({ operation, input }) => {
    const kind = KINDS.find((each) => operation === `Create${titleOf(each)}` || operation === `Update${titleOf(each)}`)
    return kind ? [{ kind, name: String(input[`${kind}Name`]), spec: input['spec'] ?? {} }] : []
  })
}

/** Every spec of a random mesh. */
export function specsOf(mesh: MeshInput): NamedSpec[] {
  const lists: readonly (readonly [Kind, readonly object[] | undefined])[] = [
    ['mesh', [mesh.mesh]],
    ['virtualNode', mesh.virtualNodes],
    ['virtualRouter', mesh.virtualRouters],
    ['virtualService', mesh.virtualServices],
    ['virtualGateway', mesh.virtualGateways],
    ['route', mesh.routes],
    ['gatewayRoute', mesh.gatewayRoutes],
  ]
  return lists.flatMap(([kind, items = []]) =>
    items.map((item) => {
      const members = item as Readonly<Record<string, unknown>>
      return { kind, name: String(members[`${kind}Name`]), spec: plain(members['spec'] ?? {}) }
    }),
  )
}

/** As JSON has it: random records come without a prototype. */
function plain(spec: object): object {
  return JSON.parse(JSON.stringify(spec)) as object
}
