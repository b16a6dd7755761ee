/** The form of a virtual gateway: like a node's, without service discovery and backends. */
import { CreateVirtualGatewayInput, UpdateVirtualGatewayInput } from '../../../model/virtual-gateway.js'
import { nameField, TAGS } from './envelope.js'
import type { KindForm } from './field.js'
import { GATEWAY_LISTENER, NEW_LISTENER } from './listener-fields.js'
import { LOGGING } from './logging-fields.js'
import { CLIENT_POLICY_DEFAULTS } from './tls-fields.js'

export const VIRTUAL_GATEWAY_FORM: KindForm<'virtualGateway'> = {
  kind: 'virtualGateway',
  noun: 'virtual gateway',
  create: CreateVirtualGatewayInput,
  update: UpdateVirtualGatewayInput,
  initial: { spec: { listeners: [NEW_LISTENER] } },
  sections: [
    { title: 'Virtual gateway', base: '', fields: [nameField('virtualGatewayName', 'Virtual gateway name')] },
    {
      title: 'Client policy defaults',
      description: 'What this gateway demands of the services that it calls.',
      base: 'spec',
      optional: true,
      fields: [CLIENT_POLICY_DEFAULTS],
    },
    LOGGING,
    {
      title: 'Listener configuration',
      description: 'Where this gateway takes traffic from outside of the mesh. At least one listener.',
      base: 'spec',
      fields: [
        {
          type: 'rows',
          path: 'listeners',
          label: 'Listeners',
          isAlone: true,
          add: 'Add listener',
          item: 'Listener',
          initial: NEW_LISTENER,
          fields: GATEWAY_LISTENER,
        },
      ],
    },
    TAGS,
  ],
}
