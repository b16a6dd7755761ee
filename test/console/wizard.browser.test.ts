/** The Get started wizard in a browser. */
import assert from 'node:assert/strict'
import type { MeshResources } from '../../src/console/access/management.js'
import { consoleSite, PHONE } from './browser.js'
import { walkWizard, type WizardNames } from './wizard-driver.js'

const NAMES: WizardNames = {
  mesh: 'shop',
  service: 'front.local',
  node: 'front',
  hostname: 'front.internal',
  port: '9080',
  router: 'router',
  route: 'all',
}

describe('the wizard in a browser', function () {
  this.timeout(60_000)
  const site = consoleSite()

  it('makes a mesh with all that a first request passes, and says how the first Envoy is started', async () => {
    const page = await site.open('/get-started')
    await walkWizard(page, NAMES, async (step) => {
      await site.shot(page, `wizard-${step}`)
      await site.check(page)
    })
    await page.getByRole('link', { name: 'View mesh' }).waitFor()
    assert.equal(await page.getByText('Created', { exact: true }).count(), 5)
    assert.match(
      await page.locator('[data-command="the bootstrap command"]').innerText(),
      /mesh\/shop\/virtualNode\/front/,
    )
    await site.shot(page, 'wizard-status')
    await site.check(page)
    assert.deepEqual(await specs('shop'), {
      mesh: {},
      virtualNode: {
        serviceDiscovery: { dns: { hostname: 'front.internal' } },
        listeners: [{ portMapping: { port: 9080, protocol: 'http' } }],
      },
      virtualRouter: { listeners: [{ portMapping: { port: 9080, protocol: 'http' } }] },
      route: {
        httpRoute: { action: { weightedTargets: [{ virtualNode: 'front', weight: 100 }] }, match: { prefix: '/' } },
      },
      virtualService: { provider: { virtualRouter: { virtualRouterName: 'router' } } },
    })
    await page.getByRole('link', { name: 'View mesh' }).click()
    await page.waitForURL('**/meshes/shop')
  })

  it('goes on after a failure, and keeps what is there', async () => {
    await site.world.put('meshes', { meshName: 'half' })
    const page = await site.open('/get-started', { expect: [/status of (409|503)/] })
    let isDown = true
    await page.route('**/virtualRouters', (route) =>
      isDown
        ? route.fulfill({
            status: 503,
            headers: { 'x-amzn-errortype': 'ServiceUnavailableException' },
            json: { message: 'down' },
          })
        : route.continue(),
    )
    await walkWizard(page, { ...NAMES, mesh: 'half' })
    await page.getByText('Not everything could be created').waitFor()
    await page.getByText('Existed already and is kept').waitFor()
    await site.shot(page, 'wizard-failed')
    await site.check(page)
    isDown = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'View mesh' }).waitFor()
    assert.deepEqual(Object.keys(await specs('half')).length, 5)
  })

  it('does not go on from a step that is not in order, and can be used on a phone', async () => {
    const page = await site.open('/get-started', { viewport: PHONE })
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('Mesh name is required.').waitFor()
    await page.getByText('Virtual service name is required.').waitFor()
    await site.shot(page, 'wizard-phone')
    await site.check(page)
  })

  async function specs(mesh: string): Promise<Record<string, object>> {
    const response = await fetch(`${site.origin}/meshkeeper/v1/meshes/${mesh}/resources`)
    const { resources } = (await response.json()) as MeshResources
    return Object.fromEntries(resources.map(({ kind, spec }) => [kind, spec]))
  }
})
