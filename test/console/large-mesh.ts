/** A mesh of many nodes and services, each service with a router and a route to two nodes, each node with backends. */
import type { MapResource } from '../../src/console/data/map-graph.js'

export function buildLargeMesh(count: number): MapResource[] {
  const numbers = Array.from({ length: count }, (_, index) => index)
  const number = (index: number): string => String(index % count).padStart(3, '0')
  return [
    { kind: 'mesh', name: 'large', spec: { egressFilter: { type: 'ALLOW_ALL' } } },
    ...numbers.flatMap((index): MapResource[] => {
      const name = number(index)
      return [
        {
          kind: 'virtualNode',
          name: `node-${name}`,
          spec: {
            listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
            serviceDiscovery: { dns: { hostname: `node-${name}.large.local` } },
            backends: [3, 17].map((step) => ({
              virtualService: { virtualServiceName: `service-${number(index + step)}.large.local` },
            })),
          },
        },
        {
          kind: 'virtualRouter',
          name: `router-${name}`,
          spec: { listeners: [{ portMapping: { port: 8080, protocol: 'http' } }] },
        },
        {
          kind: 'route',
          name: 'all',
          parentName: `router-${name}`,
          spec: {
            httpRoute: {
              match: { prefix: '/' },
              action: {
                weightedTargets: [
                  { virtualNode: `node-${name}`, weight: 90 },
                  { virtualNode: `node-${number(index + 1)}`, weight: 10 },
                ],
              },
            },
          },
        },
        {
          kind: 'virtualService',
          name: `service-${name}.large.local`,
          spec: { provider: { virtualRouter: { virtualRouterName: `router-${name}` } } },
        },
      ]
    }),
  ]
}
