/** The form of a mesh. */
import { CreateMeshInput, UpdateMeshInput } from '../../../model/mesh.js'
import { nameField, TAGS } from './envelope.js'
import type { KindForm } from './field.js'
import { IP_PREFERENCES } from './scalar-labels.js'

export const MESH_FORM: KindForm<'mesh'> = {
  kind: 'mesh',
  noun: 'mesh',
  create: CreateMeshInput,
  update: UpdateMeshInput,
  initial: { spec: {} },
  sections: [
    { title: 'Mesh', base: '', fields: [nameField('meshName', 'Mesh name')] },
    {
      title: 'Mesh configuration',
      base: 'spec',
      fields: [
        {
          type: 'choice',
          path: 'egressFilter.type',
          label: 'Egress filter',
          description: 'Whether the Envoys let traffic pass to places that the mesh does not know.',
          as: 'radio',
          absent: 'Default',
          labels: { ALLOW_ALL: 'Allow external traffic', DROP_ALL: 'Drop external traffic' },
          descriptions: {
            '': 'External traffic is dropped.',
            ALLOW_ALL: 'Services in the mesh may call anything outside of it.',
            DROP_ALL: 'Services in the mesh may call their backends only.',
          },
        },
        {
          type: 'choice',
          path: 'serviceDiscovery.ipPreference',
          label: 'Override default IP version behavior',
          description: 'Which addresses Envoys resolve, connect to and listen on. A virtual node can say otherwise.',
          absent: 'Default',
          labels: IP_PREFERENCES,
        },
      ],
    },
    TAGS,
  ],
}
