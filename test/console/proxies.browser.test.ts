/** Proxies, Cloud Map and history in a browser. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { LDS } from '../xds/harness.js'
import { consoleSite, PHONE } from './browser.js'

const REASON = "Error adding/updating listener(s) lds_ingress: unable to open file '/no/such/directory/access.log'"

describe('proxies, Cloud Map and history in a browser', function () {
  this.timeout(60_000)
  const site = consoleSite()

  before(() => site.world.writeShop())

  it('says how to connect the first Envoy', async () => {
    const page = await site.open('/meshes/shop/proxies')
    await page.getByText('No Envoy is connected').waitFor()
    await site.shot(page, 'proxies-empty', { fullPage: false })
    await site.check(page)
  })

  it('shows Envoys as they come, a rejection in full, and everything about one', async () => {
    const page = await site.open('/proxies')
    await page.getByText('No Envoy is connected').waitFor()
    await site.world.connect('mesh/shop/virtualNode/api')
    await page.getByRole('link', { name: 'api', exact: true }).waitFor()
    await site.world.connect('mesh/shop/virtualNode/front', { reject: new Map([[LDS, REASON]]) })
    await page.getByText(REASON).first().waitFor()
    await site.shot(page, 'proxies', { fullPage: false })
    await site.check(page)

    await page.getByRole('link', { name: 'front', exact: true }).click()
    await page.getByRole('heading', { name: /Envoy of front/ }).waitFor()
    await page.getByText(REASON).first().waitFor()
    await site.shot(page, 'proxy')
    await site.check(page)
    await page.getByRole('tab', { name: 'Resources as sent' }).click()
    await page.getByLabel('Find a resource').fill('0.0.0.0')
    await page.locator('.code-block mark').first().waitFor()
    await site.shot(page, 'proxy-resources', { fullPage: false })
    await site.check(page)
    await page.getByRole('tab', { name: 'Bootstrap' }).click()
    await page.locator('.code-block', { hasText: 'mesh/shop/virtualNode/front' }).first().waitFor()
    await site.shot(page, 'proxy-bootstrap', { fullPage: false })
    await page
      .getByRole('radio', { name: 'App Mesh image' })
      .or(page.getByRole('button', { name: 'App Mesh image' }))
      .first()
      .click()
    await page.getByText('APPMESH_RESOURCE_ARN').first().waitFor()
    await site.check(page)
  })

  it('filters Envoys by state and by text', async () => {
    const page = await site.open('/proxies?state=NACKED')
    await page.getByRole('link', { name: 'front', exact: true }).waitFor()
    assert.equal(await page.getByRole('link', { name: 'api', exact: true }).count(), 0)
    await page.getByLabel('Find', { exact: true }).fill('nothing like it')
    await page.getByText('No Envoy fits the filters').first().waitFor()
  })

  it('says when an Envoy is gone', async () => {
    const page = await site.open('/proxies/99999?node=mesh%2Fshop%2FvirtualNode%2Fapi', { expect: [/404/] })
    await page.getByText('This Envoy is not connected').waitFor()
    await page.getByText('Connected now as mesh/shop/virtualNode/api').waitFor()
    await site.check(page)
  })

  it('makes a namespace, a service and an instance, reports its health, and takes all away', async () => {
    // The event of a deletion may come before its answer: then the page asks for what is gone.
    const page = await site.open('/cloud-map', { expect: [/status of 400/] })
    await page.getByRole('button', { name: 'Create namespace' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Namespace name').fill('shop.local')
    await dialog.getByLabel('Description - optional').fill('Where the shop is')
    await site.shot(page, 'cloud-map-create', { fullPage: false })
    await site.check(page)
    await dialog.getByRole('button', { name: 'Create namespace' }).click()
    await page.getByRole('link', { name: 'shop.local' }).click()

    await page.getByRole('button', { name: 'Create service' }).click()
    await dialog.getByLabel('Service name').fill('cart')
    await dialog.getByLabel('Custom').check()
    await dialog.getByLabel('Failure threshold - optional').fill('1')
    await dialog.getByRole('button', { name: 'Create service' }).click()
    await page.getByRole('link', { name: 'cart', exact: true }).click()

    await page.getByRole('button', { name: 'Register instance' }).first().click()
    await dialog.getByLabel('Instance ID').fill('i-1')
    await dialog.getByLabel('Value of attribute 1').fill('10.0.0.1')
    await dialog.getByLabel('Value of attribute 2').fill('8080')
    await dialog.getByRole('button', { name: 'Register instance' }).click()
    const row = page.getByRole('row', { name: /i-1/ })
    await row.getByText('Healthy').waitFor()
    await site.shot(page, 'cloud-map-service', { fullPage: false })
    await site.check(page)

    await row.getByRole('radio').check()
    await page.getByRole('button', { name: 'Report health' }).click()
    await page.getByRole('menuitem', { name: 'Unhealthy' }).click()
    await row.getByText('Unhealthy').waitFor()

    await page.getByRole('button', { name: 'Deregister', exact: true }).click()
    await confirm(page, 'Deregister')
    await page.getByText('No instances').waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).first().click()
    await confirm(page, 'Delete')
    await page.getByText('No services').waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).first().click()
    await confirm(page, 'Delete')
    await page.getByText('No namespaces').waitFor()
    await site.check(page)
  })

  it('tells at the field what the server does not take', async () => {
    const page = await site.open('/cloud-map', { expect: [/400/] })
    await page.getByRole('button', { name: 'Create namespace' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Namespace name').fill('not a name')
    await dialog.getByRole('button', { name: 'Create namespace' }).click()
    await dialog.getByText(/^Name /).waitFor()
  })

  it('shows what was changed, with the difference', async () => {
    const spec = { listeners: [{ portMapping: { port: 9090, protocol: 'http' } }] }
    const page = await site.open('/history?mesh=shop')
    await page.getByRole('row', { name: /CreateMesh/ }).waitFor()
    await site.world.put('meshes/shop/virtualNodes/api', {
      spec: { ...spec, serviceDiscovery: { dns: { hostname: 'api.internal' } } },
    })
    const row = page.getByRole('row', { name: /UpdateVirtualNode/ })
    await row
      .getByRole('button')
      .or(row.getByRole('link', { name: /Show the change/ }))
      .first()
      .click()
    await page.locator('.diff-added', { hasText: '9090' }).waitFor()
    await page.locator('.diff-removed', { hasText: '8080' }).waitFor()
    await site.shot(page, 'history', { fullPage: false })
    await site.check(page)
  })

  it('fits on a phone', async () => {
    for (const path of ['/proxies', '/history', '/cloud-map']) {
      const page = await site.open(path, { viewport: PHONE, colorScheme: 'dark' })
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await page.locator('tbody tr').last().waitFor()
      await site.shot(page, `phone${path.replaceAll('/', '-')}`, { fullPage: false })
      await site.check(page)
    }
  })
})

async function confirm(page: Page, verb: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('delete')
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}
