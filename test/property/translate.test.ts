/** Whatever the mesh, translation does not throw, and what it makes is what Envoy accepts, as far as its rules can be stated here. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { toJson } from '../../src/codec/json.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import { createMemo } from '../../src/translate/memo.js'
import { translateMesh, type ProxyOutput } from '../translate/golden.js'
import type { MeshInput } from '../translate/mesh.js'
import { meshArbitrary } from './mesh-arbitrary.js'

const RUNS = process.env['LONG_TESTS'] === '1' ? 20_000 : 200

describe('translate, for any mesh', () => {
  it('gives what fits the types, with names once and every reference met', () => {
    fc.assert(
      fc.property(meshArbitrary, (input) => {
        for (const output of translateMesh(input)) check(output)
      }),
      { numRuns: RUNS },
    )
  })

  it('gives the same with a memo that forgets', () => {
    const versions = (outputs: ProxyOutput[]) =>
      outputs.map(({ proxy, listeners, routes, clusters, problems }) => ({
        proxy,
        problems,
        versions: [...listeners, ...routes, ...clusters].map(({ name, version }) => [name, version]),
      }))
    fc.assert(
      fc.property(meshArbitrary, fc.integer({ min: 1, max: 40 }), (input, limit) => {
        const forgetful = translateMesh(input, undefined, createMemo({ limit: () => limit }))
        assert.deepEqual(versions(forgetful), versions(translateMesh(input)))
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    )
  })

  it('gives the same whatever the order in which resources are listed', () => {
    fc.assert(
      fc.property(meshArbitrary, (input) => {
        const reversed: MeshInput = {
          ...input,
          virtualNodes: [...(input.virtualNodes ?? [])].reverse(),
          routes: [...new Map((input.routes ?? []).map((route) => [routeKey(route), route])).values()].reverse(),
          gatewayRoutes: [
            ...new Map((input.gatewayRoutes ?? []).map((route) => [gatewayRouteKey(route), route])).values(),
          ].reverse(),
        }
        const versions = (outputs: ProxyOutput[]) =>
          outputs
            .map(({ proxy, listeners, routes, clusters, problems }) => ({
              proxy,
              problems,
              versions: [...listeners, ...routes, ...clusters].map(({ name, version }) => [name, version]),
            }))
            .sort((left, right) => (left.proxy < right.proxy ? -1 : 1))
        assert.deepEqual(versions(translateMesh(reversed)), versions(translateMesh(input)))
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    )
  })
})

const routeKey = ({ virtualRouterName, routeName }: NonNullable<MeshInput['routes']>[number]): string =>
  `${virtualRouterName} ${routeName}`

const gatewayRouteKey = ({
  virtualGatewayName,
  gatewayRouteName,
}: NonNullable<MeshInput['gatewayRoutes']>[number]): string => `${virtualGatewayName} ${gatewayRouteName}`

function check({ listeners, routes, clusters, endpoints, secrets }: ProxyOutput): void {
  const clusterNames = distinct(clusters)
  const routeNames = distinct(routes)
  distinct(endpoints)
  distinct(listeners)
  const json = listeners.map((listener) => toJson(listener) as unknown as ListenerJson)
  const matches = json.flatMap(({ name, filter_chains }) =>
    filter_chains.map(({ filter_chain_match }) => `${name} ${JSON.stringify(filter_chain_match)}`),
  )
  assert.equal(new Set(matches).size, matches.length, 'a filter chain match twice')
  const referenced = collect(json, 'route_config_name')
  assert.deepEqual([...new Set(referenced)].sort(), [...routeNames].sort())
  for (const route of routes) checkRoutes(toJson(route) as unknown as RoutesJson)
  const mentioned = [...collect(json, 'cluster'), ...routes.flatMap((route) => collect(toJson(route), 'cluster'))]
  const weighted = [json, ...routes.map((route) => toJson(route))].flatMap((part) => collectWeighted(part))
  for (const name of [...mentioned, ...weighted]) assert.ok(clusterNames.has(name), `no cluster ${name}`)
  const fetched = new Set([json, ...clusters.map((cluster) => toJson(cluster))].flatMap(secretsOverAds))
  assert.deepEqual(
    [...fetched].sort(),
    secrets.map(({ name }) => name),
    'other secrets than are fetched',
  )
}

interface ListenerJson {
  readonly name: string
  readonly filter_chains: readonly { readonly filter_chain_match: unknown }[]
}

interface RoutesJson {
  readonly virtual_hosts?: readonly { readonly name: string; readonly domains: readonly string[] }[]
}

function checkRoutes({ virtual_hosts = [] }: RoutesJson): void {
  const domains = virtual_hosts.flatMap((host) => host.domains.map((domain) => domain.toLowerCase()))
  assert.equal(new Set(domains).size, domains.length, 'a domain twice')
  assert.deepEqual(
    virtual_hosts.map(({ name }) => name),
    virtual_hosts.map(({ name }) => name).sort(),
    'virtual hosts out of order',
  )
}

function distinct(resources: readonly EncodedResource[]): Set<string> {
  const names = new Set(resources.map(({ name }) => name))
  assert.equal(names.size, resources.length, 'a name twice')
  return names
}

/** Every text member of that name, however deep. */
function collect(value: unknown, member: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => collect(item, member))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === member && typeof inner === 'string' ? [inner] : collect(inner, member),
  )
}

/** The names of secrets that come over ADS. */
function secretsOverAds(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(secretsOverAds)
  if (typeof value !== 'object' || value === null) return []
  const { name, sds_config } = value as { name?: string; sds_config?: object }
  if (name !== undefined && sds_config && 'ads' in sds_config) return [name]
  return Object.values(value).flatMap(secretsOverAds)
}

/** The names in every list of weighted clusters, none of which is empty or of weight 0 altogether. */
function collectWeighted(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(collectWeighted)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key !== 'weighted_clusters') return collectWeighted(inner)
    const { clusters, total_weight } = inner as { clusters: { name: string; weight: number }[]; total_weight?: number }
    const sum = clusters.reduce((total, { weight }) => total + weight, 0)
    assert.ok(sum > 0, 'weights of 0')
    if (total_weight === undefined)
      assert.ok(
        clusters.every(({ weight }) => weight > 0),
        'a TCP weight of 0',
      )
    else assert.equal(total_weight, sum)
    return clusters.map(({ name }) => name)
  })
}
