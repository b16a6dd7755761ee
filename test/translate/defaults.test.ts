/** What is told of App Mesh's defaults is what translation makes of them. */
import assert from 'node:assert/strict'
import { buildMeshView } from '../../src/model/mesh-view.js'
import type { Kind, Resource, SpecByKind } from '../../src/model/resource.js'
import { listDefaults } from '../../src/translate/defaults.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE } from '../../src/translate/proxy.js'
import { translate } from '../../src/translate/translate.js'

const OWNER = '000000000000'

function resource<K extends Kind>(kind: K, name: string, spec: SpecByKind[K], parentName?: string): Resource<K> {
  const meshName = kind === 'mesh' ? name : 'm'
  const ref = { kind, meshOwner: OWNER, meshName, ...(parentName !== undefined && { parentName }), name }
  const times = { createdAt: 0, lastUpdatedAt: 0 }
  const metadata = {
    arn: `arn:${kind}/${name}`,
    ...times,
    meshOwner: OWNER,
    resourceOwner: OWNER,
    uid: name,
    version: 1,
  }
  return { ref, metadata, spec }
}

const defaultsOf = (of: Resource) => new Map(listDefaults(of).map(({ path, ...rest }) => [path, rest]))

const LISTENER = { portMapping: { port: 8080, protocol: 'http' } } as const
const target = { weightedTargets: [{ virtualNode: 'api', weight: 1 }] }

describe('the defaults that are told', () => {
  const mesh = resource('mesh', 'm', {})
  const api = resource('virtualNode', 'api', { listeners: [LISTENER], serviceDiscovery: { dns: { hostname: 'api' } } })
  const front = resource('virtualNode', 'front', { backends: [{ virtualService: { virtualServiceName: 's' } }] })
  const service = resource('virtualService', 's', { provider: { virtualRouter: { virtualRouterName: 'r' } } })
  const router = resource('virtualRouter', 'r', { listeners: [LISTENER] })
  const route = resource('route', 'x', { httpRoute: { match: { prefix: '/' }, action: target } }, 'r')
  const view = buildMeshView([mesh, api, front, service, router, route], 1)
  const built = translate(view, front.ref, { dialect: BASELINE, memo: createMemo() })
  const own = translate(view, api.ref, { dialect: BASELINE, memo: createMemo() })
  const action = built.routes.flatMap((each) => each.virtual_hosts ?? []).find(({ name }) => name === 's')
    ?.routes?.[0]?.route

  it('are those of routes', () => {
    const defaults = defaultsOf(route)
    assert.deepEqual(defaults.get('spec.httpRoute.retryPolicy')?.value, {
      maxRetries: action?.retry_policy?.num_retries?.value,
      retryOn: action?.retry_policy?.retry_on?.split(','),
      statusCodes: action?.retry_policy?.retriable_status_codes,
    })
    assert.deepEqual(defaults.get('spec.httpRoute.timeout.perRequest')?.value, {
      unit: 's',
      value: Number(action?.timeout?.seconds),
    })
    assert.equal(action?.idle_timeout, undefined)
    assert.deepEqual(defaults.get('spec.httpRoute.timeout.idle')?.value, { unit: 's', value: 300 })
  })

  it('are those of nodes', () => {
    const defaults = defaultsOf(api)
    const [ingress] = own.clusters
    const [limits] = ingress?.circuit_breakers?.thresholds ?? []
    assert.equal(defaults.get('spec.listeners[0].connectionPool')?.value, limits?.max_connections?.value)
    const egress = built.clusters.find(({ name }) => name?.includes('egress_m_api'))
    assert.equal(defaults.get('spec.serviceDiscovery.dns.responseType')?.value, 'LOADBALANCER')
    assert.equal(egress?.type, 'LOGICAL_DNS')
    assert.equal(egress.health_checks ?? egress.outlier_detection ?? egress.transport_socket, undefined)
    assert.deepEqual(defaultsOf(front).get('spec.backends')?.value, {
      unit: 's',
      value: Number(egress.connect_timeout?.seconds),
    })
    assert.equal(defaults.get('spec.listeners[0].tls.mode')?.value, 'DISABLED')
  })

  it('are gone once somebody says something else', () => {
    const timeout = { perRequest: { unit: 's', value: 1 }, idle: { unit: 's', value: 1 } } as const
    const retryPolicy = { maxRetries: 1, perRetryTimeout: { unit: 's', value: 1 } } as const
    const said = resource(
      'route',
      'x',
      { priority: 1, httpRoute: { match: { prefix: '/' }, action: target, timeout, retryPolicy } },
      'r',
    )
    assert.deepEqual(listDefaults(said), [])
    assert.deepEqual(listDefaults(router), [])
    assert.deepEqual(listDefaults(service), [])
    assert.deepEqual(
      listDefaults(
        resource('mesh', 'm', { egressFilter: { type: 'ALLOW_ALL' }, serviceDiscovery: { ipPreference: 'IPv4_ONLY' } }),
      ),
      [],
    )
  })

  it('have a place, a reason and a field of Envoy, for every kind', () => {
    const tcp = resource('virtualNode', 't', { listeners: [{ portMapping: { port: 1, protocol: 'tcp' } }] })
    const edge = resource('virtualGateway', 'g', { listeners: [{ portMapping: { port: 80, protocol: 'http' } }] })
    const toService = { target: { virtualService: { virtualServiceName: 's' } } }
    const way = resource('gatewayRoute', 'w', { httpRoute: { match: { prefix: '/' }, action: toService } }, 'g')
    const direct = resource('virtualService', 'd', { provider: { virtualNode: { virtualNodeName: 'api' } } })
    const stream = resource('route', 'y', { tcpRoute: { action: target } }, 'r')
    for (const each of [mesh, api, front, tcp, edge, way, direct, route, stream]) {
      const defaults = listDefaults(each)
      assert.ok(defaults.length > 0, each.ref.kind)
      for (const { path, why, envoyField, value } of defaults) {
        assert.match(path, /^spec\.[\w.[\]]+\w\]?$/)
        assert.ok(why.length > 10 && envoyField.length > 3)
        assert.notEqual(value, undefined)
      }
    }
  })
})
