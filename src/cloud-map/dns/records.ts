/** The records that instances have, and which of them one answer gives: as Cloud Map makes them in Route 53 (cloud-map-api.md sections 6 and 7). */
import { ATTRIBUTE, attributeOf } from '../../model/cloud-map/attributes.js'
import { isHealthy, type Instance } from '../../model/cloud-map/resource.js'
import type { RecordType } from '../../model/cloud-map/shapes.js'
import { isIpv4, isIpv6 } from '../../model/ip-address.js'
import { shuffle } from '../discover.js'
import type { RegisteredService } from '../registry.js'
import { canonicalName, isDnsName } from './names.js'

export type DnsRecord = { readonly name: string; readonly ttl: number } & (
  { readonly type: 'A' | 'AAAA' | 'CNAME'; readonly data: string } | { readonly type: 'SRV'; readonly data: SrvData }
)

export interface SrvData {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}

/** Without its owner and TTL. */
type Content = Pick<DnsRecord, 'type' | 'data'>

/** Records of one answer. */
const MOST = 8

/** Cloud Map gives every SRV record the same. */
const SRV_RANK = { priority: 1, weight: 1 }

/**
 * The answer for `type` at the name of a service, which is `name`: healthy instances, or all when none is healthy; with MULTIVALUE up to eight of them,
 * with WEIGHTED one; chosen anew each time. Where there is an alias, it is what stands at its name.
 */
export function selectRecords(found: RegisteredService, type: string, name: string): DnsRecord[] {
  const { dnsConfig } = found.service
  const config = dnsConfig?.DnsRecords.find((record) => record.Type === type || record.Type === 'CNAME')
  if (!dnsConfig || !config) return []
  const read = READERS[config.Type]
  const able = [...found.instances.values()].flatMap((instance) => {
    const content = read(instance, name)
    return content ? [{ content, healthy: isHealthy(found.service, instance) }] : []
  })
  const healthy = able.filter((each) => each.healthy)
  const chosen = shuffle(healthy.length > 0 ? healthy : able)
  return chosen
    .slice(0, dnsConfig.RoutingPolicy === 'WEIGHTED' ? 1 : MOST)
    .map(({ content }) => ({ name, ttl: config.TTL, ...content }) as DnsRecord)
}

/** The addresses of one instance at its own name, which SRV records point at. */
export function instanceRecords(
  { service }: RegisteredService,
  instance: Instance,
  type: string,
  name: string,
): DnsRecord[] {
  const srv = service.dnsConfig?.DnsRecords.find((record) => record.Type === 'SRV')
  const read = type === 'A' || type === 'AAAA' ? READERS[type] : undefined
  const content = srv && read?.(instance, name)
  return content && content.type !== 'CNAME' ? [{ name, ttl: srv.TTL, ...content } as DnsRecord] : []
}

/** `name` is that of the service. An instance without what it takes has no record: HTTP namespaces check nothing, and services change. */
const READERS: Readonly<Record<RecordType, (instance: Instance, name: string) => Content | undefined>> = {
  A: ({ attributes }) => {
    const address = attributeOf(attributes, ATTRIBUTE.ipv4)
    return address !== undefined && isIpv4(address) ? { type: 'A', data: address } : readAlias(attributes)
  },
  AAAA: ({ attributes }) => {
    const address = attributeOf(attributes, ATTRIBUTE.ipv6)
    return address !== undefined && isIpv6(address) ? { type: 'AAAA', data: address } : readAlias(attributes)
  },
  SRV: ({ id, attributes }, name) => {
    const port = Number(attributeOf(attributes, ATTRIBUTE.port))
    const target = `${id}.${name}`
    const sound = Number.isInteger(port) && port > 0 && port <= 65_535 && isDnsName(target)
    return sound ? { type: 'SRV', data: { ...SRV_RANK, port, target } } : undefined
  },
  CNAME: ({ attributes }) => readName(attributeOf(attributes, ATTRIBUTE.cname)),
}

/** Route 53 answers what the alias stands for; here the client looks it up. */
function readAlias(attributes: Instance['attributes']): Content | undefined {
  return readName(attributeOf(attributes, ATTRIBUTE.alias))
}

function readName(name = ''): Content | undefined {
  return isDnsName(canonicalName(name)) ? { type: 'CNAME', data: name.replace(/\.$/, '') } : undefined
}
