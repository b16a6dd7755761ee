import assert from 'node:assert/strict'
import { CreateRouteInput } from '../../../src/model/route.js'
import { TARGETS, grpcMatch, httpMatch, judge, routeInput } from '../sample.js'

const HTTP = 'spec.httpRoute'
const header = (more: object, name = 'h') => httpMatch({ prefix: '/', headers: [{ name, ...more }] })
const query = (name: string) => httpMatch({ prefix: '/', queryParameters: [{ name }] })
const weights = (...given: number[]) =>
  routeInput({
    httpRoute: {
      match: { prefix: '/' },
      action: { weightedTargets: given.map((weight) => ({ virtualNode: 'n', weight })) },
    },
  })
const retry = (policy: object) =>
  routeInput({
    httpRoute: {
      match: { prefix: '/' },
      action: TARGETS,
      retryPolicy: { maxRetries: 1, perRetryTimeout: { unit: 's', value: 1 }, ...policy },
    },
  })
const grpcRetry = (policy: object) =>
  routeInput({
    grpcRoute: { match: {}, action: TARGETS, retryPolicy: { maxRetries: 0, perRetryTimeout: {}, ...policy } },
  })

interface Case {
  readonly name: string
  readonly given: unknown
  readonly expect?: string
}

const GROUPS: Record<string, readonly Case[]> = {
  types: [
    {
      name: 'none',
      given: routeInput({ priority: 1 }),
      expect: 'spec must have exactly one of httpRoute, http2Route, grpcRoute, tcpRoute; none is given',
    },
    {
      name: 'two',
      given: routeInput({ httpRoute: { match: { prefix: '/' }, action: TARGETS }, tcpRoute: { action: TARGETS } }),
      expect:
        'spec must have exactly one of httpRoute, http2Route, grpcRoute, tcpRoute; httpRoute and tcpRoute are given',
    },
    { name: 'tcp without match', given: routeInput({ tcpRoute: { action: TARGETS } }) },
    { name: 'http2', given: routeInput({ http2Route: { match: { prefix: '/' }, action: TARGETS } }) },
    { name: 'the least priority', given: routeInput({ priority: 0, tcpRoute: { action: TARGETS } }) },
    { name: 'the greatest priority', given: routeInput({ priority: 1000, tcpRoute: { action: TARGETS } }) },
    {
      name: 'a greater priority',
      given: routeInput({ priority: 1001, tcpRoute: { action: TARGETS } }),
      expect: 'spec.priority must be between 0 and 1000',
    },
  ],
  paths: [
    { name: 'a prefix', given: httpMatch({ prefix: '/a' }) },
    { name: 'a port alone', given: httpMatch({ port: 80 }) },
    { name: 'nothing', given: httpMatch({}) },
    {
      name: 'a prefix without slash',
      given: httpMatch({ prefix: 'a' }),
      expect: `${HTTP}.match.prefix must start with /`,
    },
    { name: 'an empty prefix', given: httpMatch({ prefix: '' }), expect: `${HTTP}.match.prefix must start with /` },
    {
      name: 'a prefix and a path',
      given: httpMatch({ prefix: '/', path: { exact: '/' } }),
      expect: `${HTTP}.match must not have both prefix and path`,
    },
    { name: 'an exact path', given: httpMatch({ path: { exact: '/a' } }) },
    {
      name: 'an exact path and an expression',
      given: httpMatch({ path: { exact: '/a', regex: '.*' } }),
      expect: `${HTTP}.match.path must have exactly one of exact, regex; exact and regex are given`,
    },
    {
      name: 'a path without member',
      given: httpMatch({ path: {} }),
      expect: `${HTTP}.match.path must have exactly one of exact, regex; none is given`,
    },
    { name: 'an expression', given: httpMatch({ path: { regex: '/items/\\d+' } }) },
    {
      name: 'an expression that RE2 does not know',
      given: httpMatch({ path: { regex: '/(?!a)' } }),
      expect: `${HTTP}.match.path.regex must be a regular expression that RE2 accepts: lookahead is not supported`,
    },
    { name: 'a scheme for http', given: httpMatch({ prefix: '/', scheme: 'https' }) },
  ],
  headers: [
    { name: 'that only have to be there', given: header({}) },
    { name: 'inverted', given: header({ invert: true, match: { prefix: 'a' } }) },
    {
      name: 'with two ways to match',
      given: header({ match: { exact: 'a', prefix: 'b' } }),
      expect: `${HTTP}.match.headers[0].match must have exactly one of exact, prefix, range, regex, suffix; exact and prefix are given`,
    },
    {
      name: 'with no way to match',
      given: header({ match: {} }),
      expect: `${HTTP}.match.headers[0].match must have exactly one of exact, prefix, range, regex, suffix; none is given`,
    },
    { name: 'with a range of one', given: header({ match: { range: { start: -1, end: 0 } } }) },
    {
      name: 'with an empty range',
      given: header({ match: { range: { start: 5, end: 5 } } }),
      expect: `${HTTP}.match.headers[0].match.range.end must be greater than start, which is 5`,
    },
    {
      name: 'with an expression that RE2 does not know',
      given: header({ match: { regex: 'a++' } }),
      expect:
        `${HTTP}.match.headers[0].match.regex must be a regular expression that RE2 accepts: ` +
        '+ repeats a repetition; possessive quantifiers are not supported',
    },
    { name: 'of HTTP/2', given: header({}, ':authority') },
    {
      name: 'with a line break in the name',
      given: header({}, 'a\nb'),
      expect: `${HTTP}.match.headers[0].name must not have line breaks`,
    },
  ],
  'query parameters': [
    { name: 'with a name', given: query('a') },
    {
      name: 'without name',
      given: query(''),
      expect: `${HTTP}.match.queryParameters[0].name must have 1 to 1024 bytes`,
    },
    { name: 'with a name of 1024 bytes', given: query('é'.repeat(512)) },
    { name: 'with a name of 1024 bytes in fours', given: query('😀'.repeat(256)) },
    { name: 'with a name of 1024 bytes in threes', given: query(`${'€'.repeat(341)}a`) },
    {
      name: 'with a name of 1025 bytes',
      given: query(`${'é'.repeat(512)}a`),
      expect: `${HTTP}.match.queryParameters[0].name must have 1 to 1024 bytes`,
    },
  ],
  grpc: [
    { name: 'an empty match', given: grpcMatch({}) },
    { name: 'a service', given: grpcMatch({ serviceName: 'a.B' }) },
    { name: 'a method of a service', given: grpcMatch({ serviceName: 'a.B', methodName: 'C' }) },
    {
      name: 'a method without service',
      given: grpcMatch({ methodName: 'C' }),
      expect: 'spec.grpcRoute.match.serviceName is required because methodName is given',
    },
    {
      name: 'a method of an empty service',
      given: grpcMatch({ serviceName: '', methodName: 'C' }),
      expect: 'spec.grpcRoute.match.serviceName is required because methodName is given',
    },
    {
      name: 'metadata in two ways',
      given: grpcMatch({ metadata: [{ name: 'k', match: { exact: 'a', suffix: 'b' } }] }),
      expect:
        'spec.grpcRoute.match.metadata[0].match must have exactly one of exact, prefix, range, regex, suffix; exact and suffix are given',
    },
    {
      name: 'metadata with a line break in the name',
      given: grpcMatch({ metadata: [{ name: 'k\r' }] }),
      expect: 'spec.grpcRoute.match.metadata[0].name must not have line breaks',
    },
  ],
  weights: [
    { name: 'of 100', given: weights(60, 40) },
    {
      name: 'of 101',
      given: weights(60, 41),
      expect: `${HTTP}.action.weightedTargets must have weights that add up to at most 100, not 101`,
    },
    { name: 'of 1 and 1', given: weights(1, 1) },
    { name: 'of zero', given: weights(0, 0) },
    ...(['grpcRoute', 'tcpRoute'] as const).map((type) => ({
      name: `of 101 in a ${type}`,
      given: routeInput({
        [type]: {
          match: {},
          action: {
            weightedTargets: [
              { virtualNode: 'a', weight: 100 },
              { virtualNode: 'b', weight: 1 },
            ],
          },
        },
      }),
      expect: `spec.${type}.action.weightedTargets must have weights that add up to at most 100, not 101`,
    })),
  ],
  retries: [
    ...['server-error', 'gateway-error', 'client-error', 'stream-error'].map((event) => ({
      name: `on ${event}`,
      given: retry({ httpRetryEvents: [event] }),
    })),
    { name: 'on a connection error', given: retry({ tcpRetryEvents: ['connection-error'] }) },
    {
      name: 'on nothing',
      given: retry({}),
      expect: `${HTTP}.retryPolicy must have at least one retry event`,
    },
    {
      name: 'on something unknown',
      given: retry({ httpRetryEvents: ['server-error', '5xx'] }),
      expect: `${HTTP}.retryPolicy.httpRetryEvents[1] must be one of server-error, gateway-error, client-error, stream-error`,
    },
    { name: 'as many as Envoy counts', given: retry({ tcpRetryEvents: ['connection-error'], maxRetries: 4294967295 }) },
    {
      name: 'more than Envoy counts',
      given: retry({ tcpRetryEvents: ['connection-error'], maxRetries: 4294967296 }),
      expect: `${HTTP}.retryPolicy.maxRetries must be at most 4294967295`,
    },
    { name: 'on a grpc status alone', given: grpcRetry({ grpcRetryEvents: ['unavailable'] }) },
    {
      name: 'on nothing in grpc',
      given: grpcRetry({}),
      expect: 'spec.grpcRoute.retryPolicy must have at least one retry event',
    },
  ],
}

describe('rules for routes', () => {
  for (const [group, cases] of Object.entries(GROUPS)) {
    describe(group, () => {
      for (const { name, given, expect = 'ok' } of cases) {
        it(name, () => assert.equal(judge(CreateRouteInput, given), expect))
      }
    })
  }
})
