import assert from 'node:assert/strict'
import fc from 'fast-check'
import { OPERATIONS, PREFIX } from '../../src/api/routes.js'
import { makeSurroundings } from './kinds.js'
import { openService, type Service } from './service.js'

const METHODS = ['GET', 'PUT', 'DELETE', 'POST', 'PATCH', 'HEAD', 'OPTIONS'] as const
const WORDS = [
  'meshes',
  'm',
  'virtualNodes',
  'virtualRouter',
  'virtualRouters',
  'r',
  'routes',
  'tag',
  'tags',
  '',
  '%',
  '%2F',
  '%00',
  '..',
]

const segment = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string().map(encodeURI),
  fc.string({ unit: fc.constantFrom('%', '/', '?', '#', '&', '=', '+', ';', '@', '!', '$', '0', 'a', 'F') }),
)
const query = fc.oneof(
  fc.constant(''),
  fc.constantFrom('?limit=1', '?meshOwner=%', '?nextToken=x&nextToken=x', '?limit='),
  fc.string().map((text) => `?${encodeURI(text)}`),
)
const url = fc
  .tuple(fc.array(segment, { maxLength: 7 }), query)
  .map(([path, rest]) => `${PREFIX}/${path.join('/')}${rest}`)

/** Values of any type, at the places where an input has members. */
const value = fc.jsonValue({ maxDepth: 4 })
const members = [
  'meshName',
  'virtualNodeName',
  'virtualRouterName',
  'routeName',
  'virtualServiceName',
  'spec',
  'tags',
  'clientToken',
  'tagKeys',
]
const inputs = fc.dictionary(fc.constantFrom(...members, '__proto__', 'constructor'), value)

const SPEC_MEMBERS = [
  'listeners',
  'portMapping',
  'port',
  'protocol',
  'backends',
  'virtualService',
  'virtualServiceName',
  'healthCheck',
  'timeout',
  'httpRoute',
  'match',
  'action',
  'weightedTargets',
  'provider',
  'virtualNode',
  'headers',
  'range',
  'regex',
  'logging',
  'accessLog',
  'file',
  'format',
  'json',
]
const specs = fc.letrec((tie) => ({
  spec: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, 0, -1, 1e308, '', 'http', true, '\ud800'),
    fc.array(tie('spec'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...SPEC_MEMBERS), tie('spec'), { maxKeys: 4 }),
  ),
})).spec

describe('garbage', () => {
  let service: Service
  before(async () => {
    service = await openService()
    await makeSurroundings(service)
  })
  after(() => service.close())
  afterEach(() => assert.deepEqual(service.errors, []))

  async function survives(request: {
    method: (typeof METHODS)[number]
    url: string
    payload?: string | Buffer | object
  }): Promise<void> {
    const answer = await service.app.inject(request)
    assert.ok(answer.statusCode < 500, `${answer.statusCode} ${answer.body}`)
    if (answer.statusCode >= 400) assert.ok(answer.headers['x-amzn-errortype'])
    assert.ok(answer.headers['x-amzn-requestid'])
  }

  it('in paths and methods breaks nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...METHODS), url, (method, at) => survives({ method, url: at })),
      { numRuns: 400 },
    )
  })

  it('in bytes of bodies breaks nothing', async () => {
    const puts = OPERATIONS.filter(({ method }) => method === 'PUT').map(
      ({ path }) => PREFIX + path.replace(/:\w+/g, 'm'),
    )
    const property = fc.asyncProperty(fc.constantFrom(...puts), fc.uint8Array({ maxLength: 200 }), (at, bytes) =>
      survives({ method: 'PUT', url: at, payload: Buffer.from(bytes) }),
    )
    await fc.assert(property, { numRuns: 200 })
  })

  it('in members breaks nothing', async () => {
    const places = OPERATIONS.filter(({ method }) => method === 'PUT').map(
      ({ path }) => PREFIX + path.replace(/:virtualRouterName/, 'r').replace(/:\w+/g, 'm'),
    )
    const property = fc.asyncProperty(fc.constantFrom(...places), inputs, (at, payload) =>
      survives({ method: 'PUT', url: at, payload }),
    )
    await fc.assert(property, { numRuns: 400 })
  })

  it('in specs breaks nothing', async () => {
    const places = [
      ['/meshes', 'meshName'],
      ['/meshes/m/virtualNodes', 'virtualNodeName'],
      ['/meshes/m/virtualRouters', 'virtualRouterName'],
      ['/meshes/m/virtualRouter/r/routes', 'routeName'],
      ['/meshes/m/virtualServices', 'virtualServiceName'],
    ] as const
    const property = fc.asyncProperty(fc.constantFrom(...places), specs, ([path, name], spec) =>
      survives({ method: 'PUT', url: PREFIX + path, payload: { [name]: 'x', spec } }),
    )
    await fc.assert(property, { numRuns: 600 })
  })

  const DEEP = 100_000
  const HUGE = [
    { name: 'nesting of lists', payload: `{"meshName":"x","spec":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}` },
    { name: 'nesting of objects', payload: `{"meshName":"x","spec":${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}}` },
    { name: 'nesting that never ends', payload: '['.repeat(DEEP) },
    {
      name: 'a list of listeners',
      payload: `{"virtualNodeName":"x","spec":{"listeners":[${'{},'.repeat(50_000)}{}]}}`,
    },
    {
      name: 'a list of tags',
      payload: JSON.stringify({ meshName: 'x', tags: Array(20_000).fill({ key: 'a', value: 'b' }) }),
    },
    { name: 'a name', payload: JSON.stringify({ meshName: 'x'.repeat(1_000_000) }) },
    {
      name: 'members',
      payload: JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, 1]))),
    },
  ]
  for (const { name, payload } of HUGE) {
    it(`in size breaks nothing: ${name}`, async () => {
      for (const path of ['/meshes', '/meshes/m/virtualNodes', '/tag?resourceArn=x']) {
        await survives({ method: 'PUT', url: PREFIX + path, payload })
      }
    })
  }
})
