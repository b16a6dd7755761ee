/** The mesh map in a browser: the recorded meshes as pictures and as tables, live, found in, exported, and large. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { buildMapGraph } from '../../src/console/data/map-graph.js'
import { LDS } from '../xds/harness.js'
import { consoleSite, PHONE } from './browser.js'
import { buildLargeMesh } from './large-mesh.js'
import { readMesh } from './recorded-mesh.js'
import { writeMesh } from './write-mesh.js'

const RECORDED = ['ingress-gateway', 'outlier-detection', 'timeout-policy']

describe('mesh map in a browser', function () {
  this.timeout(60_000)
  const site = consoleSite()

  before(async () => {
    for (const name of RECORDED) await writeMesh(site.world, readMesh(name), name)
  })

  for (const name of RECORDED) {
    it(`draws ${name}, in a table too, light, dark and on a phone`, async () => {
      const { boxes, links } = buildMapGraph(readMesh(name))
      const page = await openMap(name)
      // What is out of sight is not drawn, until the map has been made to fit.
      await page
        .locator('.react-flow__node')
        .nth(boxes.length - 1)
        .waitFor()
      assert.deepEqual(await idsOf(page, '.react-flow__node', 'data-id'), boxes.map(({ id }) => id).sort())
      assert.deepEqual(await idsOf(page, '.map-links [data-link]', 'data-link'), links.map(({ id }) => id).sort())
      await site.shot(page, `map-${name}`, { fullPage: false })
      await site.check(page)

      await page.getByRole('tab', { name: 'Table' }).click()
      const rows = page.getByRole('table', { name: 'Everything on the map' }).getByRole('row')
      await rows.nth(boxes.length).waitFor()
      assert.equal(await rows.count(), boxes.length + 1)
      // Each link stands twice: where it begins and where it ends.
      const told = await idsOf(page, 'li[data-link]', 'data-link')
      assert.deepEqual(told, links.flatMap(({ id }) => [id, id]).sort())
      await site.shot(page, `map-table-${name}`, { fullPage: false })
      await site.check(page)
    })
  }

  it('is legible in the dark and on a phone', async () => {
    const dark = await openMap('ingress-gateway', { colorScheme: 'dark' })
    await site.shot(dark, 'map-dark', { fullPage: false })
    await site.check(dark)
    const phone = await openMap('ingress-gateway', { viewport: PHONE })
    await site.shot(phone, 'map-phone')
    await site.check(phone)
  })

  it('tells what a box is when it is selected, and leads on from there', async () => {
    const page = await openMap('ingress-gateway')
    await page.locator('[data-id="route/colorteller-vr-2/colorteller-route-2"]').click()
    await page.getByRole('heading', { name: 'Route colorteller-route-2' }).waitFor()
    await page.getByRole('button', { name: 'Virtual node colorteller-red-vn' }).click()
    await page.getByRole('heading', { name: 'Virtual node colorteller-red-vn' }).waitFor()
    await site.shot(page, 'map-selected', { fullPage: false })
    await site.check(page)
    await page.getByRole('button', { name: 'Show only what is connected' }).click()
    await page.locator('[data-id="virtualNode/colorteller-blue-vn"]').waitFor({ state: 'detached' })
    assert.match(page.url(), /selected=/)
  })

  it('can be used by keyboard', async () => {
    const page = await openMap('outlier-detection')
    await page.locator('[data-id="virtualNode/front-node"]').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Virtual node front-node' }).waitFor()
  })

  it('finds and hides', async () => {
    const page = await openMap('ingress-gateway')
    await page.getByLabel('Find', { exact: true }).fill('kind:node red')
    await page.getByText('1 found').waitFor()
    assert.equal(await page.locator('.map-box-found').count(), 1)
    await page.getByLabel('Hide', { exact: true }).fill('kind:route')
    await page.getByText('2 of 13 hidden').waitFor()
    await page.getByLabel('Find', { exact: true }).fill('is:odd')
    await page.getByText(/is: takes/).waitFor()
  })

  it('exports a picture that is one', async () => {
    const page = await openMap('ingress-gateway')
    const svg = await exported(page, 'Drawing (SVG)')
    assert.match(svg.name, /^ingress-gateway-map\.svg$/)
    const text = svg.bytes.toString('utf8')
    assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    assert.match(text, /colorteller-red-vn/)
    const png = await exported(page, 'Picture (PNG)')
    assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG')
    const [width, height] = [png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]
    assert.ok(width > 2000 && height > 500, `${width} × ${height}`)
    // A picture of one colour would be some kilobytes only.
    assert.ok(png.bytes.length > 30_000, `${png.bytes.length} bytes`)
    const parsed = await page.evaluate<string>(`(${PARSE})(${JSON.stringify(text)})`)
    assert.equal(parsed, 'svg')
  })

  it('shows without a reload that an Envoy connects and that it rejects, and moves nothing', async () => {
    await site.world.writeShop()
    const page = await openMap('shop')
    const front = page.locator('[data-id="virtualNode/front"]')
    await front.getByText('not connected').waitFor()
    const before = await placesOf(page)
    await site.world.connect('mesh/shop/virtualNode/api')
    await page.locator('[data-id="virtualNode/api"]').getByText('1 Envoy, in sync').waitFor()
    await site.world.connect('mesh/shop/virtualNode/front', { reject: new Map([[LDS, 'no such file']]) })
    await front.getByText('1 NACK').waitFor()
    assert.deepEqual(await placesOf(page), before)
    await site.shot(page, 'map-live', { fullPage: false })
    await site.check(page)
    await site.world.put('meshes/shop/virtualNodes', { virtualNodeName: 'new', spec: {} })
    await page.locator('[data-id="virtualNode/new"]').waitFor()
  })

  it('shows 200 nodes and 200 services, also those that are dragged into sight', async () => {
    await writeMesh(site.world, buildLargeMesh(200), 'large')
    const warm = await site.open('/meshes/large')
    await warm.getByRole('link', { name: 'Mesh map', exact: true }).waitFor()
    const start = Date.now()
    await warm.goto(`${site.origin}/console/meshes/large/map`)
    await warm.locator('.map-box').first().waitFor()
    const loaded = Date.now() - start
    const before = await idsOf(warm, '.react-flow__node', 'data-id')
    await site.shot(warm, 'map-large', { fullPage: false })
    const pane = (await warm.locator('.react-flow__pane').boundingBox())!
    await warm.evaluate(COUNT_FRAMES)
    await warm.mouse.move(pane.x + 500, pane.y + 300)
    await warm.mouse.down()
    for (let step = 0; step < 40; step += 1) await warm.mouse.move(pane.x + 500, pane.y + 300 - step * 7)
    await warm.mouse.up()
    const frames = await warm.evaluate<number[]>('globalThis.frames')
    const usual = [...frames].sort((a, b) => a - b)[Math.floor(frames.length * 0.9)]!
    console.log(
      `      200 nodes and services: shown after ${loaded} ms; nine of ten frames within ${Math.round(usual)} ms`,
    )
    const after = await idsOf(warm, '.react-flow__node', 'data-id')
    assert.ok(
      after.some((id) => !before.includes(id)),
      'nothing has come into sight',
    )
    await site.check(warm)
  })

  it('says what is missing in a mesh that is empty', async () => {
    await site.world.put('meshes', { meshName: 'empty' })
    const page = await site.open('/meshes/empty/map')
    await page.getByText('Nothing to draw yet').waitFor()
    await site.check(page)
  })

  async function openMap(mesh: string, options: Parameters<typeof site.open>[1] = {}): Promise<Page> {
    const page = await site.open(`/meshes/${mesh}/map`, options)
    await page.locator('.map-box').first().waitFor()
    return page
  }
})

async function idsOf(page: Page, selector: string, attribute: string): Promise<string[]> {
  const elements = await page.locator(selector).all()
  const ids = await Promise.all(elements.map((element) => element.getAttribute(attribute)))
  return ids.map(String).sort()
}

async function placesOf(page: Page): Promise<Record<string, string>> {
  const nodes = await page.locator('.react-flow__node').all()
  const places = await Promise.all(
    nodes.map(async (node): Promise<[string, string]> => {
      const style = (await node.getAttribute('style')) ?? ''
      return [String(await node.getAttribute('data-id')), /transform: [^;]+/.exec(style)?.[0] ?? '']
    }),
  )
  return Object.fromEntries(places)
}

async function exported(page: Page, item: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    })(),
  ])
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

/** These run in the page. */
const PARSE = `(text) => new DOMParser().parseFromString(text, 'image/svg+xml').documentElement.tagName`
const COUNT_FRAMES = `globalThis.frames = []; {
  let last = performance.now()
  const frame = (now) => { globalThis.frames.push(now - last); last = now; requestAnimationFrame(frame) }
  requestAnimationFrame(frame)
}`
