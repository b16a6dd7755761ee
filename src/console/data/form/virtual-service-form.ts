/** The form of a virtual service. */
import { CreateVirtualServiceInput, UpdateVirtualServiceInput } from '../../../model/virtual-service.js'
import { nameField, TAGS } from './envelope.js'
import type { KindForm } from './field.js'

export const VIRTUAL_SERVICE_FORM: KindForm<'virtualService'> = {
  kind: 'virtualService',
  noun: 'virtual service',
  create: CreateVirtualServiceInput,
  update: UpdateVirtualServiceInput,
  initial: { spec: { provider: { virtualRouter: {} } } },
  sections: [
    {
      title: 'Virtual service',
      base: '',
      fields: [
        nameField(
          'virtualServiceName',
          'Virtual service name',
          'The host name that clients call, such as serviceb.svc.cluster.local.',
        ),
      ],
    },
    {
      title: 'Provider',
      base: 'spec',
      fields: [
        {
          type: 'member',
          path: 'provider',
          label: 'Provider',
          as: 'tiles',
          none: 'None',
          options: [
            {
              member: 'virtualRouter',
              label: 'Virtual router',
              description: 'Its routes share requests among virtual nodes.',
              initial: {},
              fields: [{ type: 'text', path: 'virtualRouterName', label: 'Virtual router', suggest: 'virtualRouter' }],
            },
            {
              member: 'virtualNode',
              label: 'Virtual node',
              description: 'Takes all requests itself.',
              initial: {},
              fields: [{ type: 'text', path: 'virtualNodeName', label: 'Virtual node', suggest: 'virtualNode' }],
            },
          ],
        },
      ],
    },
    TAGS,
  ],
}
