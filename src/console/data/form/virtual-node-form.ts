/** The form of a virtual node, in App Mesh's order. */
import { CreateVirtualNodeInput, UpdateVirtualNodeInput } from '../../../model/virtual-node.js'
import { nameField, TAGS } from './envelope.js'
import type { Field, KindForm } from './field.js'
import { NEW_LISTENER, NODE_LISTENER } from './listener-fields.js'
import { LOGGING } from './logging-fields.js'
import { IP_PREFERENCES } from './scalar-labels.js'
import { CLIENT_POLICY_DEFAULTS, CLIENT_TLS } from './tls-fields.js'

const IP_PREFERENCE: Field = {
  type: 'choice',
  path: 'ipPreference',
  label: 'IP version preference',
  absent: "Default (the mesh's)",
  labels: IP_PREFERENCES,
}

const SERVICE_DISCOVERY: Field = {
  type: 'member',
  path: 'serviceDiscovery',
  label: 'Service discovery method',
  as: 'tiles',
  none: 'None',
  options: [
    {
      member: 'dns',
      label: 'DNS',
      description: 'Endpoints are the addresses of a host name.',
      initial: {},
      fields: [
        { type: 'text', path: 'hostname', label: 'DNS hostname', placeholder: 'serviceb.svc.cluster.local' },
        {
          type: 'choice',
          path: 'responseType',
          label: 'DNS response type',
          absent: 'Default (load balancer)',
          labels: { LOADBALANCER: 'Load balancer', ENDPOINTS: 'Endpoints' },
        },
        IP_PREFERENCE,
      ],
    },
    {
      member: 'awsCloudMap',
      label: 'AWS Cloud Map',
      description: 'Endpoints are the registered instances of a service.',
      initial: {},
      fields: [
        { type: 'text', path: 'serviceName', label: 'Service name' },
        { type: 'text', path: 'namespaceName', label: 'Namespace' },
        {
          type: 'rows',
          path: 'attributes',
          label: 'Attributes',
          description: 'Only instances that have all of these are endpoints.',
          add: 'Add row',
          item: 'Attribute',
          inline: true,
          initial: {},
          fields: [
            { type: 'text', path: 'key', label: 'Key' },
            { type: 'text', path: 'value', label: 'Value' },
          ],
        },
        IP_PREFERENCE,
      ],
    },
  ],
}

const BACKENDS: Field = {
  type: 'rows',
  path: 'backends',
  label: 'Service backends',
  isAlone: true,
  add: 'Add backend',
  item: 'Backend',
  initial: { virtualService: {} },
  fields: [
    {
      type: 'text',
      path: 'virtualService.virtualServiceName',
      label: 'Virtual service name or ARN',
      description: 'It need not exist yet.',
      placeholder: 'serviceb.svc.cluster.local',
      suggest: 'virtualService',
    },
    {
      type: 'group',
      path: 'virtualService.clientPolicy',
      label: 'TLS settings',
      toggle: 'Override defaults',
      fields: [
        {
          type: 'group',
          path: 'tls',
          label: 'TLS',
          toggle: 'Use TLS for calls to this service',
          initial: { validation: {} },
          fields: CLIENT_TLS,
        },
      ],
    },
  ],
}

export const VIRTUAL_NODE_FORM: KindForm<'virtualNode'> = {
  kind: 'virtualNode',
  noun: 'virtual node',
  create: CreateVirtualNodeInput,
  update: UpdateVirtualNodeInput,
  initial: { spec: { serviceDiscovery: { dns: {} }, listeners: [NEW_LISTENER] } },
  sections: [
    { title: 'Virtual node', base: '', fields: [nameField('virtualNodeName', 'Virtual node name')] },
    { title: 'Service discovery', base: 'spec', fields: [SERVICE_DISCOVERY] },
    {
      title: 'Client policy defaults',
      description: 'What this node demands of the services that it calls.',
      base: 'spec',
      optional: true,
      fields: [CLIENT_POLICY_DEFAULTS],
    },
    {
      title: 'Service backends',
      description: 'The virtual services that this node calls.',
      base: 'spec',
      optional: true,
      fields: [BACKENDS],
    },
    LOGGING,
    {
      title: 'Listener configuration',
      description: 'Where this node takes traffic. A node without listeners takes none.',
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
          fields: NODE_LISTENER,
        },
      ],
    },
    TAGS,
  ],
}
