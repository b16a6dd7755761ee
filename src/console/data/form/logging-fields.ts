/** Where and how the Envoys of a node or gateway log requests. */
import type { Section } from './field.js'

export const LOGGING: Section = {
  title: 'Logging',
  description: 'Access logs of the Envoys.',
  base: 'spec',
  optional: true,
  fields: [
    {
      type: 'text',
      path: 'logging.accessLog.file.path',
      label: 'HTTP access logs path',
      description: 'A file of the Envoy; /dev/stdout for its standard output. No access log when empty.',
      placeholder: '/dev/stdout',
    },
    {
      type: 'member',
      path: 'logging.accessLog.file.format',
      label: 'Format',
      as: 'radio',
      none: "Envoy's default",
      options: [
        {
          member: 'text',
          label: 'Text',
          initial: '',
          fields: [
            {
              type: 'text',
              path: '',
              label: 'Text format',
              description: 'Command operators of Envoy stand between percent signs; a line does not end by itself.',
              placeholder: '[%START_TIME%] %PROTOCOL% %RESPONSE_CODE%',
              lines: 3,
              keepsEmpty: true,
            },
          ],
        },
        {
          member: 'json',
          label: 'JSON',
          initial: [],
          fields: [
            {
              type: 'rows',
              path: '',
              label: 'JSON members',
              add: 'Add member',
              item: 'Member',
              inline: true,
              initial: {},
              fields: [
                { type: 'text', path: 'key', label: 'Key', placeholder: 'status' },
                { type: 'text', path: 'value', label: 'Value', placeholder: '%RESPONSE_CODE%' },
              ],
            },
          ],
        },
      ],
    },
  ],
}
