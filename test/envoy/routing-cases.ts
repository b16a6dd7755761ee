/** Matches of an http route, each with requests that it takes and requests that it leaves to the next route. */
import type { HttpRouteMatch } from '@aws-sdk/client-app-mesh'
import type { HttpCall } from './agent/protocol.js'

export type Call = Omit<HttpCall, 'url' | 'protocol'> & { readonly path?: string }

export interface RoutingCase {
  readonly name: string
  readonly match: HttpRouteMatch
  readonly taken: readonly Call[]
  readonly left: readonly Call[]
}

const user = (value: string): Call => ({ headers: { 'x-user': value } })

export const ROUTING_CASES: readonly RoutingCase[] = [
  {
    name: 'a prefix',
    match: { prefix: '/api' },
    taken: [{ path: '/api' }, { path: '/api/v1' }, { path: '/apis' }],
    left: [{ path: '/' }, { path: '/v1/api' }],
  },
  {
    name: 'an exact path',
    match: { path: { exact: '/cart' } },
    taken: [{ path: '/cart' }, { path: '/cart?size=1' }],
    left: [{ path: '/cart/' }, { path: '/cart/1' }],
  },
  {
    name: 'a path by regular expression',
    match: { path: { regex: '/cart/[0-9]+' } },
    taken: [{ path: '/cart/17' }],
    left: [{ path: '/cart/x' }, { path: '/cart/17/edit' }],
  },
  {
    name: 'a method',
    match: { prefix: '/', method: 'POST' },
    taken: [{ method: 'POST' }],
    left: [{ method: 'GET' }, { method: 'PUT' }],
  },
  { name: 'the scheme that a plain request has', match: { prefix: '/', scheme: 'http' }, taken: [{}], left: [] },
  { name: 'a scheme that a plain request has not', match: { prefix: '/', scheme: 'https' }, taken: [], left: [{}] },
  {
    name: 'a header by value',
    match: { prefix: '/', headers: [{ name: 'x-user', match: { exact: 'beta' } }] },
    taken: [user('beta')],
    left: [user('beta2'), user('alpha'), {}],
  },
  {
    name: 'a header by prefix',
    match: { prefix: '/', headers: [{ name: 'x-user', match: { prefix: 'be' } }] },
    taken: [user('beta'), user('be')],
    left: [user('abe'), {}],
  },
  {
    name: 'a header by suffix',
    match: { prefix: '/', headers: [{ name: 'x-user', match: { suffix: 'ta' } }] },
    taken: [user('beta')],
    left: [user('tab'), {}],
  },
  {
    name: 'a header by regular expression',
    match: { prefix: '/', headers: [{ name: 'x-user', match: { regex: 'b.*a' } }] },
    taken: [user('beta'), user('ba')],
    left: [user('xbeta'), {}],
  },
  {
    name: 'a header by range, its start in and its end out',
    match: { prefix: '/', headers: [{ name: 'x-user', match: { range: { start: 10, end: 20 } } }] },
    taken: [user('10'), user('19')],
    left: [user('9'), user('20'), user('beta'), {}],
  },
  {
    name: 'a header by presence',
    match: { prefix: '/', headers: [{ name: 'x-user' }] },
    taken: [user('anyone')],
    left: [{}],
  },
  {
    name: 'a header by absence',
    match: { prefix: '/', headers: [{ name: 'x-user', invert: true }] },
    taken: [{}],
    left: [user('anyone')],
  },
  {
    name: 'a header that is there with any other value',
    match: { prefix: '/', headers: [{ name: 'x-user', match: { exact: 'beta' }, invert: true }] },
    taken: [user('alpha')],
    left: [user('beta'), {}],
  },
  {
    name: 'every one of several headers',
    match: { prefix: '/', headers: [{ name: 'x-user', match: { exact: 'beta' } }, { name: 'x-canary' }] },
    taken: [{ headers: { 'x-user': 'beta', 'x-canary': '1' } }],
    left: [user('beta'), { headers: { 'x-canary': '1' } }],
  },
  {
    name: 'a query parameter by value',
    match: { prefix: '/', queryParameters: [{ name: 'v', match: { exact: '2' } }] },
    taken: [{ path: '/?v=2' }, { path: '/x?a=b&v=2' }],
    left: [{ path: '/?v=1' }, { path: '/' }],
  },
  {
    name: 'a query parameter by presence',
    match: { prefix: '/', queryParameters: [{ name: 'v' }] },
    taken: [{ path: '/?v=2' }, { path: '/?v=' }],
    left: [{ path: '/' }, { path: '/?w=2' }],
  },
  { name: 'the port of the router', match: { prefix: '/', port: 8080 }, taken: [{}], left: [] },
  {
    name: 'path, method, header and query together',
    match: {
      prefix: '/api',
      method: 'PUT',
      headers: [{ name: 'x-user', match: { exact: 'beta' } }],
      queryParameters: [{ name: 'v', match: { exact: '2' } }],
    },
    taken: [{ path: '/api?v=2', method: 'PUT', headers: { 'x-user': 'beta' } }],
    left: [
      { path: '/api?v=2', method: 'PUT' },
      { path: '/api?v=2', headers: { 'x-user': 'beta' } },
      { path: '/api?v=1', method: 'PUT', headers: { 'x-user': 'beta' } },
      { path: '/?v=2', method: 'PUT', headers: { 'x-user': 'beta' } },
    ],
  },
]
