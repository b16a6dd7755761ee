/** What surrounds every page: appearance, search, navigation, keyboard, the connection, and what the first page costs. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { consoleSite, PHONE } from './browser.js'
import { buildConsole, CONSOLE_FILES } from './build.js'
import { writeShop } from './shop.js'

const SUITE_MS = 120_000
const FIRST_PAGE_BYTES = 450_000

describe('the frame of the console', function () {
  this.timeout(SUITE_MS)
  const site = consoleSite()

  before(() => writeShop(site.world))

  const isDark = (page: Page): Promise<boolean> =>
    page.evaluate<boolean>(`document.body.classList.contains('awsui-dark-mode')`)
  const isCompact = (page: Page): Promise<boolean> =>
    page.evaluate<boolean>(`document.body.classList.contains('awsui-compact-mode')`)

  it('is as light or dark as the system until somebody chooses, and remembers the choice', async () => {
    const page = await site.open('/meshes', { colorScheme: 'dark' })
    await page.getByRole('link', { name: 'shop' }).waitFor()
    assert.equal(await isDark(page), true)
    const choose = async (text: string): Promise<void> => {
      await page.getByRole('button', { name: 'Appearance' }).click()
      await page.getByRole('menuitemcheckbox', { name: text }).click()
    }
    await choose('Light')
    await page.waitForFunction(`!document.body.classList.contains('awsui-dark-mode')`)
    await choose('Compact')
    await page.waitForFunction(`document.body.classList.contains('awsui-compact-mode')`)
    await page.keyboard.press('Escape')
    await site.shot(page, 'meshes-compact')
    await page.reload()
    await page.getByRole('link', { name: 'shop' }).waitFor()
    assert.deepEqual([await isDark(page), await isCompact(page)], [false, true])
    await site.check(page)
  })

  it('finds resources of every mesh', async () => {
    const page = await site.open('/meshes')
    await page.getByRole('combobox', { name: 'Search resources of all meshes' }).fill('cart-v')
    await page.getByRole('option', { name: /cart-v2/ }).waitFor()
    await site.shot(page, 'search', { fullPage: false })
    await site.check(page)
    await page.getByRole('option', { name: /cart-v2/ }).click()
    await page.waitForURL('**/meshes/shop/virtual-nodes/cart-v2')
  })

  it('leads with breadcrumbs and navigation, without loading the page anew', async () => {
    const page = await site.open('/meshes/shop/virtual-routers/cart/routes/beta')
    await page.evaluate('globalThis.isSamePage = true')
    await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link', { name: 'cart' }).click()
    await page.waitForURL('**/virtual-routers/cart')
    await page.getByRole('link', { name: 'Virtual gateways' }).click()
    await page.getByRole('heading', { name: 'Virtual gateways (1)' }).waitFor()
    await page.goBack()
    await page.waitForURL('**/virtual-routers/cart')
    assert.equal(await page.evaluate('globalThis.isSamePage'), true)
  })

  it('can be used with the keyboard alone', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes')
    await page.getByRole('link', { name: 'front' }).waitFor()
    await page.getByRole('combobox', { name: 'Find virtual nodes' }).focus()
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab')
      if (await page.evaluate<boolean>(`document.activeElement.closest('table') !== null`)) break
    }
    for (let presses = 0; presses < 12; presses += 1) {
      if (await page.evaluate<boolean>(`document.activeElement.textContent === 'cart-v1'`)) break
      await page.keyboard.press(presses % 2 === 0 ? 'ArrowDown' : 'ArrowRight')
    }
    await page.keyboard.press('Enter')
    await page.waitForURL('**/virtual-nodes/cart-v1')
  })

  it('has help for the page', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes')
    await page.getByRole('button', { name: 'Open help' }).click()
    await page.getByText('APPMESH_RESOURCE_ARN').waitFor()
    await site.check(page)
  })

  it('says that the server is gone, and catches up once it is back', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes', { expect: [/Failed to load/] })
    await page.getByRole('link', { name: 'front' }).waitFor()
    await page.route('**/meshkeeper/v1/events', (route) => route.abort())
    await page.reload()
    await page.getByText('No connection to the server').waitFor()
    await site.shot(page, 'no-connection')
    await site.check(page)
    await site.world.put('meshes/shop/virtualNodes', { virtualNodeName: 'meanwhile', spec: {} })
    await page.unroute('**/meshkeeper/v1/events')
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByRole('link', { name: 'meanwhile' }).waitFor()
    await page.getByText('No connection to the server').waitFor({ state: 'hidden' })
  })

  it('offers to ask again when an answer fails', async () => {
    const page = await site.open('/meshes', { expect: [/500|Failed to load/] })
    await page.getByRole('link', { name: 'shop' }).waitFor()
    const answer = {
      status: 500,
      contentType: 'application/json',
      body: '{"code":"InternalServerError","message":"broken"}',
    }
    await page.route('**/meshes/shop/resources*', (route) => route.fulfill(answer))
    await page.getByRole('link', { name: 'shop' }).click()
    await page.getByText('InternalServerError: broken').waitFor()
    await site.shot(page, 'load-failure')
    await site.check(page)
    await page.unroute('**/meshes/shop/resources*')
    await page.getByRole('button', { name: 'Retry' }).click()
    await page.getByRole('heading', { name: 'shop', level: 1 }).waitFor()
  })

  it('has its navigation behind a button on a phone', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes', { viewport: PHONE })
    await page.getByRole('link', { name: 'front' }).waitFor()
    await page.getByRole('button', { name: 'Open navigation' }).click()
    await page.getByRole('link', { name: 'Virtual gateways' }).waitFor()
    await site.shot(page, 'navigation-phone', { fullPage: false })
    await page.getByRole('link', { name: 'Virtual gateways' }).click()
    await page.getByRole('heading', { name: 'Virtual gateways (1)' }).waitFor()
    await page.getByRole('button', { name: 'Close navigation' }).waitFor({ state: 'hidden' })
    await site.check(page)
  })

  it('loads little JavaScript for its first page', async () => {
    await buildConsole()
    const page = await site.open('/meshes')
    await page.getByRole('link', { name: 'shop' }).waitFor()
    const scripts = await page.evaluate<string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))`,
    )
    assert.ok(scripts.length > 1)
    const sizes = scripts.map(async (url) => {
      const path = new URL(url).pathname.replace('/console/', '')
      return gzipSync(await readFile(join(CONSOLE_FILES, path))).length
    })
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    console.log(`      first page: ${Math.round(total / 1000)} kB of JavaScript, gzipped`)
    assert.ok(total < FIRST_PAGE_BYTES, `${total} bytes`)
  })
})
