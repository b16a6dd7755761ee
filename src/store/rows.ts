/** Rows ↔ resources. Every resource that comes out is a fresh plain object. */
import type { Kind, Resource, ResourceMetadata, ResourceRef, SpecByKind, Tag } from '../model/resource.js'
import type { ChangeRow, RefColumns, ResourceRow } from './schema.js'
import type { Change } from './store.js'

export function formatRef(ref: ResourceRef): RefColumns {
  return {
    kind: ref.kind,
    mesh_owner: ref.meshOwner,
    mesh_name: ref.meshName,
    parent_name: ref.parentName ?? '',
    name: ref.name,
  }
}

export function parseRef(row: RefColumns): ResourceRef {
  return {
    kind: row.kind,
    meshOwner: row.mesh_owner,
    meshName: row.mesh_name,
    ...(row.parent_name === '' ? {} : { parentName: row.parent_name }),
    name: row.name,
  }
}

export function formatResource({ ref, metadata, spec }: Resource): ResourceRow {
  return {
    ...formatRef(ref),
    arn: metadata.arn,
    uid: metadata.uid,
    version: metadata.version,
    created_at: metadata.createdAt,
    updated_at: metadata.lastUpdatedAt,
    resource_owner: metadata.resourceOwner,
    spec: JSON.stringify(spec),
  }
}

export function parseResource(row: ResourceRow): Resource {
  return {
    ref: parseRef(row),
    metadata: {
      arn: row.arn,
      createdAt: row.created_at,
      lastUpdatedAt: row.updated_at,
      meshOwner: row.mesh_owner,
      resourceOwner: row.resource_owner,
      uid: row.uid,
      version: row.version,
    },
    spec: JSON.parse(row.spec) as SpecByKind[Kind],
  }
}

/** The form of a resource in the log. */
export function formatLogged({ metadata, spec }: Resource): string {
  return JSON.stringify({ metadata, spec })
}

/** Of a change to a resource of App Mesh. */
export function parseChange(row: ChangeRow): Change {
  const ref = parseRef(row as RefColumns)
  return {
    revision: row.revision,
    time: row.time,
    principal: row.principal,
    operation: row.operation,
    ref,
    arn: row.arn,
    ...(row.before === null ? {} : { before: parseLogged(ref, row.before) }),
    ...(row.after === null ? {} : { after: parseLogged(ref, row.after) }),
    ...(row.tags_before === null || row.tags_after === null
      ? {}
      : { tags: { before: JSON.parse(row.tags_before) as Tag[], after: JSON.parse(row.tags_after) as Tag[] } }),
  }
}

function parseLogged(ref: ResourceRef, text: string): Resource {
  const logged = JSON.parse(text) as { metadata: ResourceMetadata; spec: SpecByKind[Kind] }
  return { ref, metadata: logged.metadata, spec: logged.spec }
}
