/** The operations on meshes. */
import { CreateMeshInput, UpdateMeshInput } from '../model/mesh.js'
import { DeleteMeshInput, DescribeMeshInput, ListMeshesInput } from '../model/requests.js'
import { unrelated, type KindApi } from './kind.js'

export const MESH: KindApi<'mesh'> = {
  kind: 'mesh',
  plural: 'meshes',
  path: '/meshes',
  inputs: {
    create: CreateMeshInput,
    describe: DescribeMeshInput,
    update: UpdateMeshInput,
    delete: DeleteMeshInput,
    list: ListMeshesInput,
  },
  checkInMesh: unrelated,
}
