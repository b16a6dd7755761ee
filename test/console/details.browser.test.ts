/** The page of a resource of every kind, and what can be done there. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { consoleSite, PHONE } from './browser.js'
import { writeShop } from './shop.js'

const SUITE_MS = 120_000
const LISTENERS = 'type.googleapis.com/envoy.config.listener.v3.Listener'

describe('the page of a resource', function () {
  this.timeout(SUITE_MS)
  const site = consoleSite()

  before(async () => {
    await writeShop(site.world)
    await site.world.connect('mesh/shop/virtualNode/front')
    const reject = new Map([[LISTENERS, 'Error adding/updating listener(s): no such filter']])
    await site.world.connect('mesh/shop/virtualNode/cart-v1', { reject })
  })

  const PAGES = [
    { path: '/meshes/shop', name: 'shop', tabs: ['Overview', 'Configuration', 'Tags', 'JSON/YAML', 'History'] },
    {
      path: '/meshes/shop/virtual-nodes/front',
      name: 'front',
      tabs: [
        'Configuration',
        'Related resources',
        'Connected Envoys',
        'Generated Envoy config',
        'Effective defaults',
        'Tags',
        'JSON/YAML',
        'History',
      ],
    },
    {
      path: '/meshes/shop/virtual-services/cart.shop.local',
      name: 'cart.shop.local',
      tabs: ['Configuration', 'Related resources', 'Tags', 'JSON/YAML', 'History'],
    },
    {
      path: '/meshes/shop/virtual-routers/cart',
      name: 'cart',
      tabs: ['Routes', 'Configuration', 'Related resources', 'Tags', 'JSON/YAML', 'History'],
    },
    {
      path: '/meshes/shop/virtual-routers/cart/routes/beta',
      name: 'beta',
      tabs: ['Configuration', 'Related resources', 'Effective defaults', 'Tags', 'JSON/YAML', 'History'],
    },
    {
      path: '/meshes/shop/virtual-gateways/entry',
      name: 'entry',
      tabs: [
        'Gateway routes',
        'Configuration',
        'Related resources',
        'Connected Envoys',
        'Generated Envoy config',
        'Effective defaults',
        'Tags',
        'JSON/YAML',
        'History',
      ],
    },
    {
      path: '/meshes/shop/virtual-gateways/entry/gateway-routes/site',
      name: 'site',
      tabs: ['Configuration', 'Related resources', 'Effective defaults', 'Tags', 'JSON/YAML', 'History'],
    },
  ]
  for (const name of ['a%2Fb', 'a/b', 'create', '50%'])
    it(`opens ${name} from its list, and after a reload`, async () => {
      await site.world.put('meshes/shop/virtualNodes', { virtualNodeName: name, spec: {} })
      const page = await site.open('/meshes/shop/virtual-nodes')
      await page.getByRole('link', { name, exact: true }).click()
      const heading = page.getByRole('heading', { level: 1, name, exact: true })
      await heading.waitFor()
      await page.reload()
      await heading.waitFor()
      await page.getByText(`:mesh/shop/virtualNode/${name}`).first().waitFor()
    })

  for (const { path, name, tabs } of PAGES) {
    it(`shows every tab of ${path}`, async () => {
      const page = await site.open(path, { colorScheme: path.length % 2 === 0 ? 'light' : 'dark' })
      await page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()
      assert.deepEqual(await page.getByRole('tab').allTextContents(), tabs)
      for (const tab of tabs) {
        await page.getByRole('tab', { name: tab }).click()
        await loaded(page)
        await site.shot(page, `detail-${name}-${tab.toLowerCase().replaceAll(/\W/g, '-')}`)
        await site.check(page)
      }
    })
  }

  it('shows what a node is made of, in the words of its form', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes/front')
    for (const text of ['front.shop.internal', '/dev/stdout', '/keys/chain.pem', '5000 milliseconds', '60 s']) {
      await page.getByText(text, { exact: true }).first().waitFor()
    }
    await page.getByRole('link', { name: 'cart.shop.local' }).click()
    await page.waitForURL('**/virtual-services/cart.shop.local')
  })

  it('links what is related, and tells what is not there', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes/cart-v1?tab=related')
    const rows = page.getByRole('table', { name: 'Related resources' }).getByRole('row')
    await rows.getByRole('link', { name: 'beta' }).waitFor()
    assert.equal(await rows.count(), 3)
    await rows.getByRole('link', { name: 'all' }).click()
    await page.waitForURL('**/virtual-routers/cart/routes/all')
  })

  it('shows an Envoy that rejected, and why, while it happens', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes/cart-v1?tab=envoys')
    await page.getByText('no such filter').waitFor()
    await page.getByRole('heading', { name: 'Connected Envoys (1)' }).waitFor()
    await site.world.connect('mesh/shop/virtualNode/cart-v1')
    await page.getByRole('heading', { name: 'Connected Envoys (2)' }).waitFor()
  })

  it('shows the configuration that Envoy would get, finds in it and copies it', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes/front?tab=generated')
    await page.getByText('Listeners (2)').first().waitFor()
    await page.getByRole('button', { name: /Clusters/ }).click()
    await page.getByPlaceholder('Find in the text').fill('cart-v1.shop.internal')
    await page.getByText(/^[1-9]\d* match(es)?$/).waitFor()
    await page.getByRole('button', { name: /^Copy Clusters/ }).waitFor()
  })

  it('downloads the YAML', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes/front?tab=source')
    await page.getByRole('region', { name: 'front as YAML' }).getByText('virtualNodeName: front').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'front.yaml')
    await page.getByText('JSON', { exact: true }).click()
    await page.getByRole('region', { name: 'front as JSON' }).getByText('"virtualNodeName": "front"').waitFor()
  })

  it('changes tags', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes/front?tab=tags')
    await page.getByRole('row', { name: 'team web' }).waitFor()
    await page.getByRole('button', { name: 'Manage tags' }).click()
    const dialog = page.getByRole('dialog', { name: 'Manage tags' })
    await dialog.getByRole('textbox', { name: 'Value of tag 1' }).fill('shop')
    await dialog.getByRole('button', { name: 'Add tag' }).click()
    await dialog.getByRole('button', { name: 'Save changes' }).click()
    await dialog.getByText('A key is required.').waitFor()
    await site.shot(page, 'tags-dialog')
    await site.check(page)
    await dialog.getByRole('textbox', { name: 'Key of tag 2' }).fill('stage')
    await dialog.getByRole('textbox', { name: 'Value of tag 2' }).fill('beta')
    await dialog.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('The tags of front are saved.').waitFor()
    await page.getByRole('row', { name: 'stage beta' }).waitFor()
    const arn = 'arn:aws:appmesh:us-east-1:000000000000:mesh/shop/virtualNode/front'
    const answer = await fetch(`${site.origin}/v20190125/tags?resourceArn=${arn}`)
    assert.deepEqual(await answer.json(), {
      tags: [
        { key: 'stage', value: 'beta' },
        { key: 'team', value: 'shop' },
      ],
    })
  })

  it('tells what each change was', async () => {
    const listeners = [{ portMapping: { port: 9080, protocol: 'http' } }]
    await site.world.put('meshes/shop/virtualNodes/cart-v2', {
      spec: { listeners, serviceDiscovery: { dns: { hostname: 'cart-v2.shop.internal' } } },
    })
    const page = await site.open('/meshes/shop/virtual-nodes/cart-v2?tab=history')
    await page
      .getByRole('row', { name: /UpdateVirtualNode/ })
      .getByRole('button')
      .click()
    const difference = page.getByRole('region', { name: 'Difference' })
    await difference.getByText('hostname: cart-v2.shop.internal').waitFor()
    const text = (await difference.textContent()) ?? ''
    assert.match(text, /^-\s+namespaceName: shop\.local$/m)
    assert.match(text, /^\+\s+hostname: cart-v2\.shop\.internal$/m)
    await site.shot(page, 'change-dialog')
    await site.check(page)
  })

  it('deletes a gateway route from its page, then its gateway', async () => {
    const page = await site.open('/meshes/shop/virtual-gateways/entry/gateway-routes/site', { expect: [/404/] })
    await remove(page, 'gateway route')
    await page.waitForURL('**/virtual-gateways/entry')
    await page.getByText('No gateway routes', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).first().click()
    await confirm(page, 'virtual gateway')
    await page.getByText('Virtual gateway entry is deleted.').waitFor()
    await page.getByText('No virtual gateways', { exact: true }).waitFor()
  })

  it('says what is not there', async () => {
    const missing = [
      { path: '/meshes/shop/virtual-nodes/nobody', text: 'Virtual node nobody not found' },
      { path: '/meshes/none', text: 'Mesh none not found' },
      { path: '/meshes/none/virtual-nodes', text: 'Mesh none not found' },
      { path: '/nowhere', text: 'Page not found' },
    ]
    for (const { path, text } of missing) {
      const page = await site.open(path, { expect: [/404/] })
      await page.getByRole('heading', { name: text }).waitFor()
      await site.check(page)
    }
  })

  it('fits a phone', async () => {
    const page = await site.open('/meshes/shop/virtual-nodes/front', { viewport: PHONE })
    await page.getByText('front.shop.internal').waitFor()
    await page.waitForFunction('document.documentElement.scrollWidth <= document.documentElement.clientWidth')
    await site.shot(page, 'detail-phone')
    await site.check(page)
  })
})

/** Nothing says any more that it is being loaded. */
async function loaded(page: Page): Promise<void> {
  await page
    .getByText(/^Loading/)
    .first()
    .waitFor({ state: 'hidden' })
}

async function remove(page: Page, kind: string): Promise<void> {
  await page.getByRole('button', { name: 'Delete' }).click()
  await confirm(page, kind)
}

async function confirm(page: Page, kind: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: `Delete ${kind}` })
  await dialog.getByRole('textbox').fill('delete')
  await dialog.getByRole('button', { name: 'Delete' }).click()
}
