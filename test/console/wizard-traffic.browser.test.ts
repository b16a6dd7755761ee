/** From nothing to traffic: the wizard makes a mesh, its command makes a bootstrap, and a real Envoy takes requests. */
import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import { chromium, type Browser } from 'playwright-core'
import { useWorld } from '../envoy/world.js'
import { missing } from '../envoy/install.js'
import { buildConsole } from './build.js'
import { walkWizard } from './wizard-driver.js'

const CHROMIUM = '/usr/bin/chromium'
const SERVICE = 'api.local'
const VARIABLE = /^\s*(?<name>[A-Z_]+)=(?<value>\S+) \\$/gm

describe('the wizard, from nothing to traffic', function () {
  let browser: Browser | undefined
  const world = useWorld(this, async (world) => {
    world.nameServices(SERVICE)
    await buildConsole()
  })

  before(async function () {
    await access(CHROMIUM).catch((error: unknown) =>
      missing(this, 'Chromium (apt-get install chromium)', error, 'REQUIRE_BROWSER'),
    )
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  })
  after(() => browser?.close())

  it('ends with an Envoy that answers for the virtual service', async function () {
    this.timeout(120_000)
    assert.ok(browser)
    const page = await browser.newPage()
    await page.goto(`${world.keeper.api}/console/get-started`)
    await walkWizard(page, {
      mesh: 'begun',
      service: SERVICE,
      node: 'api',
      hostname: 'api.pod',
      port: '8080',
      router: 'router',
      route: 'all',
      backend: SERVICE,
    })
    await page.getByRole('link', { name: 'View mesh' }).waitFor()
    const command = await page.locator('[data-command="the bootstrap command"]').innerText()
    const environment = readVariables(command)
    assert.match(command, /npx meshkeeper bootstrap/)

    const printed = ['bootstrap', '--format', 'yaml', '--no-host-info']
    const { xdsHost, xdsPort } = world.keeper
    const endpoint = { APPMESH_XDS_ENDPOINT: `${xdsHost}:${xdsPort}` }
    const bootstrap = await world.keeper.command(printed, { ...endpoint, ...environment })
    const pod = await world.startPod('api', {
      servers: [{ protocol: 'http', port: 8080 }],
      sidecar: { bootstrap, args: ['--disable-hot-restart', '--concurrency', '2'] },
    })
    await pod.envoy.ready()
    const answer = await pod.agent.http(`http://${SERVICE}:8080/`)
    // The name leads to an address that nobody has: only the Envoy, and the route in it, can lead on from there.
    assert.equal(answer.status, 200)
  })
})

/** The variables before a command of a shell, one to a line. */
function readVariables(command: string): Record<string, string> {
  const found = [...command.matchAll(VARIABLE)].map(({ groups = {} }) => [groups['name'] ?? '', groups['value'] ?? ''])
  return Object.fromEntries(found) as Record<string, string>
}
