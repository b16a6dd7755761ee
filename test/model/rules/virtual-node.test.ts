import assert from 'node:assert/strict'
import { formatProblems } from '../../../src/model/problem.js'
import { checkSpec } from '../../../src/model/rules.js'
import { CreateVirtualNodeInput } from '../../../src/model/virtual-node.js'
import { judge, listenerOf, nodeInput, refOf } from '../sample.js'

const LISTENER = 'spec.listeners[0]'
const inSpec = (spec: object) => ({ meshName: 'm', virtualNodeName: 'n', spec })
const check = (more: object = {}) => ({
  healthCheck: {
    protocol: 'http',
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    intervalMillis: 5000,
    timeoutMillis: 2000,
    ...more,
  },
})
const outlier = (more: object = {}) => ({
  outlierDetection: {
    interval: { unit: 's', value: 10 },
    baseEjectionDuration: { unit: 's', value: 10 },
    maxEjectionPercent: 50,
    maxServerErrors: 5,
    ...more,
  },
})
const logFormat = (format: object) =>
  nodeInput({}, 'http', { logging: { accessLog: { file: { path: '/dev/stdout', format } } } })
const file = { file: { certificateChain: '/c', privateKey: '/k' } }

interface Case {
  readonly name: string
  readonly given: unknown
  readonly expect?: string
}

function run(cases: readonly Case[]): void {
  for (const { name, given, expect = 'ok' } of cases) {
    it(name, () => assert.equal(judge(CreateVirtualNodeInput, given), expect))
  }
}

describe('rules for virtual nodes', () => {
  describe('discovery and listeners', () => {
    run([
      { name: 'an empty spec', given: inSpec({}) },
      { name: 'an empty list of listeners without discovery', given: inSpec({ listeners: [] }) },
      {
        name: 'a listener without discovery',
        given: inSpec({ listeners: [listenerOf(8080)] }),
        expect: 'spec.serviceDiscovery is required because the node has a listener',
      },
      {
        name: 'no member of discovery',
        given: nodeInput({}, 'http', { serviceDiscovery: {} }),
        expect: 'spec.serviceDiscovery must have exactly one of awsCloudMap, dns; none is given',
      },
      {
        name: 'Cloud Map',
        given: nodeInput({}, 'http', { serviceDiscovery: { awsCloudMap: { namespaceName: 'x', serviceName: 'y' } } }),
        expect: 'ok',
      },
      {
        name: 'two members of discovery',
        given: nodeInput({}, 'http', {
          serviceDiscovery: { dns: { hostname: 'a' }, awsCloudMap: { namespaceName: 'x', serviceName: 'y' } },
        }),
        expect: 'spec.serviceDiscovery must have exactly one of awsCloudMap, dns; awsCloudMap and dns are given',
      },
      {
        name: 'an empty host name',
        given: nodeInput({}, 'http', { serviceDiscovery: { dns: { hostname: '' } } }),
        expect: 'spec.serviceDiscovery.dns.hostname must not be empty',
      },
      {
        name: 'several listeners',
        given: nodeInput({}, 'http', { listeners: [listenerOf(8080), listenerOf(9090, 'grpc'), listenerOf(1, 'tcp')] }),
      },
      {
        name: 'two listeners on one port',
        given: nodeInput({}, 'http', { listeners: [listenerOf(8080), listenerOf(9090), listenerOf(8080, 'tcp')] }),
        expect: "spec.listeners[2].portMapping.port must differ from every other listener's, but 8080 is used twice",
      },
    ])
  })

  describe('pools and timeouts', () => {
    const pools = {
      http: { maxConnections: 1 },
      http2: { maxRequests: 1 },
      grpc: { maxRequests: 1 },
      tcp: { maxConnections: 1 },
    }
    const timeouts = { http: {}, http2: {}, grpc: {}, tcp: {} }
    const protocols = ['http', 'http2', 'grpc', 'tcp'] as const
    run(
      protocols.flatMap((protocol) =>
        protocols.flatMap((member): Case[] => {
          const bad = (union: string) =>
            protocol === member
              ? 'ok'
              : `${LISTENER}.${union}.${member} does not fit the listener's protocol, which is ${protocol}`
          return [
            {
              name: `a pool for ${member} on a listener of ${protocol}`,
              given: nodeInput({ connectionPool: { [member]: pools[member] } }, protocol),
              expect: bad('connectionPool'),
            },
            {
              name: `a timeout for ${member} on a listener of ${protocol}`,
              given: nodeInput({ timeout: { [member]: timeouts[member] } }, protocol),
              expect: bad('timeout'),
            },
          ]
        }),
      ),
    )
    run([
      {
        name: 'a pool without member',
        given: nodeInput({ connectionPool: {} }),
        expect: `${LISTENER}.connectionPool must have exactly one of grpc, http, http2, tcp; none is given`,
      },
      {
        name: 'timeouts of two protocols',
        given: nodeInput({ timeout: { http: {}, tcp: {} } }),
        expect:
          `${LISTENER}.timeout.tcp does not fit the listener's protocol, which is http; ` +
          `${LISTENER}.timeout must have exactly one of grpc, http, http2, tcp; http and tcp are given`,
      },
    ])
  })

  describe('durations', () => {
    const idle = (duration: object) => nodeInput({ timeout: { http: { idle: duration } } })
    const longest = `${LISTENER}.timeout.http.idle must be at most 9223372035 seconds`
    run([
      { name: 'without value', given: idle({ unit: 's' }) },
      { name: 'without anything', given: idle({}) },
      { name: 'of zero without unit', given: idle({ value: 0 }) },
      {
        name: 'with a value but no unit',
        given: idle({ value: 1 }),
        expect: `${LISTENER}.timeout.http.idle.unit is required because value is given`,
      },
      { name: 'the longest in seconds', given: idle({ unit: 's', value: 9223372035 }) },
      { name: 'one second too long', given: idle({ unit: 's', value: 9223372037 }), expect: longest },
      { name: 'the longest in milliseconds', given: idle({ unit: 'ms', value: 9223372035000 }) },
      { name: 'one millisecond too long', given: idle({ unit: 'ms', value: 9223372035001 }), expect: longest },
    ])
  })

  describe('health checks', () => {
    const grpc = 'GRPC HealthCheck requires listener type of HTTP2 or GRPC.'
    run([
      { name: "without port, which becomes the listener's", given: nodeInput(check()) },
      { name: "with the listener's port", given: nodeInput(check({ port: 8080 })) },
      {
        name: 'with another port',
        given: nodeInput(check({ port: 8081 })),
        expect: `${LISTENER}.healthCheck.port must be the listener's port, which is 8080`,
      },
      { name: 'grpc on http', given: nodeInput(check({ protocol: 'grpc' })), expect: grpc },
      { name: 'grpc on tcp', given: nodeInput(check({ protocol: 'grpc' }), 'tcp'), expect: grpc },
      { name: 'grpc on http2', given: nodeInput(check({ protocol: 'grpc' }), 'http2') },
      { name: 'grpc on grpc', given: nodeInput(check({ protocol: 'grpc' }), 'grpc') },
      { name: 'http on tcp', given: nodeInput(check({ path: '/' }), 'tcp') },
      { name: 'a timeout longer than the interval', given: nodeInput(check({ timeoutMillis: 60000 })) },
      {
        name: 'an empty path for tcp, which ignores it',
        given: nodeInput(check({ protocol: 'tcp', path: '' }), 'tcp'),
      },
      {
        name: 'an empty path for http',
        given: nodeInput(check({ path: '' })),
        expect: `${LISTENER}.healthCheck.path must not be empty`,
      },
      {
        name: 'a path with a tab',
        given: nodeInput(check({ path: '/a\tb' })),
      },
      {
        name: 'a path with a control character for http2',
        given: nodeInput(check({ protocol: 'http2', path: '/\u007f' }), 'http2'),
        expect: `${LISTENER}.healthCheck.path must not have control characters`,
      },
    ])
  })

  describe('outlier detection', () => {
    run([
      { name: 'as it should be', given: nodeInput(outlier()) },
      { name: 'the shortest interval', given: nodeInput(outlier({ interval: { unit: 'ms', value: 1 } })) },
      {
        name: 'an interval of zero',
        given: nodeInput(outlier({ interval: { unit: 's', value: 0 } })),
        expect: `${LISTENER}.outlierDetection.interval must be greater than 0`,
      },
      {
        name: 'an ejection that does not last',
        given: nodeInput(outlier({ baseEjectionDuration: { unit: 's' } })),
        expect: `${LISTENER}.outlierDetection.baseEjectionDuration must be greater than 0`,
      },
      { name: 'the most server errors', given: nodeInput(outlier({ maxServerErrors: 4294967295 })) },
      {
        name: 'more server errors than Envoy counts',
        given: nodeInput(outlier({ maxServerErrors: 4294967296 })),
        expect: `${LISTENER}.outlierDetection.maxServerErrors must be at most 4294967295`,
      },
    ])
  })

  describe('access logs', () => {
    const TEXT = 'spec.logging.accessLog.file.format'
    const stray = 'must have its percent signs in command operators such as %PROTOCOL% or doubled (%%)'
    run([
      {
        name: 'without target',
        given: nodeInput({}, 'http', { logging: { accessLog: {} } }),
        expect: 'spec.logging.accessLog must have the member file',
      },
      {
        name: 'with two formats',
        given: logFormat({ text: 'a', json: [] }),
        expect: `${TEXT} must have exactly one of json, text; json and text are given`,
      },
      {
        name: 'with operators',
        given: logFormat({ text: '[%START_TIME(%Y/%m/%dT%H:%M:%S%z %s)%] %REQ(X?Y):10% 100%%\n' }),
      },
      { name: 'with an open operator', given: logFormat({ text: '%PROTOCOL' }), expect: `${TEXT}.text ${stray}` },
      { name: 'with a lone percent sign', given: logFormat({ text: '100% sure' }), expect: `${TEXT}.text ${stray}` },
      {
        name: 'with an operator in lower case',
        given: logFormat({ text: '%protocol%' }),
        expect: `${TEXT}.text ${stray}`,
      },
      { name: 'in JSON', given: logFormat({ json: [{ key: 'a%', value: '%REQ(:METHOD)%' }] }) },
      {
        name: 'in JSON with a lone percent sign',
        given: logFormat({
          json: [
            { key: 'a', value: 'x' },
            { key: 'b', value: '%' },
          ],
        }),
        expect: `${TEXT}.json[1].value ${stray}`,
      },
    ])
  })

  describe('TLS of a listener', () => {
    const tls = (members: object) => nodeInput({ tls: { mode: 'STRICT', certificate: file, ...members } })
    const TLS = `${LISTENER}.tls`
    const acm = (certificateArn: string) => ({ certificate: { acm: { certificateArn } } })
    const names = (...exact: string[]) => ({
      validation: { trust: { file: { certificateChain: '/ca' } }, subjectAlternativeNames: { match: { exact } } },
    })
    run([
      { name: 'from files', given: tls({}) },
      { name: 'by SDS', given: tls({ certificate: { sds: { secretName: 'spiffe://a/b' } } }) },
      { name: 'of ACM', given: tls(acm('arn:aws:acm:us-east-1:123456789012:certificate/c')) },
      { name: 'of another partition', given: tls(acm('arn:aws-cn:acm:cn-north-1:123456789012:certificate/c')) },
      { name: 'with an ARN of any service', given: tls(acm('arn:a:b:::c')) },
      { name: 'disabled', given: tls({ mode: 'DISABLED' }) },
      { name: 'permissive, with names', given: tls({ mode: 'PERMISSIVE', ...names('a.local', 'spiffe://a/b') }) },
      { name: 'with an empty list of names', given: tls(names()) },
      {
        name: 'without mode',
        given: nodeInput({ tls: { certificate: file } }),
        expect: `${TLS}.mode is required`,
      },
      {
        name: 'without certificate, although disabled',
        given: nodeInput({ tls: { mode: 'DISABLED' } }),
        expect: `${TLS}.certificate is required`,
      },
      {
        name: 'with no sort of certificate',
        given: tls({ certificate: {} }),
        expect: `${TLS}.certificate must have exactly one of acm, file, sds; none is given`,
      },
      {
        name: 'with two certificates',
        given: tls({ certificate: { ...file, sds: { secretName: 's' } } }),
        expect: `${TLS}.certificate must have exactly one of acm, file, sds; file and sds are given`,
      },
      ...['', 'c', 'arn:aws:acm', 'arn:aws:acm:us-east-1:1:', 'arn:aws:acm:r:1:a,b', 'arn:aws:acm:r:1:a b'].map(
        (arn) => ({
          name: `with "${arn}" for an ARN`,
          given: tls(acm(arn)),
          expect: `${TLS}.certificate.acm.certificateArn must be an ARN`,
        }),
      ),
      {
        name: 'with a secret without name',
        given: tls({ certificate: { sds: { secretName: '' } } }),
        expect: `${TLS}.certificate.sds.secretName must not be empty`,
      },
      {
        name: 'with trust of ACM, which only callers have',
        given: tls({ validation: { trust: { acm: { certificateAuthorityArns: ['arn:a:b:::c'] } } } }),
        expect: `${TLS}.validation.trust must have exactly one of file, sds; none is given`,
      },
      {
        name: 'with names but no trust',
        given: tls({ validation: { subjectAlternativeNames: { match: { exact: ['a'] } } } }),
        expect: `${TLS}.validation.trust is required`,
      },
      {
        name: 'with an empty name',
        given: tls(names('')),
        expect: `${TLS}.validation.subjectAlternativeNames.match.exact[0] must have 1 to 254 characters`,
      },
      {
        name: 'with a wildcard',
        given: tls(names('a', '*.b')),
        expect: `${TLS}.validation.subjectAlternativeNames.match.exact[1] must be a whole name: wildcards are not matched`,
      },
    ])
  })

  describe('client policies', () => {
    const trust = { file: { certificateChain: '/ca' } }
    const given = (tls: object) => nodeInput({}, 'http', { backendDefaults: { clientPolicy: { tls } } })
    const AT = 'spec.backendDefaults.clientPolicy.tls'
    const arns = (...certificateAuthorityArns: string[]) =>
      given({ validation: { trust: { acm: { certificateAuthorityArns } } } })
    run([
      { name: 'defaults without policy', given: nodeInput({}, 'http', { backendDefaults: {} }) },
      { name: 'a policy without TLS', given: nodeInput({}, 'http', { backendDefaults: { clientPolicy: {} } }) },
      { name: 'trust alone', given: given({ validation: { trust } }) },
      {
        name: 'everything',
        given: given({ enforce: false, ports: [1, 65535], certificate: file, validation: { trust } }),
      },
      { name: 'no ports', given: given({ ports: [], validation: { trust } }) },
      {
        name: 'of a backend',
        given: nodeInput({}, 'http', {
          backends: [{ virtualService: { virtualServiceName: 's', clientPolicy: { tls: { validation: {} } } } }],
        }),
        expect: 'spec.backends[0].virtualService.clientPolicy.tls.validation.trust is required',
      },
      { name: 'no validation', given: given({ enforce: true }), expect: `${AT}.validation is required` },
      {
        name: 'a certificate of ACM, which only listeners have',
        given: given({ certificate: { acm: { certificateArn: 'arn:a:b:::c' } }, validation: { trust } }),
        expect: `${AT}.certificate must have exactly one of file, sds; none is given`,
      },
      {
        name: 'a port that is none',
        given: given({ ports: [0], validation: { trust } }),
        expect: `${AT}.ports[0] must be between 1 and 65535`,
      },
      { name: 'three authorities', given: arns('arn:a:b:::1', 'arn:a:b:::2', 'arn:a:b:::3') },
      {
        name: 'no authority',
        given: arns(),
        expect: `${AT}.validation.trust.acm.certificateAuthorityArns must have 1 to 3 items`,
      },
      {
        name: 'an authority that is no ARN',
        given: arns('arn:a:b:::1', 'x'),
        expect: `${AT}.validation.trust.acm.certificateAuthorityArns[1] must be an ARN`,
      },
      {
        name: 'a secret without name',
        given: given({ validation: { trust: { sds: { secretName: '' } } } }),
        expect: `${AT}.validation.trust.sds.secretName must not be empty`,
      },
    ])
  })

  describe('backends', () => {
    const backend = (name: string) => ({ virtualService: { virtualServiceName: name } })
    const NAME = 'spec.backends[0].virtualService.virtualServiceName'
    const arn = 'arn:aws:appmesh:us-east-1:123456789012:mesh/m/virtualService/s'
    run([
      { name: 'by name', given: inSpec({ backends: [backend('not-yet.local')] }) },
      { name: 'by ARN', given: inSpec({ backends: [backend(arn)] }) },
      {
        name: 'without member',
        given: inSpec({ backends: [{}] }),
        expect: 'spec.backends[0] must have the member virtualService',
      },
      {
        name: 'with an empty name',
        given: inSpec({ backends: [backend('')] }),
        expect: `${NAME} must name a service with 1 to 255 characters`,
      },
      { name: 'with a name of 255 characters', given: inSpec({ backends: [backend('😀'.repeat(255))] }) },
      {
        name: 'with a name of 256 characters',
        given: inSpec({ backends: [backend('a'.repeat(256))] }),
        expect: `${NAME} must name a service with 1 to 255 characters`,
      },
      {
        name: 'by the ARN of something else',
        given: inSpec({ backends: [backend('arn:aws:appmesh:us-east-1:123456789012:mesh/m/virtualNode/n')] }),
        expect: `${NAME} is not the ARN of a virtual service`,
      },
      {
        name: 'with a line break',
        given: inSpec({ backends: [backend('a\rb')] }),
        expect: `${NAME} must not have line breaks`,
      },
      {
        name: 'by the ARN of a service with a line break',
        given: inSpec({ backends: [backend(`${arn}\n`)] }),
        expect: `${NAME} must not have line breaks`,
      },
      {
        name: 'by the ARN of a service with 256 characters',
        given: inSpec({ backends: [backend(arn + 'a'.repeat(255))] }),
        expect: `${NAME} must name a service with 1 to 255 characters`,
      },
    ])

    const together = [
      { name: 'different ones', given: ['a', 'b'], expect: '' },
      {
        name: 'one twice',
        given: ['a', 'b', 'a'],
        expect: 'spec.backends[2].virtualService.virtualServiceName is the same virtual service as backend a',
      },
      {
        name: 'one by name and by ARN',
        given: ['s', arn],
        expect: 'spec.backends[1].virtualService.virtualServiceName is the same virtual service as backend s',
      },
      {
        name: 'names that differ in case only',
        given: ['A.local', 'a.local'],
        expect: 'spec.backends[1].virtualService.virtualServiceName is the same virtual service as backend A.local',
      },
      {
        name: 'one of another mesh',
        given: ['arn:aws:appmesh:us-east-1:123456789012:mesh/o/virtualService/s'],
        expect: `${NAME} must be a virtual service of mesh m`,
      },
    ]
    for (const { name, given, expect } of together) {
      it(`together: ${name}`, () => {
        const problems = checkSpec(refOf('virtualNode', 'n'), { backends: given.map(backend) })
        assert.equal(formatProblems(problems), expect)
      })
    }
  })
})
