/** Resources as App Mesh writes them in JSON: bare payloads, epoch-second timestamps, flat references in lists (app-mesh-api.md section 4). */
import type { Resource, ResourceRef } from '../model/resource.js'
import { nameMember, parentMember } from './kind.js'

export type ResourceStatus = 'ACTIVE' | 'DELETED'

/** The payload of create, describe, update and delete. */
export function formatResource(resource: Resource, status: ResourceStatus = 'ACTIVE'): object {
  const { ref, metadata, spec } = resource
  return { ...formatNames(ref), metadata: { ...metadata, ...formatTimes(resource) }, spec, status: { status } }
}

/** One item of a listing. */
export function formatListItem(resource: Resource): object {
  const { arn, meshOwner, resourceOwner, version } = resource.metadata
  return { ...formatNames(resource.ref), arn, ...formatTimes(resource), meshOwner, resourceOwner, version }
}

function formatNames({ kind, meshName, parentName, name }: ResourceRef): Record<string, string | undefined> {
  const parent = parentMember(kind)
  return { meshName, ...(parent && { [parent]: parentName }), [nameMember(kind)]: name }
}

/** Seconds with millisecond precision, as JSON numbers: some SDKs refuse anything else. */
function formatTimes({ metadata }: Resource): { createdAt: number; lastUpdatedAt: number } {
  return { createdAt: metadata.createdAt / 1000, lastUpdatedAt: metadata.lastUpdatedAt / 1000 }
}
