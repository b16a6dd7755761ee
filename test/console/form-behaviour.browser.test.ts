/** How forms behave in a browser: what they tell where, and what they ask before something is lost. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { consoleSite, PHONE } from './browser.js'
import { fieldAt } from './form-driver.js'

const CREATE = '/meshes/shop/virtual-nodes/create'
const EDIT = '/meshes/shop/virtual-nodes/api/edit'
const REFUSED = /status of 4\d\d/

describe('a form in a browser', function () {
  this.timeout(60_000)
  const site = consoleSite()

  before(() => site.world.writeShop())

  it('tells what is wrong at each field when it is sent, and looks at the first', async () => {
    const page = await open(CREATE)
    await fill(page, 'spec.listeners[0].portMapping.port', 'eighty')
    await page.getByLabel('Enable health check').check()
    await submit(page)
    await told(page, 'virtualNodeName', 'Virtual node name is required.')
    await told(page, 'spec.serviceDiscovery.dns.hostname', 'DNS hostname is required.')
    await told(page, 'spec.listeners[0].portMapping.port', 'Port must be an integer.')
    for (const name of ['protocol', 'healthyThreshold', 'unhealthyThreshold', 'intervalMillis', 'timeoutMillis'])
      await told(page, `spec.listeners[0].healthCheck.${name}`, 'is required.')
    await page.locator('[data-field="virtualNodeName"] input:focus').waitFor()
    await site.shot(page, 'form-errors')
    await site.check(page)
  })

  it('greys out the path of a health check unless its protocol has one', async () => {
    const page = await open(CREATE)
    await page.getByLabel('Enable health check').check()
    const path = fieldAt(page, 'spec.listeners[0].healthCheck.path').locator('input')
    assert.equal(await path.isDisabled(), true)
    for (const [protocol, isDisabled] of [
      ['http', false],
      ['tcp', true],
      ['http2', false],
      ['grpc', true],
    ] as const) {
      await choose(page, 'spec.listeners[0].healthCheck.protocol', protocol)
      assert.equal(await path.isDisabled(), isDisabled, protocol)
    }
  })

  it('tells what the server refuses at the field that it names', async () => {
    const page = await open(CREATE, [REFUSED])
    await fillNode(page, 'refused')
    const message = 'spec.listeners[0].portMapping.port must be somewhere else; The limit of 1 nodes is reached'
    await page.route('**/virtualNodes', (route) =>
      route.fulfill({ status: 400, headers: { 'x-amzn-errortype': 'BadRequestException' }, json: { message } }),
    )
    await submit(page)
    await told(page, 'spec.listeners[0].portMapping.port', 'Port must be somewhere else.')
    await page.getByText('BadRequestException: The limit of 1 nodes is reached').first().waitFor()
    await site.check(page)
  })

  it('tells at the name that somebody else has just taken it', async () => {
    const page = await open(CREATE, [REFUSED, /ERR_FAILED/])
    await page.route('**/meshkeeper/v1/meshes/shop/resources*', (route) => route.abort())
    await fillNode(page, 'taken')
    await site.world.put('meshes/shop/virtualNodes', { virtualNodeName: 'taken', spec: {} })
    await submit(page)
    await told(page, 'virtualNodeName', 'exists already')
  })

  it('asks before changes are lost', async () => {
    const page = await open(CREATE)
    await fill(page, 'virtualNodeName', 'unsaved')
    const meshes = page.getByRole('link', { name: 'Virtual services', exact: true })
    await meshes.click()
    const dialog = page.getByRole('dialog', { name: 'Leave page?' })
    await dialog.waitFor()
    await site.shot(page, 'form-leave', { fullPage: false })
    await site.check(page)
    await dialog.getByRole('button', { name: 'Stay', exact: true }).click()
    assert.equal(await fieldAt(page, 'virtualNodeName').locator('input').inputValue(), 'unsaved')
    await meshes.click()
    await dialog.getByRole('button', { name: 'Leave', exact: true }).click()
    await page.waitForURL('**/virtual-services')
  })

  it('asks nothing when there is nothing to lose', async () => {
    const page = await open(CREATE)
    await page.getByRole('link', { name: 'Virtual services', exact: true }).click()
    await page.waitForURL('**/virtual-services')
  })

  it('warns of a change underneath while it is open, and loads it', async () => {
    const page = await open(EDIT)
    await updateApi('later.internal')
    await page.getByText('This virtual node has been changed by somebody else').waitFor()
    await site.shot(page, 'form-changed', { fullPage: false })
    await site.check(page)
    await page.getByRole('button', { name: /^Load version/ }).click()
    await page.locator('[data-field="spec.serviceDiscovery.dns.hostname"] input[value="later.internal"]').waitFor()
  })

  it('does not overwrite a change underneath unless it is told to', async () => {
    const page = await open(EDIT)
    await fill(page, 'spec.serviceDiscovery.dns.hostname', 'mine.internal')
    await updateApi('theirs.internal')
    await page.getByText('has been changed by somebody else').waitFor()
    await submit(page, 'Save changes')
    const dialog = page.getByRole('dialog', { name: 'Changed underneath' })
    await dialog.waitFor()
    await site.shot(page, 'form-conflict', { fullPage: false })
    await site.check(page)
    assert.equal(await hostnameOfApi(), 'theirs.internal')
    await dialog.getByRole('button', { name: 'Overwrite' }).click()
    await page.getByText('has been updated.').waitFor()
    assert.equal(await hostnameOfApi(), 'mine.internal')
  })

  it('shows the request as JSON, and takes JSON', async () => {
    const page = await open(CREATE)
    await fill(page, 'virtualNodeName', 'from-json')
    await page.getByRole('button', { name: 'JSON', exact: true }).click()
    const text = page.getByLabel('Request as JSON')
    assert.equal((JSON.parse(await text.inputValue()) as { virtualNodeName: string }).virtualNodeName, 'from-json')
    await text.fill('{"virtualNodeName": ')
    await page.getByText('This is not JSON').waitFor()
    await text.fill('{"virtualNodeName": "from-json", "spec": {"listeners": [], "colour": 1}}')
    await page.getByText('spec.colour').waitFor()
    await site.shot(page, 'form-json')
    await site.check(page)
    await page.getByRole('button', { name: 'Form', exact: true }).click()
    assert.equal(await fieldAt(page, 'virtualNodeName').locator('input').inputValue(), 'from-json')
    await submit(page)
    await page.getByText('has been created.').waitFor()
  })

  it('is sent by the enter key', async () => {
    const page = await open('/meshes/create')
    await fill(page, 'meshName', 'by-keyboard')
    await page.keyboard.press('Enter')
    await page.getByText('has been created.').waitFor()
  })

  it('is legible in the dark and on a phone', async () => {
    const dark = await site.open(EDIT, { colorScheme: 'dark' })
    await dark.getByRole('heading', { name: 'Edit api' }).waitFor()
    await site.shot(dark, 'form-dark')
    await site.check(dark)
    const phone = await site.open(CREATE, { viewport: PHONE })
    await phone.getByRole('heading', { name: 'Create virtual node' }).waitFor()
    await phone.getByLabel('Enable health check').check()
    await site.shot(phone, 'form-phone')
    await site.check(phone)
    assert.ok(await phone.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth'))
  })

  async function open(path: string, expect: readonly RegExp[] = []): Promise<Page> {
    const page = await site.open(path, { expect })
    await page.locator('form h1').waitFor()
    return page
  }

  async function updateApi(hostname: string): Promise<void> {
    const spec = {
      listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
      serviceDiscovery: { dns: { hostname } },
    }
    await site.world.put('meshes/shop/virtualNodes/api', { spec })
  }

  async function hostnameOfApi(): Promise<string> {
    const response = await fetch(`${site.origin}/v20190125/meshes/shop/virtualNodes/api`)
    const { spec } = (await response.json()) as { spec: { serviceDiscovery: { dns: { hostname: string } } } }
    return spec.serviceDiscovery.dns.hostname
  }
})

async function fill(page: Page, path: string, text: string): Promise<void> {
  await fieldAt(page, path).locator('input').first().fill(text)
}

async function fillNode(page: Page, name: string): Promise<void> {
  await fill(page, 'virtualNodeName', name)
  await fill(page, 'spec.serviceDiscovery.dns.hostname', `${name}.internal`)
  await fill(page, 'spec.listeners[0].portMapping.port', '8080')
}

async function choose(page: Page, path: string, label: string): Promise<void> {
  const at = fieldAt(page, path)
  await at.locator('button[aria-haspopup]').click()
  await at.getByRole('option', { name: label, exact: true }).click()
}

async function submit(page: Page, name = 'Create virtual node'): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
}

async function told(page: Page, path: string, text: string): Promise<void> {
  await fieldAt(page, path).getByText(text).first().waitFor()
}
