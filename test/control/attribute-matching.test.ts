/** Which instances of Cloud Map become endpoints of a virtual node: from what was registered, through the registry, to what Envoy is sent. */
import assert from 'node:assert/strict'
import { Registry } from '../../src/cloud-map/registry.js'
import { toJson } from '../../src/codec/json.js'
import { Endpoints } from '../../src/control/endpoints.js'
import type { Attributes, CustomHealth, Namespace, Service } from '../../src/model/cloud-map/resource.js'
import type { IpPreference } from '../../src/model/scalars.js'
import { openStore } from '../../src/store/open-store.js'
import type { Store } from '../../src/store/store.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE } from '../../src/translate/proxy.js'
import { translate } from '../../src/translate/translate.js'
import { ACCOUNT, viewOf } from '../translate/mesh.js'

interface Given {
  /** Of the virtual node, as its list. */
  readonly wanted?: readonly (readonly [key: string, value: string])[]
  readonly ipPreference?: IpPreference
  readonly meshIpPreference?: IpPreference
  readonly service?: Partial<Service>
  /** By id; those without an address get one: 10.0.0.1 and on, in their order. */
  readonly instances: Readonly<Record<string, Attributes>>
  /** What was reported; healthy is what was not. */
  readonly reported?: Readonly<Record<string, CustomHealth>>
}

interface Case {
  readonly name: string
  readonly given: Given
  /** `zone/address:port`, in the order in which Envoy gets them. */
  readonly expect: readonly string[]
}

const [A, B, C] = ['10.0.0.1:8080', '10.0.0.2:8080', '10.0.0.3:8080']
const CUSTOM: Partial<Service> = { healthCheckCustomConfig: { FailureThreshold: 1 } }

const ATTRIBUTES: readonly Case[] = [
  { name: 'no attributes: every instance', given: { instances: { a: {}, b: { v: '1' } } }, expect: [A, B] },
  { name: 'an empty list: every instance', given: { wanted: [], instances: { a: {}, b: { v: '1' } } }, expect: [A, B] },
  {
    name: 'one: those that have it',
    given: { wanted: [['v', '1']], instances: { a: { v: '1' }, b: { v: '2' }, c: {} } },
    expect: [A],
  },
  {
    name: 'several: those that have every one',
    given: {
      wanted: [
        ['v', '1'],
        ['stage', 'prod'],
      ],
      instances: { a: { v: '1' }, b: { stage: 'prod' }, c: { stage: 'prod', v: '1', more: 'x' } },
    },
    expect: [C],
  },
  { name: 'none has it: no endpoints', given: { wanted: [['v', '9']], instances: { a: { v: '1' } } }, expect: [] },
  { name: 'no instances: no endpoints', given: { wanted: [['v', '1']], instances: {} }, expect: [] },
  {
    name: 'upper and lower case of keys and values',
    given: {
      wanted: [['Version', 'Blue']],
      instances: { a: { version: 'Blue' }, b: { Version: 'blue' }, c: { Version: 'Blue' } },
    },
    expect: [C],
  },
  {
    name: 'part of a value, or more than it',
    given: { wanted: [['v', '1.1']], instances: { a: { v: '1' }, b: { v: '1.10' }, c: { v: '1.1' } } },
    expect: [C],
  },
  {
    name: 'values that are equal as numbers only',
    given: { wanted: [['v', '1']], instances: { a: { v: '01' }, b: { v: '1.0' }, c: { v: '1' } } },
    expect: [C],
  },
  {
    name: 'spaces and tabs',
    given: { wanted: [['v', 'a b']], instances: { a: { v: 'a b ' }, b: { v: 'a\tb' }, c: { v: 'a b' } } },
    expect: [C],
  },
  {
    name: 'an empty value is a value',
    given: { wanted: [['v', '1']], instances: { a: { v: '' }, b: { v: '1' } } },
    expect: [B],
  },
  {
    name: 'special characters',
    given: {
      wanted: [
        ['k8s.io/pod-template:hash', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
        ['a=b', 'c=d'],
      ],
      instances: {
        a: { 'k8s.io/pod-template:hash': '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', 'a=b': 'c=d' },
        b: { 'k8s.io/pod-template:hash': '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}', 'a=b': 'c=d' },
        c: { 'k8s.io/pod-template:hash': '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', a: 'b=c=d' },
      },
    },
    expect: [A],
  },
  {
    name: 'signs of patterns are no patterns',
    given: { wanted: [['v', '.*']], instances: { a: { v: '1' }, b: { v: '.*' } } },
    expect: [B],
  },
  {
    name: 'names that every object of JavaScript has',
    given: {
      wanted: [
        ['constructor', 'x'],
        ['__proto__', 'y'],
      ],
      instances: { a: {}, b: { constructor: 'x' }, c: { constructor: 'x', ['__proto__']: 'y' } },
    },
    expect: [C],
  },
  {
    name: 'the same key twice: the last one counts',
    given: {
      wanted: [
        ['v', '1'],
        ['v', '2'],
      ],
      instances: { a: { v: '1' }, b: { v: '2' } },
    },
    expect: [B],
  },
  {
    name: 'attributes with a meaning are compared like any other',
    given: {
      wanted: [
        ['AWS_INSTANCE_PORT', '9000'],
        ['AVAILABILITY_ZONE', 'z1'],
      ],
      instances: {
        a: { AWS_INSTANCE_PORT: '9000', AVAILABILITY_ZONE: 'z1' },
        b: { AWS_INSTANCE_PORT: '9001', AVAILABILITY_ZONE: 'z1' },
        c: { AWS_INSTANCE_PORT: '9000' },
      },
    },
    expect: [`z1/${A}`],
  },
  {
    name: 'an address that is asked for',
    given: { wanted: [['AWS_INSTANCE_IPV4', '10.0.0.2']], instances: { a: {}, b: {} } },
    expect: [B],
  },
]

const HEALTH: readonly Case[] = [
  {
    name: 'a custom health check: all that were not reported unhealthy',
    given: { service: CUSTOM, instances: { a: {}, b: {}, c: {} }, reported: { b: 'UNHEALTHY', c: 'HEALTHY' } },
    expect: [A, C],
  },
  {
    name: 'a custom health check, and nobody healthy: none, not all',
    given: { service: CUSTOM, instances: { a: {} }, reported: { a: 'UNHEALTHY' } },
    expect: [],
  },
  {
    name: 'no health check: reports of earlier times do not count',
    given: { instances: { a: {}, b: {} }, reported: { a: 'UNHEALTHY' } },
    expect: [A, B],
  },
  {
    name: 'a Route 53 health check, which nobody carries out here',
    given: {
      service: { healthCheckConfig: { Type: 'HTTP', ResourcePath: '/', FailureThreshold: 1 } },
      instances: { a: {}, b: {} },
      reported: { a: 'UNHEALTHY' },
    },
    expect: [A, B],
  },
  {
    name: 'healthy and matching, both',
    given: {
      service: CUSTOM,
      wanted: [['v', '1']],
      instances: { a: { v: '1' }, b: { v: '1' }, c: { v: '2' } },
      reported: { a: 'UNHEALTHY' },
    },
    expect: [B],
  },
  {
    name: 'what an instance was registered with is an attribute; what was reported since counts',
    given: {
      service: CUSTOM,
      wanted: [['AWS_INIT_HEALTH_STATUS', 'UNHEALTHY']],
      instances: { a: { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' }, b: { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' }, c: {} },
      reported: { a: 'HEALTHY', b: 'UNHEALTHY' },
    },
    expect: [A],
  },
]

/** Each family alone, and both. */
const FAMILIES = {
  four: { AWS_INSTANCE_IPV4: '10.0.0.4' },
  six: { AWS_INSTANCE_IPV6: '2001:db8::6' },
  both: { AWS_INSTANCE_IPV4: '10.0.0.5', AWS_INSTANCE_IPV6: '2001:db8::5' },
  none: { AWS_INSTANCE_IPV4: '' },
}
const V4 = ['10.0.0.4:8080', '10.0.0.5:8080']
const V6 = ['2001:db8::5:8080', '2001:db8::6:8080']
const V4_FIRST = ['10.0.0.4:8080', '10.0.0.5:8080', '2001:db8::6:8080']
const V6_FIRST = ['10.0.0.4:8080', '2001:db8::5:8080', '2001:db8::6:8080']

const preference = (
  node: IpPreference | undefined,
  mesh: IpPreference | undefined,
  expect: readonly string[],
): Case => ({
  name: `the node wants ${node ?? 'nothing'}, the mesh ${mesh ?? 'nothing'}`,
  given: {
    instances: FAMILIES,
    ...(node && { ipPreference: node }),
    ...(mesh && { meshIpPreference: mesh }),
  },
  expect,
})

const ADDRESSES: readonly Case[] = [
  preference(undefined, undefined, V4_FIRST),
  preference('IPv4_ONLY', undefined, V4),
  preference('IPv4_PREFERRED', undefined, V4_FIRST),
  preference('IPv6_ONLY', undefined, V6),
  preference('IPv6_PREFERRED', undefined, V6_FIRST),
  preference(undefined, 'IPv4_ONLY', V4),
  preference(undefined, 'IPv4_PREFERRED', V4_FIRST),
  preference(undefined, 'IPv6_ONLY', V6),
  preference(undefined, 'IPv6_PREFERRED', V6_FIRST),
  preference('IPv4_ONLY', 'IPv6_ONLY', V4),
  preference('IPv6_PREFERRED', 'IPv4_ONLY', V6_FIRST),
  {
    name: 'what is no address counts as none',
    given: {
      instances: {
        a: { AWS_INSTANCE_IPV4: 'cart.local', AWS_INSTANCE_IPV6: '::1' },
        b: { AWS_INSTANCE_IPV4: '300.0.0.1' },
        c: { AWS_INSTANCE_IPV4: '10.0.0.3', AWS_INSTANCE_IPV6: 'x' },
      },
    },
    expect: [C, '::1:8080'],
  },
  {
    name: 'names and aliases are no addresses',
    given: {
      instances: {
        a: { AWS_INSTANCE_IPV4: '', AWS_INSTANCE_CNAME: 'a.local' },
        b: { AWS_INSTANCE_IPV4: '', AWS_ALIAS_DNS_NAME: 'b.local' },
      },
    },
    expect: [],
  },
  {
    name: 'one address twice is one endpoint',
    given: { instances: { a: { AWS_INSTANCE_IPV4: '10.0.0.1' }, b: { AWS_INSTANCE_IPV4: '10.0.0.1', v: '1' } } },
    expect: [A],
  },
]

const PORTS_AND_ZONES: readonly Case[] = [
  {
    name: 'the port is that of the listener, whatever AWS_INSTANCE_PORT says',
    given: { instances: { a: { AWS_INSTANCE_PORT: '9000' }, b: { AWS_INSTANCE_PORT: 'x' }, c: {} } },
    expect: [A, B, C],
  },
  {
    name: 'zones are localities, in the order of their names, those without one first',
    given: { instances: { a: { AVAILABILITY_ZONE: 'z2' }, b: { AVAILABILITY_ZONE: 'z1' }, c: {} } },
    expect: [C, `z1/${B}`, `z2/${A}`],
  },
  {
    name: 'zones are told apart by case, and an empty one is none',
    given: {
      instances: { a: { AVAILABILITY_ZONE: 'Z1' }, b: { AVAILABILITY_ZONE: 'z1' }, c: { AVAILABILITY_ZONE: '' } },
    },
    expect: [C, `Z1/${A}`, `z1/${B}`],
  },
  {
    name: 'one address in two zones is in the first of them',
    given: {
      instances: {
        a: { AWS_INSTANCE_IPV4: '10.0.0.1', AVAILABILITY_ZONE: 'z2' },
        b: { AWS_INSTANCE_IPV4: '10.0.0.1', AVAILABILITY_ZONE: 'z1' },
      },
    },
    expect: [`z1/${A}`],
  },
]

const TABLES = { attributes: ATTRIBUTES, health: HEALTH, addresses: ADDRESSES, 'ports and zones': PORTS_AND_ZONES }

describe('instances of Cloud Map as endpoints', () => {
  let store: Store
  beforeEach(async () => (store = await openStore('sqlite::memory:')))
  afterEach(() => store.close())

  for (const [table, cases] of Object.entries(TABLES)) {
    describe(`by ${table}`, () => {
      for (const { name, given, expect } of cases)
        it(name, async () => assert.deepEqual(await endpointsOf(store, given), expect))
    })
  }
})

const NAMESPACE: Namespace = {
  id: 'ns-1',
  arn: 'arn:ns-1',
  name: 'shop',
  httpName: 'shop.local',
  type: 'HTTP',
  createdAt: 1,
  tags: {},
}
const SERVICE: Service = {
  id: 'srv-1',
  arn: 'arn:srv-1',
  namespaceId: 'ns-1',
  name: 'cart',
  type: 'HTTP',
  createdAt: 1,
  attributes: {},
  tags: {},
}

async function endpointsOf(store: Store, given: Given): Promise<string[]> {
  await store.write({ principal: 'test', operation: 'Test' }, async ({ cloudMap }) => {
    await cloudMap.putNamespace(NAMESPACE)
    await cloudMap.putService({ ...SERVICE, ...given.service })
    for (const [index, [id, own]] of Object.entries(given.instances).entries()) {
      const named = 'AWS_INSTANCE_IPV4' in own || 'AWS_INSTANCE_IPV6' in own
      const attributes = named ? own : { AWS_INSTANCE_IPV4: `10.0.0.${index + 1}`, ...own }
      await cloudMap.putInstance({ serviceId: SERVICE.id, id, attributes, health: given.reported?.[id] ?? 'HEALTHY' })
    }
  })
  const registry = new Registry(store)
  await registry.sync()
  const endpoints = new Endpoints<string>({ source: registry, onChange: () => undefined })
  endpoints.track('caller', needsOf(given))
  const { resources, problems } = endpoints.assignmentsOf('caller')
  assert.deepEqual(problems, [])
  const [assignment] = resources.filter(({ name }) => name === 'cds_egress_shop_cart_http_8080')
  assert.ok(assignment)
  return formatAssignment(toJson(assignment) as unknown as Assignment)
}

/** What the caller of a node with this discovery needs. */
function needsOf({ wanted, ipPreference, meshIpPreference }: Given) {
  const view = viewOf({
    mesh: {
      meshName: 'shop',
      spec: meshIpPreference ? { serviceDiscovery: { ipPreference: meshIpPreference } } : {},
    },
    virtualNodes: [
      {
        virtualNodeName: 'caller',
        spec: { backends: [{ virtualService: { virtualServiceName: 'cart.local' } }] },
      },
      {
        virtualNodeName: 'cart',
        spec: {
          listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
          serviceDiscovery: {
            awsCloudMap: {
              namespaceName: 'shop.local',
              serviceName: 'cart',
              ...(wanted && { attributes: wanted.map(([key, value]) => ({ key, value })) }),
              ...(ipPreference && { ipPreference }),
            },
          },
        },
      },
    ],
    virtualServices: [
      { virtualServiceName: 'cart.local', spec: { provider: { virtualNode: { virtualNodeName: 'cart' } } } },
    ],
  })
  const proxy = { kind: 'virtualNode', meshOwner: ACCOUNT, meshName: 'shop', name: 'caller' } as const
  return translate(view, proxy, { dialect: BASELINE, memo: createMemo() }).endpoints
}

interface Assignment {
  readonly endpoints?: readonly {
    readonly locality?: { readonly zone: string }
    readonly lb_endpoints: readonly {
      readonly endpoint: { readonly address: { readonly socket_address: { address: string; port_value: number } } }
    }[]
  }[]
}

function formatAssignment({ endpoints = [] }: Assignment): string[] {
  return endpoints.flatMap(({ locality, lb_endpoints }) =>
    lb_endpoints.map(({ endpoint: { address } }) => {
      const { address: host, port_value: port } = address.socket_address
      return `${locality ? `${locality.zone}/` : ''}${host}:${port}`
    }),
  )
}
