/** The facts of a cluster that order its delivery, read from its bytes. */
import assert from 'node:assert/strict'
import { describeCluster, type ClusterFacts } from '../../src/codec/cluster.js'
import { encodeResource } from '../../src/codec/encode.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import type { Cluster } from '../../src/envoy/types.js'
import { millis } from '../../src/envoy/wrappers.js'

const health_checks = [{ timeout: millis(1), interval: millis(1), tcp_health_check: {} }]
const eds_config = { ads: {} }

const CASES: { name: string; given: Cluster; expect: ClusterFacts }[] = [
  { name: 'static', given: { type: 'STATIC' }, expect: { warms: false } },
  { name: 'no type', given: { connect_timeout: millis(5) }, expect: { warms: false } },
  { name: 'original destination', given: { type: 'ORIGINAL_DST' }, expect: { warms: false } },
  { name: 'strict DNS', given: { type: 'STRICT_DNS' }, expect: { warms: true } },
  { name: 'logical DNS', given: { type: 'LOGICAL_DNS' }, expect: { warms: true } },
  { name: 'static with health checks', given: { type: 'STATIC', health_checks }, expect: { warms: true } },
  {
    name: 'static with TLS, whose secrets may have to come',
    given: { type: 'STATIC', transport_socket: { name: 'envoy.transport_sockets.tls' } },
    expect: { warms: true },
  },
  {
    name: 'EDS by its own name',
    given: { type: 'EDS', eds_cluster_config: { eds_config } },
    expect: { loadAssignment: 'c', warms: false },
  },
  {
    name: 'EDS by another name',
    given: { type: 'EDS', eds_cluster_config: { eds_config, service_name: 's' }, health_checks },
    expect: { loadAssignment: 's', warms: true },
  },
  {
    name: 'no EDS, though it has a service name',
    given: { type: 'STATIC', eds_cluster_config: { service_name: 's' } },
    expect: { warms: false },
  },
]

describe('describeCluster', () => {
  for (const { name, given, expect } of CASES) {
    it(name, () => {
      assert.deepEqual(describeCluster(encodeResource(TYPE_URL.cluster, { name: 'c', ...given })), expect)
    })
  }
})
