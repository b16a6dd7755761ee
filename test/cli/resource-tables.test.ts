import assert from 'node:assert/strict'
import { formatResources } from '../../src/cli/resource-tables.js'

const socket = (address: string, port_value: number) => ({ socket_address: { address, port_value } })
const endpoint = (address: string, port: number, more: object = {}) => ({
  endpoint: { address: socket(address, port) },
  ...more,
})
const resource = (name: string, config?: object, state = 'SYNCED') => ({
  name,
  state,
  ...(config && { version: 'v1', config }),
})

describe('resources at a glance', () => {
  const cases = [
    { name: 'nothing', noun: 'clusters', given: [], expect: ['No clusters.'] },
    {
      name: 'clusters',
      noun: 'clusters',
      given: [
        resource('a', {
          type: 'STRICT_DNS',
          load_assignment: {
            endpoints: [
              { lb_endpoints: [endpoint('one', 80), endpoint('::1', 81)] },
              { lb_endpoints: [endpoint('x', 1)] },
            ],
          },
        }),
        resource('b', {}),
        resource('c', undefined, 'NOT_SENT'),
      ],
      expect: [
        'CLUSTERS  TYPE        ADDRESSES             STATE     VERSION',
        'a         STRICT_DNS  one:80, [::1]:81 +1   SYNCED    v1',
        'b         STATIC      -                     SYNCED    v1',
        'c         -           -                     NOT SENT  -',
      ],
    },
    {
      name: 'listeners',
      noun: 'listeners',
      given: [
        resource('in', { address: socket('0.0.0.0', 15000), traffic_direction: 'INBOUND', filter_chains: [{}, {}] }),
        resource('out', { address: { pipe: { path: '/s' } }, filter_chains: [{}], default_filter_chain: {} }, 'NACKED'),
      ],
      expect: [
        'LISTENERS  ADDRESS        DIRECTION  FILTER CHAINS  STATE   VERSION',
        'in         0.0.0.0:15000  INBOUND    2              SYNCED  v1',
        'out        /s             -          2              NACKED  v1',
      ],
    },
    {
      name: 'endpoints, one line each',
      noun: 'endpoints',
      given: [
        resource('a', {
          endpoints: [
            { lb_endpoints: [endpoint('10.0.0.1', 80, { health_status: 'HEALTHY' }), endpoint('10.0.0.2', 80)] },
          ],
        }),
        resource('b', {}),
      ],
      expect: [
        'ENDPOINTS  ADDRESS      HEALTH   STATE   VERSION',
        'a          10.0.0.1:80  HEALTHY  SYNCED  v1',
        'a          10.0.0.2:80  UNKNOWN  SYNCED  v1',
        'b          none         -        SYNCED  v1',
      ],
    },
    {
      name: 'routes, one line each',
      noun: 'routes',
      given: [
        resource('r', {
          virtual_hosts: [
            {
              domains: ['api.local', 'api.local:8080'],
              routes: [
                {
                  match: { prefix: '/', headers: [{}, {}], query_parameters: [{}] },
                  route: { weighted_clusters: { clusters: [{ name: 'v1', weight: 90 }, { name: 'v2' }] } },
                },
                { match: { path: '/x' }, route: { cluster: 'c' } },
                { match: { prefix: '/y' }, route: { cluster: 'c', host_rewrite_literal: 'h', prefix_rewrite: '/' } },
                { match: { prefix: '/z' }, route: { cluster: 'c', regex_rewrite: { substitution: '/p' } } },
                { match: { safe_regex: { regex: '/a.*' } }, direct_response: { status: 404 } },
              ],
            },
          ],
        }),
        resource('missing', undefined, 'DOES_NOT_EXIST'),
      ],
      expect: [
        'ROUTES   DOMAINS       MATCH                        TO          STATE           VERSION',
        'r        api.local +1  / + 2 headers + 1 parameter  v1 90, v2 0  SYNCED          v1',
        'r        api.local +1  = /x                         c           SYNCED          v1',
        'r        api.local +1  /y                           c, as host h, as prefix /  SYNCED  v1',
        'r        api.local +1  /z                           c, as path /p  SYNCED      v1',
        'r        api.local +1  ~ /a.*                       status 404  SYNCED          v1',
        'missing  -             -                            -           DOES NOT EXIST  -',
      ],
    },
    {
      name: 'secrets',
      noun: 'secrets',
      given: [resource('s', { tls_certificate: {} }), resource('ca', { validation_context: {} })],
      expect: [
        'SECRETS  HOLDS               STATE   VERSION',
        's        certificate         SYNCED  v1',
        'ca       validation context  SYNCED  v1',
      ],
    },
  ]
  const squeeze = (line: string) => line.replace(/ {2,}/g, ' | ')
  for (const { name, noun, given, expect } of cases)
    it(name, () =>
      assert.deepEqual(formatResources(noun, given).trimEnd().split('\n').map(squeeze), expect.map(squeeze)),
    )
})
