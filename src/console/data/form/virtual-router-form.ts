/** The form of a virtual router. */
import { CreateVirtualRouterInput, UpdateVirtualRouterInput } from '../../../model/virtual-router.js'
import { nameField, TAGS } from './envelope.js'
import type { KindForm } from './field.js'
import { NEW_LISTENER, PORT_MAPPING } from './listener-fields.js'

export const VIRTUAL_ROUTER_FORM: KindForm<'virtualRouter'> = {
  kind: 'virtualRouter',
  noun: 'virtual router',
  create: CreateVirtualRouterInput,
  update: UpdateVirtualRouterInput,
  initial: { spec: { listeners: [NEW_LISTENER] } },
  sections: [
    { title: 'Virtual router', base: '', fields: [nameField('virtualRouterName', 'Virtual router name')] },
    {
      title: 'Listener configuration',
      description: 'The ports on which its routes take requests.',
      base: 'spec',
      fields: [
        {
          type: 'rows',
          path: 'listeners',
          label: 'Listeners',
          isAlone: true,
          add: 'Add listener',
          item: 'Listener',
          inline: true,
          initial: NEW_LISTENER,
          fields: PORT_MAPPING,
        },
      ],
    },
    TAGS,
  ],
}
