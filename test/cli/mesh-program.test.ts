/** The program itself: recorded meshes leave one server and come to another, over TCP, a Unix socket and TLS. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRecording } from '../api/recordings.js'
import { buildRequest } from '../api/service.js'
import { ROOT } from '../envoy/process.js'
import { World } from '../management/world.js'
import { fixturePath } from '../server/fixtures.js'
import { runMeshCommand } from './mesh-service.js'

async function meshkeeper(environment: Record<string, string>, argv: readonly string[], stdin = '') {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...argv], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)))
  child.stdin.end(stdin)
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...output }
}

async function replay(world: World, name: string): Promise<void> {
  for (const { operation, input } of readRecording(name)) {
    const { method, url, payload } = buildRequest(operation, input)
    const answer = await fetch(world.api + url, { method, ...(payload && { body: JSON.stringify(payload) }) })
    assert.equal(answer.status, 200, await answer.text())
  }
}

describe('a recorded mesh that moves to another server', function () {
  this.timeout(120_000)
  const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-move-'))
  after(() => rmSync(directory, { recursive: true }))

  const certificate = fixturePath('one.cert.pem')
  const cases = [
    {
      name: 'ingress-gateway',
      over: 'TCP',
      flags: {},
      environment: (world: World) => ({ AWS_ENDPOINT_URL: world.api }),
    },
    {
      name: 'outlier-detection',
      over: 'a Unix socket',
      flags: { api: `unix://${join(directory, 'api')}` },
      environment: () => ({ MESHKEEPER_ENDPOINT: `unix://${join(directory, 'api')}` }),
    },
    {
      name: 'timeout-policy',
      over: 'TLS',
      flags: { apiTlsCert: certificate, apiTlsKey: fixturePath('one.key.pem') },
      environment: (world: World) => ({
        AWS_ENDPOINT_URL_APP_MESH: world.api.replace(/^https?:\/\/127\.0\.0\.1/, 'https://localhost'),
        NODE_EXTRA_CA_CERTS: certificate,
      }),
    },
  ]
  for (const { name, over, flags, environment } of cases)
    it(`${name}, over ${over}`, async () => {
      const old = await World.start()
      const fresh = await World.start(flags)
      try {
        await replay(old, name)
        const exported = await runMeshCommand(['get', 'all', '-o', 'yaml'], {
          environment: { MESHKEEPER_ENDPOINT: old.api },
        })
        assert.deepEqual([exported.code, exported.stderr], [0, ''])
        const stdin = exported.stdout
        const applied = await meshkeeper(environment(fresh), ['apply', '-f', '-', '--wait'], stdin)
        assert.deepEqual([applied.code, applied.stderr], [0, ''])
        const there = await runMeshCommand(['export'], { environment: { MESHKEEPER_ENDPOINT: old.api } })
        const here = await meshkeeper(environment(fresh), ['export'])
        assert.match(here.stdout, /^kind: mesh\n/)
        assert.equal(here.stdout, there.stdout)
        const compared = await meshkeeper(environment(fresh), ['diff', '--prune', '-f', '-'], stdin)
        assert.deepEqual(compared, { code: 0, stdout: '', stderr: '' })
      } finally {
        await Promise.all([old.close(), fresh.close()])
      }
    })

  it('says what to do when nobody answers, or it is not trusted', async () => {
    const nobody = await meshkeeper({ MESHKEEPER_ENDPOINT: 'http://127.0.0.1:1' }, ['get'])
    assert.equal(nobody.code, 1)
    assert.match(
      nobody.stderr,
      /^error: no meshkeeper answers at http:\/\/127\.0\.0\.1:1, from MESHKEEPER_ENDPOINT \(connection refused\): .*--endpoint-url/,
    )
    const world = await World.start({ apiTlsCert: certificate, apiTlsKey: fixturePath('one.key.pem') })
    try {
      const url = world.api.replace(/^https?:\/\/127\.0\.0\.1/, 'https://localhost')
      const untrusted = await meshkeeper({}, ['get', '--endpoint-url', url])
      assert.equal(untrusted.code, 1)
      assert.match(untrusted.stderr, /certificate.*NODE_EXTRA_CA_CERTS=FILE names the authority to trust/)
    } finally {
      await world.close()
    }
    const plain = await World.start()
    try {
      const { code, stderr } = await meshkeeper({}, ['get', '--endpoint-url', plain.api.replace('http:', 'https:')])
      assert.equal(code, 1)
      assert.match(
        stderr,
        /^error: https:\/\/\S+, from --endpoint-url: what listens there speaks no TLS: use http:\/\/\n$/,
      )
    } finally {
      await plain.close()
    }
  })
})
