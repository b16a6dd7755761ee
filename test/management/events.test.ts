/** The event stream of a whole server. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { eventually } from '../envoy/eventually.js'
import { EventStream, type Event } from './event-stream.js'
import { nodeSpec, World } from './world.js'

interface Ref {
  kind: string
  name: string
}

const names = ({ data }: Event): string[] =>
  data['refs'] === 'all' ? ['all'] : (data['refs'] as Ref[]).map(({ kind, name }) => `${kind} ${name}`)
const touches = (name: string) => (event: Event) => event.event === 'revision' && names(event).includes(name)

describe('the event stream', () => {
  let world: World
  let streams: EventStream[]

  beforeEach(async () => {
    streams = []
    world = await World.start()
    await world.writeShop()
  })
  afterEach(async () => {
    for (const stream of streams) stream.close()
    await world.close()
  })

  const open = async (query = '', headers: Record<string, string> = {}): Promise<EventStream> => {
    const stream = await EventStream.open(world.api, query, headers)
    streams.push(stream)
    return stream
  }

  it('says where things stand, then what changes and that it is applied', async () => {
    const stream = await open()
    const first = await stream.next('the first event', () => true)
    assert.deepEqual(first, { event: 'revision', id: '4', data: { revision: 4, refs: [] } })
    await world.put('meshes/shop/virtualNodes', { virtualNodeName: 'new', spec: nodeSpec('new') })
    const changed = await stream.next('the change', touches('virtualNode new'))
    assert.equal(changed.id, '5')
    assert.deepEqual(changed.data, {
      revision: 5,
      refs: [{ kind: 'virtualNode', meshOwner: '000000000000', meshName: 'shop', name: 'new' }],
    })
    await stream.next('that it is applied', ({ data }) => data['appliedRevision'] === 5)
  })

  it('tells of Envoys that connect, answer and go', async () => {
    const stream = await open()
    await stream.next('the first event', () => true)
    const envoy = await world.connect('mesh/shop/virtualNode/front')
    const { data } = await stream.next('the Envoy', ({ event }) => event === 'proxies')
    const [id] = data['ids'] as number[]
    assert.equal(typeof id, 'number')
    const before = stream.events.length
    envoy.close()
    await stream.next('its end', (event) => stream.events.indexOf(event) >= before && event.event === 'proxies')
  })

  it('resumes where the client was', async () => {
    const stream = await open('', { 'last-event-id': '2' })
    const first = await stream.next('what was missed', () => true)
    assert.equal(first.id, '4')
    assert.deepEqual(names(first), ['virtualService api.shop.local', 'virtualNode front'])
  })

  for (const { name, id, expect } of [
    { name: 'everything is missed', id: '0', expect: 4 },
    { name: 'nothing is missed', id: '4', expect: 0 },
    { name: 'the store is another one', id: '999', expect: 'all' },
    { name: 'it was never told a revision', id: 'x', expect: 0 },
  ])
    it(`resumes when ${name}`, async () => {
      const stream = await open(`?lastEventId=${id}`)
      const { data } = await stream.next('the first event', () => true)
      assert.equal(data['revision'], 4)
      assert.deepEqual(typeof expect === 'number' ? (data['refs'] as unknown[]).length : data['refs'], expect)
    })

  it('does not list what is too much', async () => {
    const mesh = 'meshes/shop/virtualNodes'
    for (let index = 0; index < 201; index++)
      await world.put(mesh, { virtualNodeName: `n-${index}`, spec: nodeSpec(`n-${index}`) })
    const stream = await open('', { 'last-event-id': '4' })
    const { data } = await stream.next('the first event', () => true)
    assert.deepEqual(data, { revision: 205, refs: 'all' })
  })

  it('tells of one mesh only, and of Cloud Map', async () => {
    const stream = await open('?mesh=shop')
    const elsewhere = await open('?mesh=other@000000000000')
    await Promise.all([stream, elsewhere].map((each) => each.next('the first event', () => true)))
    await world.put('meshes', { meshName: 'other' })
    await elsewhere.next('the mesh', touches('mesh other'))
    await world.put('meshes/shop/virtualNodes', { virtualNodeName: 'new', spec: nodeSpec('new') })
    await stream.next('the node', touches('virtualNode new'))
    await world.cloudMap('CreateHttpNamespace', { Name: 'shop.local' })
    const isNamespace = (event: Event) =>
      event.event === 'revision' && names(event).some((each) => each.startsWith('namespace ns-'))
    await Promise.all([stream, elsewhere].map((each) => each.next('the namespace', isNamespace)))
    assert.ok(!stream.events.some(touches('mesh other')))
    assert.ok(!elsewhere.events.some(touches('virtualNode new')))
  })

  it('is a stream that nobody keeps, and no page of another origin gets', async () => {
    const { headers } = (await open()).response
    assert.match(headers.get('content-type') ?? '', /^text\/event-stream/)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.ok(headers.get('x-amzn-requestid'))
    const refused = await fetch(`${world.api}/meshkeeper/v1/events`, { headers: { origin: 'http://evil.example' } })
    assert.equal(refused.status, 403)
    assert.equal(((await refused.json()) as { code: string }).code, 'Forbidden')
  })

  it('forgets streams that were asked for behind another one on a connection that has ended', async () => {
    const { hostname, port } = new URL(world.api)
    const socket = connect(Number(port), hostname)
    socket.write('GET /meshkeeper/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(300))
    await once(socket, 'data')
    const { status } = await fetch(`${world.api}/meshkeeper/v1/info`)
    assert.equal(status, 200)
    socket.destroy()
    await open()
  })

  it('is told after the answer that was asked for before it on the same connection', async () => {
    const { hostname, port } = new URL(world.api)
    const socket = connect(Number(port), hostname)
    const request = (path: string) => `GET /meshkeeper/v1/${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
    let text = ''
    socket.on('data', (bytes) => (text += bytes.toString()))
    socket.write(request('info') + request('events'))
    await eventually({ what: 'the first event' }, () => /"appliedRevision":.*event: applied/s.test(text))
    socket.destroy()
  })

  it('has its own name in the metrics, once it is over', async () => {
    const stream = await open()
    await stream.next('the first event', () => true)
    stream.close()
    await stream.ended
    await world.metric(/^meshkeeper_api_requests_total\{operation="StreamEvents",code="200"\} 1$/m)
  })

  it('ends at once when the server stops', async () => {
    const stream = await open()
    await stream.next('the first event', () => true)
    const started = performance.now()
    await world.close()
    await stream.ended
    assert.ok(performance.now() - started < 1500, 'the shutdown waited for its grace')
    assert.equal(stream.comments.at(-1), ': ')
  })
})
