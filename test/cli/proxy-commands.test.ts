/** proxy-status and proxy-config against a running server. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { CommandError } from '../../src/cli/command-error.js'
import { runProgram } from '../../src/cli/program.js'
import { proxyConfigCommand } from '../../src/cli/proxy-config.js'
import { proxyStatusCommand } from '../../src/cli/proxy-status.js'
import { eventually } from '../envoy/eventually.js'
import { ROOT } from '../envoy/process.js'
import { frontSpec, World } from '../management/world.js'
import { fixturePath } from '../server/fixtures.js'
import { LDS, RDS } from '../xds/harness.js'

const FRONT = 'mesh/shop/virtualNode/front'
const ARN = `arn:aws:appmesh:us-east-1:000000000000:${FRONT}`

async function run(environment: Record<string, string>, ...argv: string[]) {
  const out = { stdout: '', stderr: '' }
  const io = {
    environment,
    stdout: (text: string) => void (out.stdout += text),
    stderr: (text: string) => void (out.stderr += text),
  }
  const code = await runProgram(argv, {
    ...io,
    version: '1',
    commands: [proxyStatusCommand(io), proxyConfigCommand(io)],
    explain: (error) => (error instanceof CommandError ? { text: error.message, code: 1 } : undefined),
  })
  return { code, ...out }
}

/** Cells of each line of a table. */
const cells = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))

describe('proxy-status and proxy-config', () => {
  let world: World
  const refusals = new Map<string, string>()
  const cli = (...argv: string[]) => run({ MESHKEEPER_ADMIN: world.admin }, ...argv)
  const shown = async (...argv: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(...argv)
    assert.deepEqual([code, stderr], [0, ''])
    return stdout
  }

  before(async () => {
    world = await World.start()
    await world.writeShop()
    await world.connect(FRONT, { reject: refusals })
    await world.connect('mesh/shop/virtualNode/api', { version: '' })
    await settled()
  })
  after(() => world.close())

  const settled = () =>
    eventually({ what: 'the newest revision' }, async () => {
      const { proxies, appliedRevision } = JSON.parse((await cli('proxy-status', '-o', 'json')).stdout) as {
        appliedRevision: number
        proxies: { revision: number }[]
      }
      return proxies.length === 2 && proxies.every(({ revision }) => revision === appliedRevision)
    })

  it('lists the Envoys, one a line, with plain columns', async () => {
    const text = await shown('proxy-status')
    const [head, api, front, ...rest] = cells(text)
    assert.deepEqual(head, ['NAME', 'CDS', 'LDS', 'EDS', 'RDS', 'VERSION', 'REVISION', 'PEER', 'AGE'])
    assert.deepEqual(api?.slice(0, 7), ['shop/api', 'SYNCED', 'SYNCED', '-', '-', '-', '4'])
    assert.deepEqual(front?.slice(0, 7), ['shop/front', 'SYNCED', 'SYNCED', '-', '-', '1.40.0', '4'])
    assert.match(front[7]!, /^127\.0\.0\.1:\d+$/)
    assert.match(front[8]!, /^\d+s$/)
    assert.deepEqual(rest, [])
    assert.doesNotMatch(text, /[\u001b│─|]/)
  })

  it('says the same when it asks the API, by a flag or by the variable that the other commands read', async () => {
    const names = async (environment: Record<string, string>, ...argv: string[]): Promise<unknown[]> => {
      const { code, stdout, stderr } = await run(environment, 'proxy-status', ...argv)
      assert.deepEqual([code, stderr], [0, ''])
      return cells(stdout).map(([name]) => name)
    }
    const expected = ['NAME', 'shop/api', 'shop/front']
    const nowhere = 'http://127.0.0.1:1'
    assert.deepEqual(await names({}, '--endpoint-url', world.api), expected)
    assert.deepEqual(await names({ MESHKEEPER_ENDPOINT: world.api }), expected)
    assert.deepEqual(await names({ MESHKEEPER_ENDPOINT: nowhere, MESHKEEPER_ADMIN: world.admin }), expected)
    assert.deepEqual(await names({ MESHKEEPER_ENDPOINT: world.api }, '-m', 'shop'), expected)
    assert.deepEqual(await names({ MESHKEEPER_ENDPOINT: nowhere }, '--admin', world.admin), expected)
    const config = await run({ AWS_ENDPOINT_URL: world.api }, 'proxy-config', FRONT, 'clusters')
    assert.equal(config.stdout, await shown('proxy-config', FRONT, 'clusters'))
    assert.match(
      (await run({}, 'proxy-status', '--admin', world.admin, '--endpoint-url', world.api)).stderr,
      /not both/,
    )
  })

  it('has more columns when asked', async () => {
    const [head, , front] = cells(await shown('proxy-status', '-o', 'wide'))
    assert.deepEqual(head?.slice(-3), ['ID', 'PROTOCOL', 'NODE-ID'])
    assert.deepEqual(front?.slice(-2), ['sotw', FRONT])
  })

  it('answers in JSON and YAML', async () => {
    const json = JSON.parse(await shown('proxy-status', 'front', '-o', 'json')) as { proxies: { nodeId: string }[] }
    assert.deepEqual(
      json.proxies.map(({ nodeId }) => nodeId),
      [FRONT],
    )
    const yaml = parse(await shown('proxy-status', '-o', 'yaml')) as typeof json
    assert.equal(yaml.proxies.length, 2)
  })

  for (const name of ['front', 'shop/front', FRONT, ARN])
    it(`shows the details of ${name}`, async () => {
      const text = await shown('proxy-status', name)
      assert.match(text, new RegExp(`^Name: +shop/front\nARN: +${ARN}\nNode id: +${FRONT}\nEnvoy: +1\\.40\\.0\n`))
      assert.match(text, /^Stream: +id \d+, sotw, from 127\.0\.0\.1:\d+, open for \d+s$/m)
      assert.match(text, /^Revision: +4 \(newest: 4\)$/m)
      assert.match(text, /^CDS +SYNCED +3 +([0-9a-f]{16}) +\d+s +\1 +\d+s$/m)
    })

  it('narrows to a mesh', async () => {
    assert.equal(cells(await shown('proxy-status', '--mesh', 'shop')).length, 3)
    assert.match(await shown('proxy-status', 'front', '--mesh', 'shop'), /^Name: +shop\/front$/m)
    assert.equal(await shown('proxy-status', '--mesh', 'none'), 'No Envoy of mesh none is connected.\n')
  })

  it('shows what an Envoy was sent as tables', async () => {
    const text = await shown('proxy-config', 'front')
    assert.match(text, /^CLUSTERS +TYPE +ADDRESSES +STATE +VERSION$/m)
    assert.match(text, /^cds_egress_shop_api_http_8080 +LOGICAL_DNS +api\.internal:8080 +SYNCED +[0-9a-f]{16}$/m)
    assert.match(text, /^LISTENERS +ADDRESS +DIRECTION +FILTER CHAINS +STATE +VERSION$/m)
    assert.match(text, /^lds_egress_0\.0\.0\.0_15001 +0\.0\.0\.0:15001 +OUTBOUND +2 +SYNCED /m)
  })

  it('shows what an Envoy was sent as Envoy JSON and YAML', async () => {
    const clusters = JSON.parse(await shown('proxy-config', 'front', 'clusters', '-o', 'json')) as { name: string }[]
    assert.equal(clusters[1]?.name, 'cds_egress_shop_api_http_8080')
    const all = parse(await shown('proxy-config', 'front', '-o', 'yaml')) as { clusters: object[]; listeners: object[] }
    assert.deepEqual(all.clusters, clusters)
    assert.equal(all.listeners.length, 2)
    assert.equal(await shown('proxy-config', 'front', 'endpoints', '-o', 'json'), '[]\n')
  })

  it('says what is asked for and does not exist', async () => {
    const envoy = await world.connect('mesh/shop/virtualNode/api')
    envoy.ask(RDS, ['nope'])
    const id = await eventually({ what: 'the second Envoy of the node' }, async () => {
      const { proxies } = JSON.parse(await shown('proxy-status', 'api', '-o', 'json')) as {
        proxies: { id: number; types: object[] }[]
      }
      return proxies.find(({ types }) => types.length === 3)?.id
    })
    assert.match((await cli('proxy-config', String(id), 'routes')).stdout, /^nope +- +- +- +DOES NOT EXIST +-$/m)
    const { stderr } = await cli('proxy-config', 'api')
    assert.match(stderr, /^note: this is id \d+; 1 more Envoy of api connected, ask by id: \d+$/m)
    envoy.close()
    await settled()
  })
  it('tells why something was rejected, here and there', async () => {
    refusals.set(LDS, 'cannot open\n\u001b[31m/no/such/file')
    await world.put('meshes/shop/virtualNodes/front', { spec: frontSpec('/no/such/file') })
    await eventually({ what: 'the rejection' }, async () => (await shown('proxy-status')).includes('NACKED'))
    const text = await shown('proxy-status')
    assert.match(text, /^shop\/front +SYNCED +NACKED +- +- +1\.40\.0 +4 /m)
    const reason =
      /^shop\/front 127\.0\.0\.1:\d+ rejected listeners \d+s ago, version [0-9a-f]{16}:\n {2}cannot open\n {2}\\u001b\[31m\/no\/such\/file$/m
    assert.match(text, reason)
    const details = await shown('proxy-status', 'front')
    assert.match(details, /^Revision: +4 \(newest: 5\)$/m)
    assert.match(details, /^It rejected listeners \d+s ago, version/m)
    const { code, stderr, stdout } = await cli('proxy-config', 'front', 'listeners')
    assert.equal(code, 0)
    assert.match(stdout, /NACKED/)
    assert.match(
      stderr,
      /^note: the Envoy has rejected these listeners and keeps older ones: meshkeeper proxy-status \d+$/m,
    )
    refusals.clear()
    await world.put('meshes/shop/virtualNodes/front', { spec: frontSpec() })
    await settled()
  })

  it('tells what is wrong with a definition', async () => {
    const spec = { ...frontSpec(), backends: [{ virtualService: { virtualServiceName: 'nowhere.local' } }] }
    await world.put('meshes/shop/virtualNodes/front', { spec })
    await settled()
    const problem = / has a problem: .*backends\[0\].* there is no virtual service nowhere\.local in this mesh$/m
    assert.match(await shown('proxy-status'), problem)
    assert.match(await shown('proxy-status', 'front'), problem)
    await world.put('meshes/shop/virtualNodes/front', { spec: frontSpec() })
    await settled()
  })

  const failures: { name: string; argv: string[]; code: number; stderr: RegExp }[] = [
    {
      name: 'an unknown node',
      argv: ['proxy-status', 'fornt'],
      code: 1,
      stderr: /^error: no Envoy of fornt is connected \(did you mean front\?\)\n$/,
    },
    {
      name: 'an unknown node for its configuration',
      argv: ['proxy-config', 'shop/frnt'],
      code: 1,
      stderr: /^error: no Envoy of shop\/frnt is connected \(did you mean shop\/front\?\)\n$/,
    },
    {
      name: 'no server',
      argv: ['proxy-status', '--admin', '127.0.0.1:1'],
      code: 1,
      stderr:
        /^error: no meshkeeper answers at http:\/\/127\.0\.0\.1:1 \(connection refused\): start one with .*--admin URL.*\n$/,
    },
    {
      name: 'no socket',
      argv: ['proxy-config', 'front', '--admin', 'unix:///no/such/socket'],
      code: 1,
      stderr: /^error: no meshkeeper answers at unix:\/\/\/no\/such\/socket \(no such socket\): .*\n$/,
    },
    {
      name: 'an address that is none',
      argv: ['proxy-status', '--admin', 'somewhere'],
      code: 1,
      stderr: /^error: "somewhere" is not the address of an admin listener: use .*\n$/,
    },
    { name: 'an unknown type', argv: ['proxy-config', 'front', 'virtualhosts'], code: 2, stderr: /Allowed choices/ },
    {
      name: 'an unknown format',
      argv: ['proxy-status', '-o', 'xml'],
      code: 2,
      stderr: /Allowed choices are table, wide/,
    },
    { name: 'no node', argv: ['proxy-config'], code: 2, stderr: /missing required argument 'NODE'/ },
  ]
  for (const { name, argv, code, stderr } of failures)
    it(`ends with ${code} for ${name}`, async () => {
      const result = await cli(...argv)
      assert.match(result.stderr, stderr)
      assert.deepEqual([result.code, result.stdout], [code, ''])
    })

  it('knows another server when it sees one', async () => {
    const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await cli('proxy-status', '--admin', `127.0.0.1:${port}`)
    other.close()
    assert.equal(code, 1)
    assert.match(stderr, /^error: .* answered 200 to GET \/proxies: it is not the admin listener of a meshkeeper .*\n$/)
  })

  it('says what to do when there is no TLS', async () => {
    const { code, stderr } = await cli('proxy-status', '--admin', world.admin.replace('http', 'https'))
    assert.equal(code, 1)
    assert.match(stderr, /^error: https:.*http:\/\/ is for a listener without TLS\n$/)
  })
})

describe('proxy-status as a program', () => {
  const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-cli-'))
  after(() => rmSync(directory, { recursive: true }))

  async function spawned(environment: Record<string, string>, ...argv: string[]) {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...argv], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => (output.stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (output.stderr += String(chunk)))
    const [code] = (await once(child, 'close')) as [number]
    return { code, ...output }
  }

  it('asks through a Unix socket', async () => {
    const admin = `unix://${join(directory, 'admin')}`
    const world = await World.start({ admin })
    try {
      const { code, stdout } = await spawned({ MESHKEEPER_ADMIN: admin }, 'proxy-status')
      assert.deepEqual([code, stdout], [0, 'No Envoy is connected.\n'])
    } finally {
      await world.close()
    }
  })

  it('asks over TLS, trusting whom it is told to trust', async () => {
    const certificate = fixturePath('one.cert.pem')
    const world = await World.start({ adminTlsCert: certificate, adminTlsKey: fixturePath('one.key.pem') })
    const admin = world.admin.replace('http://127.0.0.1', 'https://localhost')
    try {
      const trusting = await spawned({ NODE_EXTRA_CA_CERTS: certificate }, 'proxy-status', '--admin', admin)
      assert.deepEqual([trusting.code, trusting.stdout], [0, 'No Envoy is connected.\n'])
      const { code, stderr } = await spawned({}, 'proxy-status', '--admin', admin)
      assert.equal(code, 1)
      assert.match(stderr, /^error: https:.*certificate.*NODE_EXTRA_CA_CERTS=FILE names the authority to trust/)
    } finally {
      await world.close()
    }
  })
})
