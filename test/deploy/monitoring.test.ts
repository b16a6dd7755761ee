/** The dashboards and alert rules of deploy/, against the metrics that there really are: of a running server, and of a real Envoy that it configures. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Envoy } from '../envoy/envoy.js'
import { eventually } from '../envoy/eventually.js'
import { NEWEST, requireEnvoy } from '../envoy/install.js'
import { startLocalEnvoy } from '../envoy/local-envoy.js'
import { World } from '../management/world.js'
import { DEPLOY } from './image.js'
import { parsePromql, readMetrics } from './promql.js'

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number }
  readonly datasource?: { readonly uid: string }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string; readonly refId: string }[]
}

interface Variable {
  readonly name: string
  readonly type: string
  readonly definition?: string
}

interface Dashboard {
  readonly uid: string
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly Variable[] }
}

interface Rules {
  readonly groups: readonly {
    readonly name: string
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly for?: string
      readonly labels: { readonly severity: string }
      readonly annotations: { readonly summary: string; readonly description: string }
    }[]
  }[]
}

const read = (file: string): string => readFileSync(join(DEPLOY, file), 'utf8')
const dashboardOf = (file: string) => JSON.parse(read(`grafana/${file}`)) as Dashboard
const DASHBOARDS = { 'meshkeeper.json': 'server', 'envoys.json': 'envoy' } as const
const RULES = { 'meshkeeper.rules.yaml': 'server', 'envoys.rules.yaml': 'envoy' } as const

/** Labels that Prometheus itself adds, and the bounds of histograms. */
const GIVEN = ['job', 'instance', 'le']
/** A metric that Prometheus makes. */
const MADE = new Map([['up', new Set<string>()]])

/** As Grafana would send it. */
function fillIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$\{?\w+\}?/g, '.*')
}

/** The selector in `label_values(SELECTOR, LABEL)`, and the label. */
function readDefinition({ definition = '' }: Variable): { expr: string; label: string } {
  const [, expr, label] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? assert.fail(definition)
  return { expr: expr!, label: label! }
}

/** Every expression of a dashboard, with what says where it stands, and the labels that are read from its result. */
function expressionsOf({ panels, templating }: Dashboard) {
  const inPanels = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({
      where: title,
      expr: fillIn(expr),
      labels: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
    })),
  )
  const variables = templating.list.filter(({ type }) => type === 'query')
  const inVariables = variables.map((variable) => {
    const { expr, label } = readDefinition(variable)
    return { where: `$${variable.name}`, expr: fillIn(expr), labels: [label] }
  })
  return [...inPanels, ...inVariables]
}

function ruleExpressions({ groups }: Rules) {
  return groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr, annotations }) => ({
      where: alert,
      expr,
      labels: [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label),
    })),
  )
}

/** What the documentation says of our metrics, which another test holds against the registry: labels of those that have no samples now. */
function documentedLabels(): Map<string, string[]> {
  const text = readFileSync(join(DEPLOY, '../docs/operations.md'), 'utf8')
  const rows = text.matchAll(/^\| `(meshkeeper_\w+)` \| (\w+) \|(.*?)\|/gm)
  return new Map(
    [...rows].flatMap(([, name = '', type, labels = '']) => {
      const names = type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name]
      return names.map((each): [string, string[]] => [
        each,
        labels
          .replaceAll('`', '')
          .split(',')
          .map((label) => label.trim()),
      ])
    }),
  )
}

describe('monitoring', function () {
  this.timeout(120_000)
  let world: World
  let upstream: Server
  let envoy: Envoy | undefined
  let directory: string
  const metrics: Record<'server' | 'envoy', Map<string, Set<string>>> = { server: new Map(), envoy: new Map() }

  before(async function () {
    const binary = await requireEnvoy(this, NEWEST)
    directory = await mkdtemp(join(tmpdir(), 'meshkeeper-monitoring-'))
    upstream = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
    const gatewayPort = await freePort()
    world = await World.start()
    await writeShop(world, (upstream.address() as AddressInfo).port, gatewayPort)
    envoy = await startLocalEnvoy({
      binary,
      directory,
      input: {
        image: 'stock',
        environment: {
          APPMESH_RESOURCE_ARN: 'mesh/shop/virtualGateway/edge',
          APPMESH_XDS_ENDPOINT: `127.0.0.1:${world.xdsPort}`,
          ENABLE_ENVOY_STATS_TAGS: '1',
        },
      },
    })
    await eventually({ what: 'an answer through the gateway', timeoutMs: 30_000 }, async () => {
      const response = await fetch(`http://127.0.0.1:${gatewayPort}/`)
      return (await response.text()) === 'hello'
    })
    metrics.envoy = readMetrics((await envoy.admin('/stats/prometheus')).body)
    metrics.server = readMetrics(await (await fetch(`${world.admin}/metrics`)).text())
    for (const [name, labels] of documentedLabels()) for (const label of labels) metrics.server.get(name)?.add(label)
    for (const { size } of Object.values(metrics)) assert.ok(size > 50)
  })
  after(async () => {
    await envoy?.child.stop()
    await world.close()
    upstream.close()
    await rm(directory, { recursive: true })
  })

  type Where = ReturnType<typeof expressionsOf>[number]

  /** The metrics are there, with the labels that are asked for; what is read from the result is not grouped away. */
  function check({ where, expr, labels }: Where, known: ReadonlyMap<string, ReadonlySet<string>>): void {
    const { selectors, grouping } = parsePromql(expr)
    assert.ok(selectors.length > 0, `${where}: asks for nothing`)
    for (const selector of selectors) {
      const there = known.get(selector.metric) ?? MADE.get(selector.metric)
      assert.ok(there, `${where}: there is no metric ${selector.metric}`)
      for (const label of selector.labels)
        assert.ok(
          has(there, label),
          `${where}: ${selector.metric} has no label ${label}, only ${[...there].join(', ')}`,
        )
    }
    const all = new Set(selectors.flatMap(({ metric }) => [...(known.get(metric) ?? [])]))
    for (const label of grouping) assert.ok(has(all, label), `${where}: groups by ${label}, which there is not`)
    for (const label of labels) {
      const there = grouping.length > 0 ? grouping.includes(label) : has(all, label)
      assert.ok(there, `${where}: reads the label ${label}, which the result has not`)
    }
  }

  /** An Envoy is of a node or of a gateway: that of this test is of a gateway, whose other label stays empty. */
  function has(there: ReadonlySet<string>, label: string): boolean {
    if (label === 'appmesh_virtual_node') return there.has('appmesh_virtual_gateway')
    return there.has(label) || GIVEN.includes(label)
  }

  for (const [file, what] of Object.entries(DASHBOARDS)) {
    it(`grafana/${file} asks for what there is`, () => {
      const expressions = expressionsOf(dashboardOf(file))
      assert.ok(expressions.length > 15)
      for (const expression of expressions) check(expression, metrics[what])
    })

    it(`grafana/${file} is laid out without overlaps, with ids and references of its own`, () => {
      const { panels, templating } = dashboardOf(file)
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
      const cells = new Set<string>()
      for (const { title, gridPos } of panels)
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            assert.ok(x < 24 && !cells.has(`${x} ${y}`), `${title} lies on another panel`)
            cells.add(`${x} ${y}`)
          }
      const variables = templating.list.map(({ name }) => name)
      for (const { type, title, datasource, targets = [] } of panels) {
        if (type === 'row') continue
        assert.equal(datasource?.uid, '${datasource}', title)
        for (const { expr } of targets)
          for (const [, name = ''] of expr.matchAll(/\$(\w+)/g))
            assert.ok(name === '__rate_interval' || variables.includes(name), `${title}: there is no variable ${name}`)
      }
    })
  }

  for (const [file, what] of Object.entries(RULES))
    it(`prometheus/${file} asks for what there is, and says what to do`, () => {
      const rules = parse(read(`prometheus/${file}`)) as Rules
      for (const expression of ruleExpressions(rules)) check(expression, metrics[what])
      const all = rules.groups.flatMap((group) => group.rules)
      assert.equal(new Set(all.map(({ alert }) => alert)).size, all.length)
      for (const { alert, for: time = '1m', labels, annotations } of all) {
        assert.match(time, /^\d+[smh]$/, alert)
        assert.ok(['warning', 'critical'].includes(labels.severity), alert)
        assert.ok(annotations.summary.length > 0 && annotations.description.length > 20, alert)
      }
    })
})

describe('the reader of PromQL', () => {
  it('finds metrics, matchers and grouping', () => {
    const { selectors, grouping } = parsePromql(
      'sum by (a, b) (rate(x_total{c="1",d!~"2"}[5m])) / on (a) y offset 5m > 0',
    )
    assert.deepEqual(selectors, [
      { metric: 'x_total', labels: ['c', 'd'] },
      { metric: 'y', labels: [] },
    ])
    assert.ok(grouping.includes('a') && grouping.includes('b'))
  })

  for (const text of ['sum(', 'x{a=}', 'rate(x[5q])', 'x y', '{a="b"}', 'sum by a (x)'])
    it(`refuses ${text}`, () => assert.throws(() => parsePromql(text)))
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A gateway that leads to a node on this machine: requests need no redirection. */
async function writeShop(world: World, port: number, gatewayPort: number): Promise<void> {
  await world.put('meshes', { meshName: 'shop' })
  await world.put('meshes/shop/virtualNodes', {
    virtualNodeName: 'api',
    spec: {
      listeners: [
        {
          portMapping: { port, protocol: 'http' },
          outlierDetection: {
            maxServerErrors: 5,
            interval: { unit: 's', value: 10 },
            baseEjectionDuration: { unit: 's', value: 30 },
            maxEjectionPercent: 50,
          },
        },
      ],
      serviceDiscovery: { dns: { hostname: '127.0.0.1', responseType: 'ENDPOINTS' } },
    },
  })
  await world.put('meshes/shop/virtualServices', {
    virtualServiceName: 'api.shop.local',
    spec: { provider: { virtualNode: { virtualNodeName: 'api' } } },
  })
  await world.put('meshes/shop/virtualGateways', {
    virtualGatewayName: 'edge',
    spec: { listeners: [{ portMapping: { port: gatewayPort, protocol: 'http' } }] },
  })
  await world.put('meshes/shop/virtualGateway/edge/gatewayRoutes', {
    gatewayRouteName: 'all',
    spec: {
      httpRoute: {
        match: { prefix: '/' },
        action: { target: { virtualService: { virtualServiceName: 'api.shop.local' } } },
      },
    },
  })
}
