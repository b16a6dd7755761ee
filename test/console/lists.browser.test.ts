/** The lists of every kind: counter, filter, sort, pages, preferences, live changes, and deletion from them. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { consoleSite, PHONE } from './browser.js'
import { buildLargeMesh } from './large-mesh.js'
import { writeShop } from './shop.js'
import { writeMesh } from './write-mesh.js'

const SUITE_MS = 120_000

/** Names in the order in which a list shows them. */
async function namesIn(page: Page, title: string): Promise<string[]> {
  const links = page.locator(`table[aria-label="${title}"] tbody th a`)
  await links.first().waitFor()
  return links.allTextContents()
}

describe('the lists of the console', function () {
  this.timeout(SUITE_MS)
  const site = consoleSite()

  before(async () => {
    await writeShop(site.world)
    for (let index = 1; index <= 24; index += 1) await site.world.put('meshes', { meshName: `team-${index}` })
    await site.world.connect('mesh/shop/virtualNode/front')
  })

  const LISTS = [
    { section: 'virtual-services', title: 'Virtual services', names: ['cart.shop.local', 'front.shop.local'] },
    { section: 'virtual-nodes', title: 'Virtual nodes', names: ['cart-v1', 'cart-v2', 'front'] },
    { section: 'virtual-routers', title: 'Virtual routers', names: ['cart'] },
    { section: 'virtual-gateways', title: 'Virtual gateways', names: ['entry'] },
  ]
  for (const { section, title, names } of LISTS) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`shows ${section}, ${colorScheme}`, async () => {
        const page = await site.open(`/meshes/shop/${section}`, { colorScheme })
        await page.getByRole('heading', { name: `${title} (${names.length})` }).waitFor()
        assert.deepEqual(await namesIn(page, title), names)
        await page.getByRole('columnheader', { name: 'Mesh owner' }).waitFor()
        await page.getByRole('columnheader', { name: 'Resource owner' }).waitFor()
        assert.equal(await page.title(), `${title} - shop - Meshes - meshkeeper`)
        await site.shot(page, `list-${section}-${colorScheme}`)
        await site.check(page)
      })
    }
  }

  it('pages through meshes, sorts them as people count, and finds them', async () => {
    const page = await site.open('/meshes')
    await page.getByRole('heading', { name: 'Meshes (25)' }).waitFor()
    assert.deepEqual((await namesIn(page, 'Meshes')).slice(0, 3), ['shop', 'team-1', 'team-2'])
    await page
      .getByRole('button', { name: /^(Next page|Page 2)/ })
      .first()
      .click()
    await page.getByRole('link', { name: 'team-24' }).waitFor()
    assert.equal((await namesIn(page, 'Meshes')).length, 5)
    await page.getByRole('combobox', { name: 'Find meshes' }).fill('team-1')
    await page.keyboard.press('Enter')
    await page.getByText('11 matches').first().waitFor()
    await site.shot(page, 'list-meshes-filtered')
    await site.check(page)
    await page.getByRole('combobox', { name: 'Find meshes' }).fill('nothing like it')
    await page.keyboard.press('Enter')
    await page.getByText('No meshes match the filter.').waitFor()
    await page.getByRole('button', { name: 'Clear filter' }).last().click()
    await page.getByRole('link', { name: 'shop' }).waitFor()
  })

  it('keeps the preferences of a table over a visit', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes')
    await page.getByRole('link', { name: 'front' }).waitFor()
    await page.getByRole('button', { name: 'Preferences' }).click()
    await page.getByRole('dialog').getByText('50 resources').click()
    await site.check(page)
    await page
      .getByRole('dialog')
      .getByRole('switch', { name: /ARN/ })
      .or(page.getByRole('dialog').getByRole('checkbox', { name: 'ARN' }))
      .first()
      .click()
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('columnheader', { name: 'ARN' }).waitFor()
    await page.reload()
    await page.getByRole('columnheader', { name: 'ARN' }).waitFor()
  })

  it('shows what others write and how Envoys come, without being asked', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes')
    await page.getByRole('row', { name: /front/ }).getByText('1 in sync').waitFor()
    await site.world.put('meshes/shop/virtualNodes', { virtualNodeName: 'later', spec: {} })
    await page.getByRole('link', { name: 'later' }).waitFor()
    await page.getByRole('heading', { name: 'Virtual nodes (4)' }).waitFor()
    await site.world.connect('mesh/shop/virtualNode/later')
    await page.getByRole('row', { name: /later/ }).getByText('1 in sync').waitFor()
  })

  it('deletes after the word is typed', async () => {
    await site.world.put('meshes/shop/virtualNodes', { virtualNodeName: 'old', spec: {} })
    const page = await site.open('/meshes/shop/virtual-nodes')
    await page.getByRole('radio', { name: 'old' }).check()
    await page.getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete virtual node' })
    const confirm = dialog.getByRole('button', { name: 'Delete' })
    assert.ok(await confirm.isDisabled())
    await dialog.getByRole('textbox').fill('delet')
    assert.ok(await confirm.isDisabled())
    await dialog.getByRole('textbox').fill('delete')
    await site.shot(page, 'delete')
    await site.check(page)
    await page.keyboard.press('Enter')
    await page.getByText('Virtual node old is deleted.').waitFor()
    await page.getByRole('link', { name: 'old', exact: true }).waitFor({ state: 'detached' })
  })

  it('names and links what forbids a deletion', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes')
    await page.getByRole('radio', { name: 'cart-v1' }).check()
    await page.getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete virtual node' })
    await dialog.getByText('This virtual node cannot be deleted yet').waitFor()
    assert.ok(await dialog.getByRole('textbox').isDisabled())
    await site.shot(page, 'delete-blocked')
    await site.check(page)
    await dialog.getByRole('link', { name: 'beta' }).click()
    await page.waitForURL('**/virtual-routers/cart/routes/beta')
  })

  it('offers to create the first one', async () => {
    const page = await site.open('/meshes/team-1/virtual-gateways')
    await page.getByRole('heading', { name: 'Virtual gateways (0)' }).waitFor()
    await page.getByText('No virtual gateways').waitFor()
    await site.shot(page, 'list-empty')
    await site.check(page)
    await page.getByRole('link', { name: 'Create virtual gateway' }).first().click()
    await page.waitForURL('**/virtual-gateways/create')
  })

  it('fits a phone', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes', { viewport: PHONE })
    await page.getByRole('link', { name: 'front' }).waitFor()
    await page.waitForFunction('document.documentElement.scrollWidth <= document.documentElement.clientWidth')
    await site.shot(page, 'list-phone')
    await site.check(page)
  })

  it('shows all of a mesh of 200 nodes and 200 services', async () => {
    await writeMesh(site.world, buildLargeMesh(200))
    const began = performance.now()
    const page = await site.open('/meshes/large/virtual-nodes')
    await page.getByRole('heading', { name: 'Virtual nodes (200)' }).waitFor()
    await page.getByRole('link', { name: 'node-000' }).waitFor()
    console.log(`      200 nodes and 200 services: shown after ${Math.round(performance.now() - began)} ms`)
    await page.getByRole('button', { name: 'Page 10' }).click()
    await page.getByRole('link', { name: 'node-199' }).waitFor()
    await page.getByRole('link', { name: 'Virtual services', exact: true }).click()
    await page.getByRole('heading', { name: 'Virtual services (200)' }).waitFor()
    await site.check(page)
  })
})
