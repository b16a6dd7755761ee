/** Resources of App Mesh as this API writes them: one flat form for every kind, times in ISO 8601. */
import type { Resource, Tag } from '../model/resource.js'

export function formatResource({ ref, metadata, spec }: Resource, tags?: readonly Tag[]): object {
  const { createdAt, lastUpdatedAt, arn, uid, version, meshOwner, resourceOwner } = metadata
  return {
    kind: ref.kind,
    name: ref.name,
    ...(ref.parentName !== undefined && { parentName: ref.parentName }),
    ...{ arn, uid, version, createdAt: formatTime(createdAt), lastUpdatedAt: formatTime(lastUpdatedAt) },
    ...{ meshOwner, resourceOwner, spec },
    ...(tags && { tags }),
  }
}

/** @param millis since the epoch */
export function formatTime(millis: number): string {
  return new Date(millis).toISOString()
}
