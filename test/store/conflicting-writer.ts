/**
 * One replica of the conflict test: an API over the store given as first argument, and as many random calls as the second says. They make, change and
 * delete few things that refer to each other, so that most of them meet. Prints one line of JSON: how many answers of each kind there were.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { openStore } from '../../src/store/open-store.js'
import { openService, type Input } from '../api/service.js'

const AT_ONCE = 8

const [address = '', count = '0'] = process.argv.slice(2)

const pick = (most: number): number => Math.floor(Math.random() * most)
const mesh = (): Input => ({ meshName: `m${pick(2)}` })
const node = (): Input => ({ ...mesh(), virtualNodeName: `n${pick(4)}` })
const router = (): Input => ({ ...mesh(), virtualRouterName: `r${pick(2)}` })
const route = (): Input => ({ ...router(), routeName: `x${pick(3)}` })
const service = (): Input => ({ ...mesh(), virtualServiceName: `s${pick(3)}.local` })
const gateway = (): Input => ({ ...mesh(), virtualGatewayName: `g${pick(2)}` })
const gatewayRoute = (): Input => ({ ...gateway(), gatewayRouteName: `y${pick(2)}` })

const LISTENERS = [{ portMapping: { port: 8080, protocol: 'http' } }]

const nodeSpec = (): Input => ({
  listeners: LISTENERS,
  serviceDiscovery: { dns: { hostname: `h${pick(9)}.local` } },
  backends: [{ virtualService: { virtualServiceName: `s${pick(3)}.local` } }],
})
const routeSpec = (): Input => ({
  httpRoute: {
    match: { prefix: `/${pick(99)}` },
    action: { weightedTargets: [{ virtualNode: `n${pick(4)}`, weight: 1 }] },
  },
})
const serviceSpec = (): Input => ({
  provider:
    pick(2) === 0
      ? { virtualNode: { virtualNodeName: `n${pick(4)}` } }
      : { virtualRouter: { virtualRouterName: `r${pick(2)}` } },
})
const gatewayRouteSpec = (): Input => ({
  httpRoute: {
    match: { prefix: `/${pick(99)}` },
    action: { target: { virtualService: { virtualServiceName: `s${pick(3)}.local` } } },
  },
})

type Call = () => [operation: string, input: Input]

/** Making comes before changing and deleting in number, so that there is something to meet. */
const CALLS: readonly Call[] = [
  () => ['CreateMesh', mesh()],
  () => ['DeleteMesh', mesh()],
  ...three('VirtualNode', node, nodeSpec),
  ...three('VirtualRouter', router, () => ({ listeners: LISTENERS })),
  ...three('Route', route, routeSpec),
  ...three('VirtualService', service, serviceSpec),
  ...three('VirtualGateway', gateway, () => ({ listeners: LISTENERS })),
  ...three('GatewayRoute', gatewayRoute, gatewayRouteSpec),
]

function three(kind: string, name: () => Input, spec: () => Input): Call[] {
  const create: Call = () => [`Create${kind}`, { ...name(), spec: spec() }]
  return [create, create, () => [`Update${kind}`, { ...name(), spec: spec() }], () => [`Delete${kind}`, name()]]
}

async function main(): Promise<void> {
  const store = await openStore(address)
  const service = await openService({ store, uuid: randomUUID })
  const answers: Record<string, number> = {}
  let left = Number(count)
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const [operation, input] = CALLS[pick(CALLS.length)]!()
      const { status, code } = await service.call(operation, input)
      assert.ok(status < 500, `${operation}: ${status} ${code ?? ''}`)
      const answer = code ?? 'done'
      answers[answer] = (answers[answer] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  await service.close()
  process.stdout.write(`${JSON.stringify(answers)}\n`)
}

await main()
