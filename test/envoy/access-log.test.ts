/** Access log lines of Envoys that take traffic, in the format that the virtual node asks for. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logging, LoggingFormat, VirtualNodeSpec } from '@aws-sdk/client-app-mesh'
import { eventually } from './eventually.js'
import { backends, listener, serverNode } from './mesh-writer.js'
import { useWorld, type World } from './world.js'

const HTTP = 'web.local'
const TCP = 'raw.local'
const SERVERS = [
  { protocol: 'http', port: 8080 },
  { protocol: 'tcp', port: 8081 },
] as const

const NODES: Readonly<Record<string, VirtualNodeSpec>> = {
  web: serverNode('web', listener('http', 8080)),
  raw: serverNode('raw', listener('tcp', 8081)),
  front: { backends: backends(HTTP, TCP) },
}

describe('the access log', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    world.nameServices(HTTP, TCP)
    await mesh.mesh()
    for (const [name, spec] of Object.entries(NODES)) await mesh.node(name, spec)
    await mesh.service(HTTP, { virtualNode: { virtualNodeName: 'web' } })
    await mesh.service(TCP, { virtualNode: { virtualNodeName: 'raw' } })
    await world.startPods({ front: {}, web: { servers: SERVERS }, raw: { servers: SERVERS } })
  })

  it('is not written unless it is asked for', async () => {
    await get('/quiet')
    assert.ok(!(await world.pod('front').envoy.log()).includes('/quiet'))
  })

  it("has Envoy's own lines when no format is given, also on standard output", async () => {
    await logTo(world, 'front', '/dev/stdout')
    await get('/default')
    const line = await lineWith(() => world.pod('front').envoy.log(), 'GET /default')
    assert.match(line, /^\[\d{4}-.*\] "GET \/default HTTP\/1\.1" 200 - 0 \d+ .* "web\.local:8080" /)
  })

  it('has lines of the given text format', async () => {
    const file = join(world.pod('web').directory, 'text.log')
    await logTo(world, 'web', file, { text: 'in %REQ(:METHOD)% %REQ(:PATH)% → %RESPONSE_CODE%\n' })
    // Envoy lets connections that it has finish with the listener that they began with: the front's is one.
    const written = async () => {
      await get('/text?status=418')
      return readFile(file, 'utf8')
    }
    assert.equal(await lineWith(written, '/text'), 'in GET /text?status=418 → 418')
  })

  it('has lines of the given JSON format', async () => {
    const file = join(world.pod('front').directory, 'json.log')
    const json = [
      { key: 'verb', value: '%REQ(:METHOD)%' },
      { key: 'code', value: '%RESPONSE_CODE%' },
      { key: 'cluster', value: '%UPSTREAM_CLUSTER%' },
    ]
    await logTo(world, 'front', file, { json })
    await get('/json')
    const line = await lineWith(() => readFile(file, 'utf8'), 'GET')
    assert.deepEqual(JSON.parse(line), { verb: 'GET', code: 200, cluster: 'cds_egress_shop_web_http_8080' })
  })

  it('has lines of TCP connections on both sides', async () => {
    const format = { text: '%UPSTREAM_CLUSTER% %BYTES_RECEIVED%\n' }
    const out = join(world.pod('front').directory, 'tcp-out.log')
    const into = join(world.pod('raw').directory, 'tcp-in.log')
    await logTo(world, 'front', out, format)
    await logTo(world, 'raw', into, format)
    const { reply } = await world.pod('front').agent.tcp({ host: TCP, port: 8081, send: 'four' })
    assert.equal(reply, 'raw:four')
    assert.equal(await lineWith(() => readFile(out, 'utf8'), '_tcp_'), 'cds_egress_shop_raw_tcp_8081 4')
    assert.equal(await lineWith(() => readFile(into, 'utf8'), '_tcp_'), 'cds_ingress_shop_raw_tcp_8081 4')
  })

  async function get(path: string): Promise<void> {
    await world.pod('front').agent.http(`http://${HTTP}:8080${path}`)
  }
})

/** Gives a node an access log and waits until its Envoy has it. */
async function logTo(world: World, node: string, path: string, format?: LoggingFormat): Promise<void> {
  const logging: Logging = { accessLog: { file: { path, ...(format && { format }) } } }
  await world.pod(node).envoy.changedBy('listeners', () => world.mesh.node(node, { ...NODES[node], logging }))
}

async function lineWith(read: () => Promise<string>, words: string): Promise<string> {
  return eventually({ what: `an access log line with ${words}` }, async () =>
    (await read()).split('\n').find((line) => line.includes(words)),
  )
}
