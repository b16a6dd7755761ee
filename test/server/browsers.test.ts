/** What pages of other origins get of a whole server, in the error form of each path; nothing is changed by them. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { World } from '../management/world.js'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** Unlike fetch it lets us say any Host. */
function send(url: string, method: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      void text(response).then((answer) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer })
      }, reject)
    })
    call.on('error', reject)
    call.end(body)
  })
}

const TARGET = 'Route53AutoNaming_v20170314.CreateHttpNamespace'

const PLACES = [
  {
    name: 'App Mesh',
    listener: 'api',
    method: 'PUT',
    path: '/v20190125/meshes',
    headers: {},
    payload: '{"meshName":"pwned"}',
    type: 'ForbiddenException',
    members: ['__type', 'message'],
  },
  {
    name: 'Cloud Map',
    listener: 'api',
    method: 'POST',
    path: '/',
    headers: { 'x-amz-target': TARGET },
    payload: '{"Name":"pwned"}',
    type: 'AccessDeniedException',
    members: ['__type', 'Message'],
  },
  {
    name: 'the management API',
    listener: 'api',
    method: 'GET',
    path: '/meshkeeper/v1/info',
    headers: {},
    payload: undefined,
    type: 'Forbidden',
    members: ['code', 'message'],
  },
  {
    name: 'nothing at all',
    listener: 'api',
    method: 'DELETE',
    path: '/v20190125/nothing',
    headers: {},
    payload: undefined,
    type: 'ForbiddenException',
    members: ['__type', 'message'],
  },
  {
    name: 'the admin listener',
    listener: 'admin',
    method: 'GET',
    path: '/metrics',
    headers: {},
    payload: undefined,
    type: undefined,
    members: ['message'],
  },
] as const

const ATTACKS = [
  { name: 'a page of another site', headers: { origin: 'http://evil.example' } },
  { name: 'a page without an origin', headers: { origin: 'null' } },
  { name: 'a page on another port', headers: { origin: 'http://127.0.0.1:1' } },
  { name: 'a form of another site', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } },
  { name: 'a script of another site', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } },
  { name: 'a rebound name', headers: { host: 'evil.example' } },
  { name: 'a rebound name with its page', headers: { host: 'evil.example', origin: 'http://evil.example' } },
  {
    name: 'a rebound name behind a forged proxy',
    headers: { host: 'evil.example', origin: 'http://evil.example', 'x-forwarded-host': 'localhost' },
  },
] as const

describe('browsers', () => {
  let world: World
  before(async () => {
    world = await World.start({ allowedHosts: 'mesh.example.com' })
  })
  after(() => world.close())

  for (const { name, listener, method, path, headers, payload, type, members } of PLACES)
    for (const attack of ATTACKS)
      it(`keep ${attack.name} from ${name}`, async () => {
        const answer = await send(world[listener] + path, method, { ...headers, ...attack.headers }, payload)
        assert.equal(answer.status, 403)
        const body = JSON.parse(answer.body) as Record<string, string>
        assert.deepEqual(Object.keys(body), members)
        if (type !== undefined) assert.equal(Object.values(body)[0], type)
        if (type?.endsWith('Exception')) assert.equal(answer.headers['x-amzn-errortype'], type)
        assert.deepEqual(
          Object.keys(answer.headers).filter((header) => header.startsWith('access-control-')),
          [],
        )
      })

  it('ask in vain whether they may', async () => {
    const { status, headers } = await send(`${world.api}/v20190125/meshes`, 'OPTIONS', {
      origin: 'http://evil.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type,x-forwarded-host',
    })
    assert.equal(status, 403)
    assert.deepEqual(
      Object.keys(headers).filter((header) => header.startsWith('access-control-')),
      [],
    )
  })

  it('have changed nothing', async () => {
    const info = await send(`${world.api}/meshkeeper/v1/info`, 'GET', {})
    assert.equal((JSON.parse(info.body) as { head: number }).head, 0)
  })

  for (const { name, headers } of [
    { name: 'our own page', headers: (api: string) => ({ origin: api, 'sec-fetch-site': 'same-origin' }) },
    { name: 'a listed name', headers: () => ({ host: 'mesh.example.com', origin: 'http://mesh.example.com' }) },
    {
      name: 'a listed name behind a proxy with TLS',
      headers: () => ({
        origin: 'https://mesh.example.com',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'mesh.example.com',
      }),
    },
    { name: 'an SDK', headers: () => ({ host: 'data-localhost:4080' }) },
  ])
    it(`let ${name} change things`, async () => {
      const body = JSON.stringify({ meshName: `mesh-of-${name.replaceAll(' ', '-')}` })
      const answer = await send(`${world.api}/v20190125/meshes`, 'PUT', headers(world.api), body)
      assert.equal(answer.status, 200, answer.body)
    })

  it('follow links to the console', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    const { status, headers } = await send(`${world.api}/`, 'GET', { ...link, accept: 'text/html' })
    assert.equal(status, 302)
    assert.equal(headers['location'], '/console/')
  })
})
