/** The few facts of a Cluster that order its delivery, read from its bytes without decoding the rest. */
import protobuf from 'protobufjs'
import type { EncodedResource } from './resource.js'

export interface ClusterFacts {
  /** The name of the load assignment that Envoy will ask for: EDS clusters only. */
  readonly loadAssignment?: string
  /** Before the cluster takes traffic Envoy must resolve a name (STRICT_DNS, LOGICAL_DNS), have checked its hosts' health once, or have its secrets. */
  readonly warms: boolean
}

// envoy.config.cluster.v3.Cluster: `type` is field 2, `eds_cluster_config` 3, `health_checks` 8,
// `transport_socket` 24; EdsClusterConfig's `service_name` is field 2.
const TYPE_FIELD = 2
const EDS_CONFIG_FIELD = 3
const HEALTH_CHECKS_FIELD = 8
const TRANSPORT_SOCKET_FIELD = 24
const SERVICE_NAME_FIELD = 2
const STRICT_DNS = 1
const LOGICAL_DNS = 2
const EDS = 3

const known = new WeakMap<EncodedResource, ClusterFacts>()

/** Facts of an encoded Cluster; remembered per resource. */
export function describeCluster(cluster: EncodedResource): ClusterFacts {
  let facts = known.get(cluster)
  if (!facts) known.set(cluster, (facts = readFacts(cluster)))
  return facts
}

function readFacts(cluster: EncodedResource): ClusterFacts {
  let type = 0
  let serviceName = ''
  let waits = 0
  readFields(protobuf.Reader.create(cluster.bytes), (field, reader) => {
    if (field === TYPE_FIELD) type = reader.int32()
    else if (field === EDS_CONFIG_FIELD) serviceName = readServiceName(reader.bytes())
    else {
      if (field === HEALTH_CHECKS_FIELD || field === TRANSPORT_SOCKET_FIELD) waits++
      return false
    }
    return true
  })
  const warms = waits > 0 || type === STRICT_DNS || type === LOGICAL_DNS
  return type === EDS ? { loadAssignment: serviceName || cluster.name, warms } : { warms }
}

function readServiceName(bytes: Uint8Array): string {
  let name = ''
  readFields(protobuf.Reader.create(bytes), (field, reader) => {
    if (field !== SERVICE_NAME_FIELD) return false
    name = reader.string()
    return true
  })
  return name
}

/** Calls `read` at each field; it says whether it consumed the value. */
function readFields(reader: protobuf.Reader, read: (field: number, reader: protobuf.Reader) => boolean): void {
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (!read(tag >>> 3, reader)) reader.skipType(tag & 7)
  }
}
