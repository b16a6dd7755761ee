/** Identifiers and ARNs of Cloud Map (cloud-map-api.md section 4). */
import { partitionOf, type ArnScope } from '../arn.js'

export type Identified = 'namespace' | 'service'

export function formatCloudMapArn(kind: Identified, id: string, { region, account }: ArnScope): string {
  return `arn:${partitionOf(region)}:servicediscovery:${region}:${account}:${kind}/${id}`
}

/** The id in what a request names a namespace or a service by: the id itself, or its ARN. */
export function parseIdOrArn(kind: Identified, text: string): string {
  return text.startsWith('arn:') ? text.slice(text.indexOf(`:${kind}/`) + kind.length + 2) : text
}

/** Where the log says that an instance is: instances have no ARN. */
export function formatInstancePlace(serviceArn: string, instanceId: string): string {
  return `${serviceArn}/instance/${instanceId}`
}

/** The kind of what an ARN names; undefined when it is none of Cloud Map's. */
export function kindOfArn(arn: string): Identified | undefined {
  const kind = /^arn:[^:]*:servicediscovery:[^:]*:\d{12}:(namespace|service)\/./.exec(arn)?.[1]
  return kind as Identified | undefined
}
