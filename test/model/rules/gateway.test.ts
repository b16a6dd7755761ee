import assert from 'node:assert/strict'
import { CreateGatewayRouteInput } from '../../../src/model/gateway-route.js'
import { CreateVirtualGatewayInput } from '../../../src/model/virtual-gateway.js'
import { gatewayRouteInput, judge, listenerOf } from '../sample.js'

const target = { virtualService: { virtualServiceName: 's' } }
const http = (match: object, rewrite?: object) =>
  gatewayRouteInput({ httpRoute: { match, action: { target, ...(rewrite ? { rewrite } : {}) } } })
const grpc = (match: object) => gatewayRouteInput({ grpcRoute: { match, action: { target } } })
const HTTP = 'spec.httpRoute'
const REWRITE = `${HTTP}.action.rewrite`

describe('rules for gateway routes', () => {
  const cases = [
    {
      name: 'no type',
      given: gatewayRouteInput({}),
      expect: 'spec must have exactly one of httpRoute, http2Route, grpcRoute; none is given',
    },
    { name: 'a prefix', given: http({ prefix: '/' }) },
    { name: 'a port alone', given: http({ port: 80 }) },
    { name: 'a host alone', given: http({ hostname: { suffix: '.a' } }) },
    { name: 'nothing', given: http({}), expect: `${HTTP}.match must have prefix, path, hostname or port` },
    { name: 'a prefix without slash', given: http({ prefix: 'a' }), expect: `${HTTP}.match.prefix must start with /` },
    {
      name: 'a prefix and a path',
      given: http({ prefix: '/', path: { exact: '/' } }),
      expect: `${HTTP}.match must not have both prefix and path`,
    },
    {
      name: 'a host in two ways',
      given: http({ prefix: '/', hostname: { exact: 'a', suffix: 'b' } }),
      expect: `${HTTP}.match.hostname must have exactly one of exact, suffix; exact and suffix are given`,
    },
    ...['/aws-appmesh', '/aws-app-mesh/x'].map((prefix) => ({
      name: `the prefix ${prefix}`,
      given: http({ prefix }),
      expect: `${HTTP}.match.prefix is reserved for App Mesh`,
    })),
    {
      name: 'a reserved path',
      given: http({ path: { exact: '/aws-appmesh-x' } }),
      expect: `${HTTP}.match.path.exact is reserved for App Mesh`,
    },
    { name: 'a grpc service', given: grpc({ serviceName: 's' }) },
    {
      name: 'no grpc service',
      given: grpc({}),
      expect: 'spec.grpcRoute.match must have serviceName, hostname or port',
    },
    ...['aws.app-mesh.x', 'aws.appmesh'].map((serviceName) => ({
      name: `the grpc service ${serviceName}`,
      given: grpc({ serviceName }),
      expect: 'spec.grpcRoute.match.serviceName is reserved for App Mesh',
    })),
    {
      name: 'an empty rewrite',
      given: http({ prefix: '/' }, {}),
      expect: `${REWRITE} must have prefix, path or hostname`,
    },
    {
      name: 'a rewrite of prefix and path',
      given: http({ hostname: { exact: 'a' } }, { prefix: { value: '/a/' }, path: { exact: '/' } }),
      expect: `${REWRITE} must not have both prefix and path`,
    },
    { name: 'a prefix for a prefix', given: http({ prefix: '/' }, { prefix: { value: '/a/' } }) },
    { name: 'no default prefix', given: http({ prefix: '/' }, { prefix: { defaultPrefix: 'DISABLED' } }) },
    {
      name: 'a default prefix and another',
      given: http({ prefix: '/' }, { prefix: { defaultPrefix: 'DISABLED', value: '/a/' } }),
      expect: `${REWRITE}.prefix must have exactly one of defaultPrefix, value; defaultPrefix and value are given`,
    },
    {
      name: 'a prefix that ends without slash',
      given: http({ prefix: '/' }, { prefix: { value: '/a' } }),
      expect: `${REWRITE}.prefix.value must start and end with /`,
    },
    {
      name: 'a prefix that starts without slash',
      given: http({ prefix: '/' }, { prefix: { value: 'a/' } }),
      expect: `${REWRITE}.prefix.value must start and end with /`,
    },
    {
      name: 'a prefix for a path',
      given: http({ path: { exact: '/' } }, { prefix: { value: '/a/' } }),
      expect: `${REWRITE}.prefix does not go with a match by path`,
    },
    {
      name: 'a path for a prefix',
      given: http({ prefix: '/' }, { path: { exact: '/a' } }),
      expect: `${REWRITE}.path does not go with a match by prefix`,
    },
    { name: 'a path for a path', given: http({ path: { regex: '/.*' } }, { path: { exact: '/a' } }) },
    {
      name: 'a path without exact',
      given: http({ port: 80 }, { path: {} }),
      expect: `${REWRITE}.path.exact is required`,
    },
    {
      name: 'a path without slash for a path',
      given: http({ path: { exact: '/' } }, { path: { exact: 'a' } }),
      expect: `${REWRITE}.path.exact must start with /`,
    },
    ...[
      { member: 'match.prefix', given: http({ prefix: '/\r\n' }) },
      { member: 'match.hostname.exact', given: http({ hostname: { exact: 'a\n' } }) },
      { member: 'match.hostname.suffix', given: http({ hostname: { suffix: '\r' } }) },
      { member: 'action.rewrite.prefix.value', given: http({ prefix: '/' }, { prefix: { value: '/\n/' } }) },
      { member: 'action.rewrite.path.exact', given: http({ port: 80 }, { path: { exact: '/\n' } }) },
    ].map(({ member, given }) => ({
      name: `a line break in ${member}`,
      given,
      expect: `${HTTP}.${member} must not have line breaks`,
    })),
    { name: 'a host', given: http({ prefix: '/' }, { hostname: { defaultTargetHostname: 'DISABLED' } }) },
  ]
  for (const { name, given, expect = 'ok' } of cases) {
    it(name, () => assert.equal(judge(CreateGatewayRouteInput, given), expect))
  }
})

describe('rules for virtual gateways', () => {
  const gateway = (...listeners: object[]) => ({ meshName: 'm', virtualGatewayName: 'g', spec: { listeners } })
  const healthCheck = {
    protocol: 'grpc',
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    intervalMillis: 5000,
    timeoutMillis: 2000,
  }
  const cases = [
    { name: 'a listener', given: gateway(listenerOf(8080)), expect: 'ok' },
    { name: 'no listener', given: gateway(), expect: 'spec.listeners must have at least 1 item' },
    {
      name: 'two listeners on one port',
      given: gateway(listenerOf(80), listenerOf(80)),
      expect: "spec.listeners[1].portMapping.port must differ from every other listener's, but 80 is used twice",
    },
    {
      name: 'tcp',
      given: gateway(listenerOf(80, 'tcp')),
      expect: 'spec.listeners[0].portMapping.protocol must be one of http, http2, grpc',
    },
    {
      name: 'a pool of another protocol',
      given: gateway(listenerOf(80, 'http', { connectionPool: { grpc: { maxRequests: 1 } } })),
      expect: "spec.listeners[0].connectionPool.grpc does not fit the listener's protocol, which is http",
    },
    {
      name: 'a grpc health check on http',
      given: gateway(listenerOf(80, 'http', { healthCheck })),
      expect: 'GRPC HealthCheck requires listener type of HTTP2 or GRPC.',
    },
  ]
  for (const { name, given, expect } of cases) {
    it(name, () => assert.equal(judge(CreateVirtualGatewayInput, given), expect))
  }
})
