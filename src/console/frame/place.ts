/** Which mesh and which resource the address of the page names. */
import { useMemo } from 'react'
import { useParams, useSearchParams } from 'react-router'
import type { Kind } from '../../model/resource.js'
import type { MeshPlace, ResourcePlace } from '../access/place.js'
import { parseSegment } from '../data/paths.js'

/** The mesh of the page; `?meshOwner=` where the address gives it. */
export function useMeshPlace(): MeshPlace {
  const mesh = parseSegment(useParams()['mesh'] ?? '')
  const owner = useSearchParams()[0].get('meshOwner') ?? undefined
  return useMemo(() => (owner === undefined ? { meshName: mesh } : { meshName: mesh, meshOwner: owner }), [mesh, owner])
}

/** The resource of the page; its name is empty on a page that creates one. */
export function useResourcePlace<K extends Kind>(kind: K): ResourcePlace & { readonly kind: K } {
  const mesh = useMeshPlace()
  const params = useParams()
  const name = parseSegment(params['name'] ?? '')
  const parent = params['router'] ?? params['gateway']
  const parentName = parent === undefined ? undefined : parseSegment(parent)
  return useMemo(
    () => ({
      ...mesh,
      kind,
      name: kind === 'mesh' ? mesh.meshName : name,
      ...(parentName !== undefined && { parentName }),
    }),
    [mesh, kind, name, parentName],
  )
}
