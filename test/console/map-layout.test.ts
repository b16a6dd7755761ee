import assert from 'node:assert/strict'
import { parseFinder, selectVisible } from '../../src/console/data/map-find.js'
import { buildMapGraph, BOX_KINDS, type MapResource } from '../../src/console/data/map-graph.js'
import { buildMapLayout, canArrangeByTraffic, type MapLayout } from '../../src/console/data/map-layout.js'
import { buildLinkPath } from '../../src/console/data/map-link-path.js'
import { buildBoxStatuses } from '../../src/console/data/map-status.js'
import { PALETTES } from '../../src/console/data/map-style.js'
import { buildMapSvg } from '../../src/console/data/map-svg.js'
import { buildMapRows } from '../../src/console/data/map-table.js'
import { readMesh } from './recorded-mesh.js'
import { buildLargeMesh } from './large-mesh.js'

const RECORDED = ['ingress-gateway', 'outlier-detection', 'timeout-policy']

describe('map-layout', () => {
  for (const name of RECORDED) {
    for (const arrangement of ['traffic', 'columns'] as const) {
      it(`stands ${name} from left to right by ${arrangement}, no box on another`, () => {
        const graph = buildMapGraph(readMesh(name))
        const layout = buildMapLayout(graph, arrangement)
        assert.equal(layout.arrangement, arrangement)
        assertApart(layout)
        for (const { from, to, kind } of graph.links) {
          if (kind === 'backend' && arrangement === 'columns') continue
          assert.ok(layout.places.get(from)!.x < layout.places.get(to)!.x, `${from} is left of ${to}`)
        }
      })

      it(`stands ${name} by ${arrangement} in the same way whatever the order of the resources`, () => {
        const resources = readMesh(name)
        assert.deepEqual(
          buildMapLayout(buildMapGraph([...resources].reverse()), arrangement),
          buildMapLayout(buildMapGraph(resources), arrangement),
        )
      })
    }
  }

  it('keeps every box where it is when the details of a spec change', () => {
    const before = readMesh('outlier-detection')
    const after = before.map((resource) =>
      resource.kind === 'virtualNode'
        ? { ...resource, spec: { ...resource.spec, listeners: resource.spec.listeners?.slice(0, 0) } as never }
        : resource,
    )
    assert.deepEqual(buildMapLayout(buildMapGraph(after)).places, buildMapLayout(buildMapGraph(before)).places)
  })

  it('has places for calls in a circle', () => {
    const graph = buildMapGraph(circle())
    const layout = buildMapLayout(graph)
    assert.equal(layout.arrangement, 'traffic')
    assertApart(layout)
    assert.equal(layout.places.size, 4)
  })

  it('stands 200 nodes and 200 services in columns, in a second', function () {
    this.timeout(5000)
    const graph = buildMapGraph(buildLargeMesh(200))
    assert.equal(canArrangeByTraffic(graph), false)
    const start = performance.now()
    const layout = buildMapLayout(graph)
    assert.ok(performance.now() - start < 1000)
    assert.equal(layout.arrangement, 'columns')
    assertApart(layout)
    const columns = new Set(graph.boxes.map(({ id, kind }) => `${BOX_KINDS.indexOf(kind)} ${layout.places.get(id)!.x}`))
    assert.equal(columns.size, new Set(graph.boxes.map(({ kind }) => kind)).size)
  })

  it('lays links between the facing sides of boxes, through their bends', () => {
    const left = { x: 0, y: 0, width: 10, height: 10 }
    const right = { x: 100, y: 50, width: 10, height: 20 }
    assert.equal(buildLinkPath(left, right).d, 'M10,5 C55,5 55,60 100,60')
    assert.deepEqual(buildLinkPath(left, right).middle, { x: 55, y: 32.5 })
    assert.equal(buildLinkPath(right, left).d, 'M100,60 C55,60 55,5 10,5')
    assert.equal(buildLinkPath(left, right, [{ x: 50, y: 0 }]).d, 'M10,5 C30,5 30,0 50,0 C75,0 75,60 100,60')
  })
})

describe('map-find', () => {
  const graph = buildMapGraph(readMesh('ingress-gateway'))
  const statuses = buildBoxStatuses(graph.boxes, [
    {
      kind: 'virtualNode',
      name: 'colorteller-red-vn',
      envoys: { connected: 1, synced: 0, stale: 0, nacked: 1 },
      problems: [],
    },
  ])
  const CASES: readonly { given: string; expect: string[] | RegExp }[] = [
    { given: '', expect: [] },
    { given: 'RED', expect: ['colorteller-red-vn'] },
    { given: 'kind:node -red -blue', expect: ['colorteller-black-vn', 'colorteller-white-vn'] },
    { given: '/color2', expect: ['colorgateway-route-2'] },
    { given: 'is:nack', expect: ['colorteller-red-vn'] },
    { given: 'is:tls kind:gateway', expect: ['colorgateway-vg'] },
    { given: 'kind:nothing', expect: /^kind: takes gateway/ },
    { given: 'is:what', expect: /^is: takes nack/ },
  ]
  for (const { given, expect } of CASES) {
    it(`finds ${given || 'nothing'}`, () => {
      const finder = parseFinder(given)
      if (expect instanceof RegExp) return assert.match(finder.problem ?? '', expect)
      const found = graph.boxes.filter((box) => finder.matches(box, statuses.get(box.id))).map(({ name }) => name)
      assert.deepEqual(found, expect)
    })
  }

  it('leaves what is connected with one box', () => {
    const around = 'virtualNode/colorteller-red-vn'
    const left = selectVisible(graph, statuses, { hide: parseFinder('kind:route'), around })
    assert.deepEqual([...left].map((id) => id.split('/').at(-1)).sort(), [
      'colorgateway-route-2',
      'colorgateway-vg',
      'colorteller-2.mesh.local',
      'colorteller-red-vn',
      'colorteller-vr-2',
    ])
  })
})

describe('map-svg and map-table', () => {
  for (const name of RECORDED) {
    it(`have every box and every link of ${name}`, () => {
      const graph = buildMapGraph(readMesh(name))
      const visible = new Set(graph.boxes.map(({ id }) => id))
      const statuses = buildBoxStatuses(graph.boxes, [])
      const { svg } = buildMapSvg({
        title: name,
        graph,
        layout: buildMapLayout(graph),
        statuses,
        visible,
        palette: PALETTES.light,
      })
      assert.equal(svg.match(/<path /g)?.length, graph.links.length)
      for (const box of graph.boxes) assert.ok(svg.includes(box.name.slice(0, 20)), box.name)
      const rows = buildMapRows(graph, statuses, visible)
      assert.deepEqual(
        rows.map(({ id }) => id),
        graph.boxes.map(({ id }) => id),
      )
      const told = (side: 'leadsTo' | 'reachedFrom') =>
        rows.flatMap((row) => row[side].map(({ link }) => link.id)).sort()
      const drawn = graph.links.map(({ id }) => id).sort()
      assert.deepEqual(told('leadsTo'), drawn)
      assert.deepEqual(told('reachedFrom'), drawn)
    })
  }

  it('escapes names and leaves out what is hidden', () => {
    const graph = buildMapGraph([
      { kind: 'virtualService', name: '<script>&"', spec: {} },
      { kind: 'virtualService', name: 'hidden', spec: {} },
    ])
    const visible = new Set(graph.boxes.filter(({ name }) => name !== 'hidden').map(({ id }) => id))
    const statuses = buildBoxStatuses(graph.boxes, undefined)
    const layout = buildMapLayout(graph)
    const { svg } = buildMapSvg({ title: 'a\u0000<b>', graph, layout, statuses, visible, palette: PALETTES.dark })
    assert.ok(svg.includes('&lt;script&gt;&amp;&quot;'))
    assert.ok(svg.includes('<title>a&lt;b&gt;</title>'))
    assert.ok(!svg.includes('hidden'))
  })
})

function assertApart({ places }: MapLayout): void {
  const all = [...places.entries()]
  for (const [index, [id, a]] of all.entries()) {
    for (const [other, b] of all.slice(index + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
      assert.ok(apart, `${id} and ${other} overlap`)
    }
  }
}

function circle(): MapResource[] {
  return ['a', 'b'].flatMap((name, index): MapResource[] => [
    {
      kind: 'virtualNode',
      name,
      spec: { backends: [{ virtualService: { virtualServiceName: index === 0 ? 'b' : 'a' } }] },
    },
    { kind: 'virtualService', name, spec: { provider: { virtualNode: { virtualNodeName: name } } } },
  ])
}
