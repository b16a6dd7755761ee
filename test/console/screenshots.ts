/** Makes the pictures of docs/console.md anew: `node --import tsx test/console/screenshots.ts`. Needs Chromium. */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { LDS } from '../xds/harness.js'
import { ConsoleSite, LAPTOP, PHONE } from './browser.js'
import { buildConsole } from './build.js'
import { readMesh } from './recorded-mesh.js'
import { writeMesh } from './write-mesh.js'

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const REASON = "Error adding/updating listener(s) lds_ingress: unable to open file '/no/such/directory/access.log'"

interface Picture {
  readonly name: string
  readonly path: string
  /** Text or selector that is there once the page is whole. */
  readonly wait: string
  readonly options?: NonNullable<Parameters<ConsoleSite['open']>[1]>
  readonly prepare?: (page: Page) => Promise<void>
}

const PICTURES: readonly Picture[] = [
  { name: 'meshes', path: '/meshes', wait: 'text=color-mesh' },
  { name: 'overview', path: '/meshes/color-mesh', wait: 'h1' },
  { name: 'virtual-nodes', path: '/meshes/color-mesh/virtual-nodes', wait: 'text=colorteller-red-vn' },
  { name: 'create-virtual-node', path: '/meshes/color-mesh/virtual-nodes/create', wait: 'h1' },
  { name: 'map', path: '/meshes/color-mesh/map', wait: '.map-badges' },
  { name: 'map-dark', path: '/meshes/color-mesh/map', wait: '.map-badges', options: { colorScheme: 'dark' } },
  { name: 'map-phone', path: '/meshes/color-mesh/map', wait: '.map-badges', options: { viewport: PHONE } },
  { name: 'proxies', path: '/proxies', wait: '.proxy-error' },
  { name: 'history', path: '/history?mesh=color-mesh', wait: 'text=UpdateVirtualNode', prepare: openNewest },
]

async function openNewest(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /Show the change/ })
    .first()
    .click()
  await page.locator('.diff').waitFor()
}

async function write(site: ConsoleSite): Promise<void> {
  const mesh = await writeMesh(site.world, readMesh('ingress-gateway'), 'color-mesh')
  const red = readMesh('ingress-gateway').find(({ name }) => name === 'colorteller-red-vn')
  await site.world.put(`meshes/${mesh}/virtualNodes/colorteller-red-vn`, {
    spec: { ...red?.spec, logging: { accessLog: { file: { path: '/no/such/directory/access.log' } } } },
  })
  for (const colour of ['white', 'blue', 'black']) {
    await site.world.connect(`mesh/${mesh}/virtualNode/colorteller-${colour}-vn`)
  }
  await site.world.connect(`mesh/${mesh}/virtualNode/colorteller-red-vn`, { reject: new Map([[LDS, REASON]]) })
}

await buildConsole()
await mkdir(IMAGES, { recursive: true })
const site = new ConsoleSite({})
await site.start()
try {
  await write(site)
  for (const { name, path, wait, options, prepare } of PICTURES) {
    const page = await site.open(path, { viewport: LAPTOP, ...options })
    await page.locator(wait).first().waitFor()
    await page.waitForLoadState('load')
    await prepare?.(page)
    // Fonts and the last frames of what opens.
    await page.waitForTimeout(1200)
    await page.screenshot({ path: `${IMAGES}console-${name}.png` })
    await page.context().close()
  }
} finally {
  await site.stop()
}
