import assert from 'node:assert/strict'
import { encodeResource } from '../../src/codec/encode.js'
import {
  appendNonce,
  encodeDeltaDiscoveryResponse,
  encodeDeltaDiscoveryResponseBody,
  encodeDiscoveryResponse,
  encodeDiscoveryResponseBody,
} from '../../src/codec/frames.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import { lookupType } from '../../src/codec/root.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import { sampleAssignment, sampleCluster } from './sample.js'

const CLUSTERS = [1, 2, 3].map((index) => encodeResource(TYPE_URL.cluster, sampleCluster(index)))
/** More than 16 KiB, so that its lengths take three bytes. */
const LARGE = encodeResource(TYPE_URL.clusterLoadAssignment, sampleAssignment(1, 1000))

function decode(type: string, bytes: Uint8Array): unknown {
  const message = lookupType(`envoy.service.discovery.v3.${type}`)
  return message.toObject(message.decode(bytes), { defaults: true })
}

const any = ({ typeUrl, bytes }: EncodedResource): object => ({ type_url: typeUrl, value: Buffer.from(bytes) })

describe('encodeDiscoveryResponse', () => {
  const cases = [
    { name: 'nothing', resources: [], controlPlane: '' },
    { name: 'several resources', resources: CLUSTERS, controlPlane: '' },
    { name: 'a large resource', resources: [LARGE], controlPlane: 'meshkeeper' },
  ]
  for (const { name, resources, controlPlane } of cases) {
    it(name, () => {
      const given = { typeUrl: TYPE_URL.cluster, versionInfo: 'v1', resources, controlPlane }
      assert.deepEqual(decode('DiscoveryResponse', encodeDiscoveryResponse({ ...given, nonce: 'n1' })), {
        version_info: 'v1',
        resources: resources.map(any),
        type_url: TYPE_URL.cluster,
        nonce: 'n1',
        control_plane: controlPlane ? { identifier: controlPlane } : null,
      })
    })
  }
})

describe('encodeDeltaDiscoveryResponse', () => {
  const cases = [
    { name: 'nothing', resources: [], removed: [], controlPlane: '' },
    { name: 'several resources and removals', resources: CLUSTERS, removed: ['x', 'é'], controlPlane: '' },
    { name: 'a large resource', resources: [LARGE], removed: [], controlPlane: 'meshkeeper' },
  ]
  for (const { name, resources, removed, controlPlane } of cases) {
    it(name, () => {
      const given = { typeUrl: TYPE_URL.cluster, systemVersionInfo: 'v1', resources, removed, controlPlane }
      assert.deepEqual(decode('DeltaDiscoveryResponse', encodeDeltaDiscoveryResponse({ ...given, nonce: 'n1' })), {
        system_version_info: 'v1',
        resources: resources.map((resource) => ({
          name: resource.name,
          version: resource.version,
          resource: any(resource),
          aliases: [],
        })),
        removed_resources: removed,
        type_url: TYPE_URL.cluster,
        nonce: 'n1',
        control_plane: controlPlane ? { identifier: controlPlane } : null,
      })
    })
  }
})

describe('a shared body', () => {
  const bodies = {
    DiscoveryResponse: encodeDiscoveryResponseBody({
      typeUrl: TYPE_URL.cluster,
      versionInfo: 'v',
      resources: CLUSTERS,
    }),
    DeltaDiscoveryResponse: encodeDeltaDiscoveryResponseBody({
      typeUrl: TYPE_URL.cluster,
      systemVersionInfo: 'v',
      resources: CLUSTERS,
      removed: ['x'],
    }),
  }
  for (const [type, body] of Object.entries(bodies)) {
    it(`takes the nonce of each stream: ${type}`, () => {
      const before = Buffer.from(body)
      for (const nonce of ['1', '22', 'n'.repeat(200)]) {
        const { nonce: read, ...rest } = decode(type, appendNonce(body, nonce)) as { nonce: string }
        assert.equal(read, nonce)
        assert.deepEqual({ ...rest, nonce: '' }, decode(type, body))
      }
      assert.deepEqual(body, before)
    })
  }
})
