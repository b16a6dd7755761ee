import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { makeNamespace, makeService, openCloudMap, type CloudMapService, type Input } from './service.js'

interface Case {
  readonly id: string
  readonly why: string
  readonly given: readonly string[]
  readonly operation: string
  readonly input: Input
  readonly expect: { readonly code?: string; readonly instances?: readonly string[] }
}

interface Places {
  ns: string
  srv: string
}

const CASES = JSON.parse(readFileSync(new URL('../fixtures/cloud-map-cases.json', import.meta.url), 'utf8')) as Case[]

const A_RECORDS = { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] } }
const CUSTOM = { HealthCheckCustomConfig: { FailureThreshold: 1 } }

const register = (id: string, v: string) => (service: CloudMapService, places: Places) =>
  service.make('RegisterInstance', { ServiceId: places.srv, InstanceId: id, Attributes: { v } })
const spoil = (id: string) => (service: CloudMapService, places: Places) =>
  service.make('UpdateInstanceCustomHealthStatus', { ServiceId: places.srv, InstanceId: id, Status: 'UNHEALTHY' })

const GIVEN: Readonly<Record<string, (service: CloudMapService, places: Places) => Promise<unknown>>> = {
  namespace: async (service, places) => (places.ns = await makeNamespace(service)),
  'dns namespace': async (service, places) => (places.ns = await makeNamespace(service, 'ns', 'PrivateDns')),
  service: async (service, places) => (places.srv = await makeService(service, places.ns)),
  'service with A records': async (service, places) => (places.srv = await makeService(service, places.ns, A_RECORDS)),
  'service with custom health': async (service, places) => (places.srv = await makeService(service, places.ns, CUSTOM)),
  'a v=1': register('a', '1'),
  'b v=2': register('b', '2'),
  'a unhealthy': spoil('a'),
  'b unhealthy': spoil('b'),
}

describe('the cases of the Cloud Map API', () => {
  let service: CloudMapService
  beforeEach(async () => (service = await openCloudMap()))
  afterEach(() => service.close())

  for (const { id, why, given, operation, input, expect } of CASES) {
    it(`${id}: ${why}`, async () => {
      const places = { ns: '', srv: '' }
      for (const step of given) await GIVEN[step]!(service, places)
      const text = JSON.stringify(input).replaceAll('<ns>', places.ns).replaceAll('<srv>', places.srv)
      const answer = await service.call(operation, JSON.parse(text) as Input)
      assert.deepEqual(
        [answer.status, answer.code],
        [expect.code ? 400 : 200, expect.code],
        JSON.stringify(answer.body),
      )
      const { body } = answer
      if (expect.instances) {
        const ids = body.Instances.map(({ InstanceId }) => InstanceId).sort()
        assert.deepEqual(ids, expect.instances)
        assert.ok(Number.isInteger(body.InstancesRevision))
      }
      if (id === 'cm-157') {
        const { Service } = await service.make('GetService', { Id: body.Service.Id })
        assert.equal(Service['CreatorRequestId'], 'uid-1')
      }
    })
  }
})
