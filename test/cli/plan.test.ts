/** The order of a plan's steps, from what is there to what shall be. */
import assert from 'node:assert/strict'
import type { StoredResource } from '../../src/cli/access/meshes.js'
import { displayRef } from '../../src/cli/access/kinds.js'
import type { Desired } from '../../src/cli/manifest/definition.js'
import { buildPlan, listPruned } from '../../src/cli/plan/plan.js'
import type { Step } from '../../src/cli/plan/step.js'
import type { Kind, Tag } from '../../src/model/resource.js'
import { ACCOUNT, resource } from '../translate/mesh.js'

type Specs = Readonly<Record<string, unknown>>

/** Resources by `kind/name` or `kind/parent/name`; a mesh is always there. */
function resourcesOf(specs: Specs, tags: readonly Tag[] = []): StoredResource[] {
  return [resource('mesh', 'm', 'm', {}), ...Object.entries(specs).map(([name, spec]) => parse(name, spec))].map(
    ({ ref, spec, metadata }) => ({
      ...{ ref, spec, tags, arn: metadata.arn, version: 1, meshOwner: ACCOUNT, resourceOwner: ACCOUNT },
      ...{ createdAt: '2026-01-01T00:00:00.000Z', lastUpdatedAt: '2026-01-01T00:00:00.000Z' },
    }),
  )
}

function parse(text: string, spec: unknown) {
  const [kind = '', ...names] = text.split('/')
  const [name = '', parent] = names.reverse()
  return resource(kind as Kind, 'm', name, spec as never, parent)
}

const format = (step: Step): string => {
  const more = step.action === 'update' && step.interim ? ' for now' : ''
  return `${step.action} ${displayRef(step.ref)}${more}`
}

const node = (...ports: number[]) => ({ listeners: listeners('http', ports) })
const router = (...ports: number[]) => ({ listeners: listeners('http', ports) })
const listeners = (protocol: string, ports: readonly number[]) =>
  ports.map((port) => ({ portMapping: { port, protocol } }))
const route = (target: object, match: object = {}, type = 'httpRoute') => ({
  [type]: { match: { prefix: '/', ...match }, action: { weightedTargets: [{ weight: 1, ...target }] } },
})
const gatewayRoute = (virtualServiceName: string, match: object = {}) => ({
  httpRoute: { match: { prefix: '/', ...match }, action: { target: { virtualService: { virtualServiceName } } } },
})
const provided = (virtualNodeName: string) => ({ provider: { virtualNode: { virtualNodeName } } })
const routed = (virtualRouterName: string) => ({ provider: { virtualRouter: { virtualRouterName } } })
const calls = (virtualServiceName: string) => ({ backends: [{ virtualService: { virtualServiceName } }] })

interface Case {
  readonly name: string
  readonly from: Specs
  readonly to: Specs
  readonly steps: readonly string[]
  readonly problems?: readonly RegExp[]
  /** Without pruning what is only in `from` stays. */
  readonly keep?: true
}

const CASES: readonly Case[] = [
  {
    name: 'everything new, in an order that can be',
    from: {},
    to: {
      'gatewayRoute/g/x': gatewayRoute('s'),
      'virtualGateway/g': { listeners: listeners('http', [80]) },
      'virtualService/s': routed('r'),
      'route/r/x': route({ virtualNode: 'a' }),
      'virtualRouter/r': router(80),
      'virtualNode/a': node(80),
    },
    steps: [
      ...['create virtualNode/a', 'create virtualRouter/r', 'create route/r/x', 'create virtualService/s'],
      ...['create virtualGateway/g', 'create gatewayRoute/g/x'],
    ],
  },
  { name: 'nothing to do', from: { 'virtualNode/a': node(80) }, to: { 'virtualNode/a': node(80) }, steps: [] },
  {
    name: 'a route leaves its target before that goes',
    from: { 'virtualNode/a': node(80), 'virtualRouter/r': router(80), 'route/r/x': route({ virtualNode: 'a' }) },
    to: { 'virtualNode/b': node(80), 'virtualRouter/r': router(80), 'route/r/x': route({ virtualNode: 'b' }) },
    steps: ['create virtualNode/b', 'update route/r/x', 'delete virtualNode/a'],
  },
  {
    name: 'a service is switched to a router whose routes are there, before its node goes',
    from: { 'virtualNode/a': node(80), 'virtualService/s': provided('a') },
    to: {
      'virtualNode/b': node(80),
      'virtualRouter/r': router(80),
      'route/r/x': route({ virtualNode: 'b' }),
      'virtualService/s': routed('r'),
    },
    steps: [
      ...['create virtualNode/b', 'create virtualRouter/r', 'create route/r/x', 'update virtualService/s'],
      'delete virtualNode/a',
    ],
  },
  {
    name: 'backends go before their service',
    from: { 'virtualNode/a': calls('s'), 'virtualService/s': {} },
    to: { 'virtualNode/a': {} },
    steps: ['update virtualNode/a', 'delete virtualService/s'],
  },
  {
    name: 'a circle of backend, service, router, route and node goes',
    from: {
      'virtualNode/a': { ...node(80), ...calls('s') },
      'virtualService/s': routed('r'),
      'virtualRouter/r': router(80),
      'route/r/x': route({ virtualNode: 'a' }),
    },
    to: {},
    steps: ['delete virtualService/s', 'delete route/r/x', 'delete virtualRouter/r', 'delete virtualNode/a'],
  },
  {
    name: 'a route that keeps its router from changing and shall go, goes first',
    from: {
      'virtualNode/a': node(80),
      'virtualRouter/r': router(80),
      'route/r/x': route({ virtualNode: 'a' }, { port: 80 }),
    },
    to: { 'virtualNode/a': node(80), 'virtualRouter/r': router(81) },
    steps: ['delete route/r/x', 'update virtualRouter/r'],
  },
  {
    name: 'the listener of a router moves, and its route with it',
    from: {
      'virtualNode/a': node(80),
      'virtualRouter/r': router(80),
      'route/r/x': route({ virtualNode: 'a' }, { port: 80 }),
    },
    to: {
      'virtualNode/a': node(80),
      'virtualRouter/r': router(81),
      'route/r/x': route({ virtualNode: 'a' }, { port: 81 }),
    },
    steps: ['update route/r/x for now', 'update virtualRouter/r', 'update route/r/x'],
  },
  {
    name: 'two listeners of a router make room for two others',
    from: {
      'virtualNode/a': node(80),
      'virtualRouter/r': router(80, 81),
      'route/r/x': route({ virtualNode: 'a' }, { port: 80 }),
    },
    to: {
      'virtualNode/a': node(80),
      'virtualRouter/r': router(82, 83),
      'route/r/x': route({ virtualNode: 'a' }, { port: 82 }),
    },
    steps: ['update virtualRouter/r for now', 'update route/r/x', 'update virtualRouter/r'],
  },
  {
    name: 'a second listener of a router, which its only route moves to',
    from: { 'virtualNode/a': node(80), 'virtualRouter/r': router(80), 'route/r/x': route({ virtualNode: 'a' }) },
    to: {
      'virtualNode/a': node(80),
      'virtualRouter/r': router(80, 81),
      'route/r/x': route({ virtualNode: 'a' }, { port: 81 }),
    },
    steps: ['update route/r/x for now', 'update virtualRouter/r', 'update route/r/x'],
  },
  {
    name: 'a second listener of a node, which its route moves to',
    from: { 'virtualNode/a': node(80), 'virtualRouter/r': router(80), 'route/r/x': route({ virtualNode: 'a' }) },
    to: {
      'virtualNode/a': node(80, 81),
      'virtualRouter/r': router(80),
      'route/r/x': route({ virtualNode: 'a', port: 81 }),
    },
    steps: ['update route/r/x for now', 'update virtualNode/a', 'update route/r/x'],
  },
  {
    name: 'a route that says a port which its node has already needs no detour',
    from: { 'virtualNode/a': node(80), 'virtualRouter/r': router(80), 'route/r/x': route({ virtualNode: 'a' }) },
    to: {
      'virtualNode/a': node(80, 81),
      'virtualRouter/r': router(80),
      'route/r/x': route({ virtualNode: 'a', port: 80 }),
    },
    steps: ['update route/r/x', 'update virtualNode/a'],
  },
  {
    name: 'another protocol of a router replaces its routes',
    from: { 'virtualNode/a': {}, 'virtualRouter/r': router(80), 'route/r/x': route({ virtualNode: 'a' }) },
    to: {
      'virtualNode/a': {},
      'virtualRouter/r': { listeners: listeners('http2', [80]) },
      'route/r/x': route({ virtualNode: 'a' }, {}, 'http2Route'),
    },
    steps: ['delete route/r/x', 'update virtualRouter/r', 'create route/r/x'],
  },
  {
    name: 'the listener of a gateway moves, and its route with it',
    from: {
      'virtualService/s': {},
      'virtualGateway/g': { listeners: listeners('http', [80]) },
      'gatewayRoute/g/x': gatewayRoute('s', { port: 80 }),
    },
    to: {
      'virtualService/s': {},
      'virtualGateway/g': { listeners: listeners('http', [81]) },
      'gatewayRoute/g/x': gatewayRoute('s', { port: 81 }),
    },
    steps: ['update gatewayRoute/g/x for now', 'update virtualGateway/g', 'update gatewayRoute/g/x'],
  },
  {
    name: 'a target that is nowhere',
    from: { 'virtualRouter/r': router(80) },
    to: { 'virtualRouter/r': router(80), 'route/r/x': route({ virtualNode: 'gone' }) },
    steps: [],
    problems: [/^route\/r\/x: there is no virtualNode\/gone in mesh m$/],
  },
  {
    name: 'a route in the way that no file speaks of',
    from: {
      'virtualNode/a': node(80),
      'virtualRouter/r': router(80),
      'route/r/x': route({ virtualNode: 'a' }, { port: 80 }),
    },
    to: { 'virtualRouter/r': router(81) },
    keep: true,
    steps: [],
    problems: [/^virtualRouter\/r: the route r\/x that is there would not fit it: change or delete it, too$/],
  },
  {
    name: 'a node that something else still needs',
    from: { 'virtualNode/a': node(80), 'virtualService/s': provided('a') },
    to: { 'virtualService/s': provided('a') },
    steps: [],
    problems: [/^virtualNode\/a: VirtualNode with name a cannot be deleted because it is a VirtualService provider/],
  },
]

describe('the planner', () => {
  for (const { name, from, to, steps, problems = [], keep } of CASES)
    it(name, () => {
      const current = resourcesOf(from)
      const desired = resourcesOf(to)
      const removed = keep ? [] : listPruned(current, desired)
      const plan = buildPlan({ current, desired, removed })
      const told = plan.problems.map(({ ref, message }) => `${displayRef(ref)}: ${message}`)
      assert.equal(told.length, problems.length, told.join('\n'))
      problems.forEach((problem, index) => assert.match(told[index] ?? '', problem))
      assert.deepEqual(plan.steps.map(format), steps)
    })

  it('says of an interim step what the traffic sees already', () => {
    const from = { 'virtualNode/a': node(80), 'virtualRouter/r': router(80), 'route/r/x': route({ virtualNode: 'a' }) }
    const to = { ...from, 'virtualNode/a': node(80, 81), 'route/r/x': route({ virtualNode: 'a', port: 81 }) }
    const { steps } = buildPlan({ current: resourcesOf(from), desired: resourcesOf(to), removed: [] })
    assert.deepEqual(steps[0]?.action === 'update' && steps[0].spec, route({ virtualNode: 'a', port: 80 }))
  })

  const tagged = (tags?: readonly Tag[]): Desired[] =>
    resourcesOf({ 'virtualNode/a': {} }).map(({ ref, spec }) => ({ ref, spec, ...(tags && { tags }) }))
  const [one, two] = [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ] as const

  it('leaves the tags that a definition does not mention', () => {
    const plan = buildPlan({ current: resourcesOf({ 'virtualNode/a': {} }, [one]), desired: tagged(), removed: [] })
    assert.deepEqual([plan.steps, plan.changes.map(({ action }) => action)], [[], ['none', 'none']])
  })

  it('changes tags to those that a definition has, in any order', () => {
    const current = resourcesOf({ 'virtualNode/a': {} }, [one, two])
    assert.deepEqual(buildPlan({ current, desired: tagged([two, one]), removed: [] }).steps, [])
    const { steps } = buildPlan({ current, desired: tagged([{ key: 'b', value: '3' }]).slice(1), removed: [] })
    assert.deepEqual(
      steps.map((step) => step.action === 'tag' && [step.set, step.removeKeys]),
      [[[{ key: 'b', value: '3' }], ['a']]],
    )
  })
})
