/** What forms find wrong, and at which field they tell it. */
import assert from 'node:assert/strict'
import { toDraft } from '../../src/console/data/draft.js'
import { checkForm, type FormPlace, type Neighbour } from '../../src/console/data/form/check.js'
import { KIND_FORMS } from '../../src/console/data/form/kind-forms.js'
import { listPlaces, placeProblems } from '../../src/console/data/form/places.js'
import { readRefusal } from '../../src/console/data/form/server-problems.js'
import { suggest } from '../../src/console/data/form/suggestions.js'
import { badRequest, notFound, alreadyExists } from '../../src/model/errors.js'
import type { Kind } from '../../src/model/resource.js'
import { readMesh } from './recorded-mesh.js'
import { RECORDINGS } from './specs.js'

const listener = (port: number, protocol = 'http') => ({ portMapping: { port, protocol } })
const target = (virtualNode: string, rest: object = {}) => ({ virtualNode, weight: 50, ...rest })
const httpRoute = (weightedTargets: object[], match: object = { prefix: '/' }) => ({
  httpRoute: { action: { weightedTargets }, match },
})

const MESH: readonly Neighbour[] = [
  { kind: 'virtualNode', name: 'one', spec: { listeners: [listener(8080)] } },
  { kind: 'virtualNode', name: 'two', spec: { listeners: [listener(8080), listener(9090, 'grpc')] } },
  { kind: 'virtualRouter', name: 'router', spec: { listeners: [listener(80)] } },
  { kind: 'route', name: 'old', parentName: 'router', spec: httpRoute([target('one')]) },
  { kind: 'virtualService', name: 'service.local', spec: { provider: { virtualNode: { virtualNodeName: 'two' } } } },
  { kind: 'virtualGateway', name: 'gateway', spec: { listeners: [listener(8088)] } },
]

function placeOf(kind: Kind, name?: string): FormPlace {
  const parents: Partial<Record<Kind, string>> = { route: 'router', gatewayRoute: 'gateway' }
  return {
    kind,
    meshName: kind === 'mesh' && name === undefined ? '' : 'm',
    parentName: parents[kind],
    ...(name !== undefined && { name }),
  }
}

/** What a form tells at its fields, and what elsewhere under an empty path. */
function told(kind: Kind, spec: object, name?: string): Record<string, string> {
  const form = KIND_FORMS[kind]
  const draft = toDraft(form.create, { ...(name === undefined && { [`${kind}Name`]: 'new' }), spec })
  const { atFields, elsewhere } = placeProblems(
    checkForm(form, placeOf(kind, name), draft, MESH),
    listPlaces(form, draft),
  )
  return {
    ...Object.fromEntries([...atFields].map(([path, texts]) => [path, texts.join(' ')])),
    ...(elsewhere.length > 0 && { '': elsewhere.map(({ path, message }) => `${path}: ${message}`).join(' ') }),
  }
}

const dns = { dns: { hostname: 'a.local' } }
const node = (rest: object) => ({ serviceDiscovery: dns, listeners: [{ ...listener(8080), ...rest }] })
const AT = 'spec.listeners[0]'

const CASES: readonly { name: string; kind: Kind; spec: object; editing?: string; expect: Record<string, string> }[] = [
  { name: 'nothing about a whole node', kind: 'virtualNode', spec: node({}), expect: {} },
  {
    name: 'that a health check with one value needs the other four',
    kind: 'virtualNode',
    spec: node({ healthCheck: { healthyThreshold: 2 } }),
    expect: {
      [`${AT}.healthCheck.protocol`]: 'Health check protocol is required.',
      [`${AT}.healthCheck.unhealthyThreshold`]: 'Unhealthy threshold is required.',
      [`${AT}.healthCheck.intervalMillis`]: 'Interval is required.',
      [`${AT}.healthCheck.timeoutMillis`]: 'Timeout is required.',
    },
  },
  {
    name: 'the bounds of a health check',
    kind: 'virtualNode',
    spec: node({
      healthCheck: {
        protocol: 'http',
        healthyThreshold: 1,
        unhealthyThreshold: 2,
        intervalMillis: 5000,
        timeoutMillis: 2000,
      },
    }),
    expect: { [`${AT}.healthCheck.healthyThreshold`]: 'Healthy threshold must be between 2 and 10.' },
  },
  {
    name: 'that a node with a listener needs service discovery',
    kind: 'virtualNode',
    spec: { listeners: [listener(80)] },
    expect: { 'spec.serviceDiscovery': 'Service discovery method is required because the node has a listener.' },
  },
  {
    name: 'that a port is no number',
    kind: 'virtualNode',
    spec: { serviceDiscovery: dns, listeners: [{ portMapping: { port: 'http', protocol: 'http' } }] },
    expect: { [`${AT}.portMapping.port`]: 'Port must be an integer.' },
  },
  {
    name: 'a port that two listeners have',
    kind: 'virtualNode',
    spec: { serviceDiscovery: dns, listeners: [listener(80), listener(80)] },
    expect: {
      'spec.listeners[1].portMapping.port': "Port must differ from every other listener's, but 80 is used twice.",
    },
  },
  {
    name: 'a duration that is too long at the duration, not at its unit',
    kind: 'virtualNode',
    spec: node({ timeout: { http: { idle: { unit: 's', value: -1 } } } }),
    expect: { [`${AT}.timeout.http.idle`]: 'Idle timeout must be between 0 and 9007199254740991.' },
  },
  {
    name: 'a backend twice, at the second',
    kind: 'virtualNode',
    spec: { backends: ['A', 'a'].map((virtualServiceName) => ({ virtualService: { virtualServiceName } })) },
    expect: {
      'spec.backends[1].virtualService.virtualServiceName':
        'Virtual service name or ARN is the same virtual service as backend A.',
    },
  },
  {
    name: 'the method of validation that is missing',
    kind: 'virtualNode',
    spec: { backendDefaults: { clientPolicy: { tls: { validation: {} } } } },
    expect: { 'spec.backendDefaults.clientPolicy.tls.validation.trust': 'Validation method is required.' },
  },
  {
    name: 'weights that add up to too much',
    kind: 'route',
    spec: httpRoute([target('one'), target('one', { weight: 51 })]),
    expect: {
      'spec.httpRoute.action.weightedTargets': 'Targets must have weights that add up to at most 100, not 101.',
    },
  },
  {
    name: 'a target that is no node',
    kind: 'route',
    spec: httpRoute([target('none')]),
    expect: {
      'spec.httpRoute.action.weightedTargets[0].virtualNode':
        'Virtual node is not the name of a virtual node of this mesh.',
    },
  },
  {
    name: 'a target that needs a port',
    kind: 'route',
    spec: httpRoute([target('two')]),
    expect: {
      'spec.httpRoute.action.weightedTargets[0].port':
        'Target port is required because virtual node two has several listeners: 8080, 9090.',
    },
  },
  {
    name: "a type that is not the listener's",
    kind: 'route',
    spec: { tcpRoute: { action: { weightedTargets: [target('one')] } } },
    expect: { spec: "Route type does not fit the virtual router's listener on port 80, whose protocol is http." },
  },
  {
    name: 'a router that its routes do not fit any more',
    kind: 'virtualRouter',
    editing: 'router',
    spec: { listeners: [listener(80, 'tcp')] },
    expect: {
      'spec.listeners':
        "Listeners must fit the route old of this virtual router: its httpRoute does not fit the virtual router's listener on port 80, whose protocol is tcp.",
    },
  },
  {
    name: 'a node whose routes need a port once it has several',
    kind: 'virtualNode',
    editing: 'one',
    spec: { serviceDiscovery: dns, listeners: [listener(8080), listener(8081)] },
    expect: {
      'spec.listeners':
        'All Routes to this Virtual Node must define a target port before adding multiple listeners to this Virtual Node. 1 Route(s) are missing port. Listing up to 5 route names: [router/old].',
    },
  },
  {
    name: 'a provider that is not there',
    kind: 'virtualService',
    spec: { provider: { virtualRouter: { virtualRouterName: 'none' } } },
    expect: {
      'spec.provider.virtualRouter.virtualRouterName':
        'Virtual router is not the name of a virtual router of this mesh.',
    },
  },
  {
    name: 'a service that is not there, and a gateway of another protocol',
    kind: 'gatewayRoute',
    spec: {
      grpcRoute: {
        action: { target: { virtualService: { virtualServiceName: 'none' } } },
        match: { serviceName: 's' },
      },
    },
    expect: {
      spec: "Gateway route type does not fit the virtual gateway's listener on port 8088, whose protocol is http.",
      'spec.grpcRoute.action.target.virtualService.virtualServiceName':
        'Virtual service name is not the name of a virtual service of this mesh.',
    },
  },
  {
    name: 'a service whose provider has several listeners',
    kind: 'gatewayRoute',
    spec: {
      httpRoute: {
        action: { target: { virtualService: { virtualServiceName: 'service.local' } } },
        match: { prefix: '/' },
      },
    },
    expect: {
      'spec.httpRoute.action.target.port':
        "Virtual service provider port is required because the service's provider has several listeners: 8080, 9090.",
    },
  },
  {
    name: 'a prefix that does not start with a slash',
    kind: 'route',
    spec: httpRoute([target('one')], { prefix: 'a' }),
    expect: { 'spec.httpRoute.match.prefix': 'Value must start with /.' },
  },
  {
    name: 'a gateway without listeners',
    kind: 'virtualGateway',
    spec: { listeners: [] },
    expect: { 'spec.listeners': 'Listeners must have at least 1 item.' },
  },
]

describe('a form tells', () => {
  for (const { name, kind, spec, editing, expect } of CASES) {
    it(name, () => assert.deepEqual(told(kind, spec, editing), expect))
  }

  it('that a name is taken', () => {
    const form = KIND_FORMS.virtualNode
    const draft = toDraft(form.create, { virtualNodeName: 'one', spec: {} })
    assert.deepEqual(checkForm(form, placeOf('virtualNode'), draft, MESH), [
      { path: 'virtualNodeName', message: 'exists already in this mesh' },
    ])
  })

  for (const recording of RECORDINGS) {
    it(`nothing about the recorded mesh ${recording}`, () => {
      const mesh = readMesh(recording)
      for (const { kind, name, parentName, spec } of mesh) {
        const form = KIND_FORMS[kind]
        const place = { kind, meshName: 'm', name, parentName }
        assert.deepEqual(checkForm(form, place, toDraft(form.update, { spec }), mesh), [], `${kind} ${name}`)
      }
    })
  }
})

describe('the answer of the server', () => {
  const form = KIND_FORMS.route
  const draft = toDraft(form.create, { routeName: 'r', spec: httpRoute([target('one'), target('gone')]) })
  const read = (code: string, message: string) =>
    readRefusal({ code, message }, placeOf('route'), draft, listPlaces(form, draft))
  const ref = { kind: 'virtualNode' as const, meshOwner: '1', meshName: 'm', name: 'gone' }

  it('is taken apart into its problems', () => {
    const problems = [
      {
        path: 'spec.httpRoute.action.weightedTargets[1].port',
        message: 'must be a listener port of virtual node x: 1, 2',
      },
      { path: 'spec.httpRoute', message: 'must have exactly one of a, b; none is given' },
      { path: 'routeName', message: 'must have 1 to 255 characters' },
      { path: 'tags[3].key', message: 'must not be given twice: a' },
    ]
    assert.deepEqual(read('BadRequestException', badRequest(problems).message), problems)
  })

  it('keeps sentences apart from what goes on from a path', () => {
    assert.deepEqual(
      read('BadRequestException', 'Route must define a port; spec.priority must be an integer; and more'),
      [
        { path: '', message: 'Route must define a port' },
        { path: 'spec.priority', message: 'must be an integer' },
      ],
    )
  })

  it('is told at the field that names what is missing', () => {
    const { message } = notFound(ref)
    assert.deepEqual(read('NotFoundException', message), [
      { path: 'spec.httpRoute.action.weightedTargets[1].virtualNode', message },
    ])
  })

  it('is told at the name when that is taken', () => {
    const { message } = alreadyExists({ ...ref, kind: 'route', parentName: 'router', name: 'r' })
    assert.deepEqual(read('ConflictException', message), [{ path: 'routeName', message: 'exists already' }])
  })

  it('belongs to no field otherwise', () => {
    assert.deepEqual(read('LimitExceededException', 'The limit of 50 routes is reached'), [
      { path: '', message: 'The limit of 50 routes is reached' },
    ])
  })
})

describe('the suggestions of a field', () => {
  const route = { place: placeOf('route'), neighbours: MESH, draft: {} }
  const gatewayDraft = toDraft(KIND_FORMS.gatewayRoute.create, {
    spec: { httpRoute: { action: { target: { virtualService: { virtualServiceName: 'service.local' } } } } },
  })
  const WANTED = [
    { what: 'virtualNode', around: { ...route, record: {} }, expect: ['one', 'two'] },
    { what: 'targetPort', around: { ...route, record: { virtualNode: 'two' } }, expect: ['8080', '9090'] },
    { what: 'targetPort', around: { ...route, record: {} }, expect: [] },
    { what: 'routerPort', around: { ...route, record: {} }, expect: ['80'] },
    { what: 'gatewayPort', around: { ...route, place: placeOf('gatewayRoute'), record: {} }, expect: ['8088'] },
    {
      what: 'servicePort',
      around: { ...route, place: placeOf('gatewayRoute'), draft: gatewayDraft, record: {} },
      expect: ['8080', '9090'],
    },
    { what: 'virtualNode', around: { ...route, place: placeOf('virtualNode', 'one'), record: {} }, expect: ['two'] },
  ] as const
  for (const { what, around, expect } of WANTED) {
    it(`${what}: ${expect.join(', ') || 'none'}`, () => assert.deepEqual(suggest(what, around), expect))
  }
})
