/**
 * Ways around two resources of which neither can be changed before the other: states in between that mean the same for the traffic.
 * A target or match without a port means the only listener there is, so the port can be written out or left out.
 */
import { isKind, type Definition } from '../../model/resource.js'
import type { WeightedTarget } from '../../model/route.js'
import { only, type Sketch } from './sketch.js'

/** Definitions to put, in this order, before `put` or the blockers can be put. Which of them helps is tried out. */
export type Detour = (sketch: Sketch, put: Definition, blockers: readonly Definition[]) => Definition[]

export const DETOURS: readonly Detour[] = [nameTargetPorts, leaveOutPorts, keepOldListeners]

/** A node gets a second listener: its routes first say the port of the one that it has. */
function nameTargetPorts(sketch: Sketch, put: Definition, blockers: readonly Definition[]): Definition[] {
  if (!isKind(put, 'virtualNode')) return []
  const port = onlyPort(sketch, put)
  if (port === undefined) return []
  return only(blockers, 'route').map((route) => withTargetPort(route, put.ref.name, port))
}

/** The one listener moves to another port: its routes first match any port. */
function leaveOutPorts(sketch: Sketch, put: Definition, blockers: readonly Definition[]): Definition[] {
  if (onlyPort(sketch, put) === undefined) return []
  return blockers.map((route) => withMatchPort(route, undefined))
}

/** Listeners come and go: both the old and the new ones for a while, told apart by the ports of the routes. */
function keepOldListeners(sketch: Sketch, put: Definition, blockers: readonly Definition[]): Definition[] {
  const before = sketch.get(put.ref)
  if (!before || !(isKind(put, 'virtualRouter') || isKind(put, 'virtualGateway'))) return []
  const port = onlyPort(sketch, put)
  const portless = blockers.filter((route) => matchPortOf(route) === undefined)
  const pinned = port === undefined ? [] : portless.map((route) => withMatchPort(route, port))
  const after = listenersOf(put)
  const kept = listenersOf(before).filter((old) => !after.some((each) => portOf(each) === portOf(old)))
  const widened = { ...put, spec: { ...put.spec, listeners: [...after, ...kept] } } as Definition
  return kept.length > 0 ? [...pinned, widened] : pinned
}

type AnyListener = { readonly portMapping: { readonly port: number } }

function listenersOf({ spec }: Definition): readonly AnyListener[] {
  return (spec as { listeners?: readonly AnyListener[] }).listeners ?? []
}

function portOf({ portMapping }: AnyListener): number {
  return portMapping.port
}

/** The port of the only listener that `put` has now. */
function onlyPort(sketch: Sketch, { ref }: Definition): number | undefined {
  const before = sketch.get(ref)
  const [listener, ...others] = before ? listenersOf(before) : []
  return listener && others.length === 0 ? portOf(listener) : undefined
}

/** The part of a route or gateway route under its type, e.g. `httpRoute`. */
interface TypedRoute {
  readonly match?: { readonly port?: number }
  readonly action: { readonly weightedTargets?: readonly WeightedTarget[] }
}

const TYPES: readonly string[] = ['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute']

/** The same route with its typed part changed. */
function mapTyped(route: Definition, change: (typed: TypedRoute) => object): Definition {
  const members = Object.entries(route.spec as Readonly<Record<string, unknown>>)
  const changed = members.map(([name, value]) => [name, TYPES.includes(name) ? change(value as TypedRoute) : value])
  return { ...route, spec: Object.fromEntries(changed) as Definition['spec'] }
}

function matchPortOf({ spec }: Definition): number | undefined {
  const typed = Object.entries(spec).find(([name]) => TYPES.includes(name))?.[1] as TypedRoute | undefined
  return typed?.match?.port
}

function withMatchPort(route: Definition, port: number | undefined): Definition {
  return mapTyped(route, ({ match, ...others }) => {
    const rest = Object.fromEntries(Object.entries(match ?? {}).filter(([name]) => name !== 'port'))
    const changed = { ...rest, ...(port !== undefined && { port }) }
    // A tcp route may have no match at all; an http route must have one.
    return { ...others, ...((match !== undefined || port !== undefined) && { match: changed }) }
  })
}

function withTargetPort(route: Definition, virtualNode: string, port: number): Definition {
  return mapTyped(route, ({ action, ...others }) => {
    const weightedTargets = action.weightedTargets?.map((target) =>
      target.virtualNode === virtualNode && target.port === undefined ? { ...target, port } : target,
    )
    return { ...others, action: { ...action, weightedTargets } }
  })
}
