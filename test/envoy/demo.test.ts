/** `npm run demo` comes up, the commands that it prints do what it says, and Ctrl-C leaves nothing behind. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.js'
import { Child, run } from './process.js'
import { requireNetwork } from './require.js'

const ASKED = 100

describe('the demo', function () {
  this.timeout(120_000)
  let demo: Child
  let scratch = ''
  let output = ''

  before(async function () {
    const { network } = await requireNetwork(this)
    await network.close()
    scratch = await mkdtemp(join(tmpdir(), 'meshkeeper-demo-'))
    const command = [process.execPath, '--import', 'tsx', 'envoy-bootstrap/demo/demo.ts']
    demo = new Child({ command, logFile: join(scratch, 'demo.log') })
    await eventually({ what: 'the demo', timeoutMs: 90_000 }, async () => {
      await demo.assertRunning('the demo')
      output = await demo.log()
      return output.includes('Ctrl-C ends')
    })
  })

  after(async () => {
    if (scratch !== '') await rm(scratch, { recursive: true })
  })

  /** The printed command that holds these words. */
  function printed(words: string): string {
    const line = output.split('\n').find((text) => text.startsWith('  ') && text.includes(words))
    assert.ok(line, `the demo prints a command with ${words}`)
    return line
  }

  async function shell(command: string): Promise<string> {
    return (await run('sh', ['-c', command])).stdout
  }

  async function greens(): Promise<number> {
    const answers = await shell(printed('for i in').replace('| sort | uniq -c', ''))
    const colors = answers.trim().split('\n')
    assert.equal(colors.length, ASKED)
    assert.deepEqual([...new Set(colors)].sort(), ['blue', 'green'], 'nothing but colors')
    return colors.filter((color) => color === 'green').length
  }

  it('shares the traffic as it says', async () => {
    // 5 standard deviations of 100 throws at 1 in 10.
    const count = await greens()
    assert.ok(count <= 25, `${count} green`)
  })

  it('turns the weights around', async () => {
    await shell(printed('-X PUT'))
    await eventually({ what: 'mostly green' }, async () => (await greens()) >= 75)
  })

  it("shows front's Envoy", async () => {
    assert.match(await shell(printed('/clusters')), /cds_egress_demo_blue_http_8080/)
    assert.match(await shell(printed('/config_dump')), /dynamic_route_configs/)
    const file = printed('tail -f').replace('tail -f', '').trim()
    assert.match(await shell(`cat ${file}`), /"GET \/ HTTP\/1\.1" 200/)
  })

  it('takes everything away on Ctrl-C', async () => {
    const [, network = ''] = /meshkeeper-net-(\d+)-/.exec(output) ?? []
    assert.deepEqual(await demo.stop('SIGINT'), { code: 0, signal: null })
    const { stdout: namespaces } = await run('ip', ['netns', 'list'])
    assert.ok(!namespaces.includes(`mk${network}-`))
    const { stdout: links } = await run('ip', ['-brief', 'link'])
    assert.doesNotMatch(links, new RegExp(`^mk${network}\\b`, 'm'))
    const files = (await readdir(tmpdir())).filter((name) => name.startsWith(`meshkeeper-net-${network}-`))
    assert.deepEqual(files, [])
  })
})
