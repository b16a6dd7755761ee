/** The list of meshes. */
import { useMemo } from 'react'
import type { MeshItem } from '../access/api.js'
import { useMeshes } from '../access/queries.js'
import type { BaseRow } from '../data/rows.js'
import { MeshTable } from './mesh-table.js'

export function Component() {
  const { data = NONE, isPending, error, refetch } = useMeshes()
  const rows = useMemo(() => data.map(buildRow), [data])
  return <MeshTable rows={rows} isLoading={isPending} error={error} onRetry={() => void refetch()} />
}

const NONE: readonly MeshItem[] = []

function buildRow({ meshName, createdAt, lastUpdatedAt, ...rest }: MeshItem): BaseRow {
  return {
    ...rest,
    name: meshName,
    parentName: undefined,
    createdAt: new Date(createdAt * 1000).toISOString(),
    lastUpdatedAt: new Date(lastUpdatedAt * 1000).toISOString(),
  }
}
