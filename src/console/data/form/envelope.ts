/** The parts of every form beside the spec: the name and the tags. */
import type { Field, Section } from './field.js'

/** The name of what is made. It cannot be changed later. */
export function nameField(path: string, label: string, description?: string): Field {
  return { type: 'text', path, label, ...(description !== undefined && { description }) }
}

export const TAGS: Section = {
  title: 'Tags',
  description: 'Labels that you give to a resource, to search and sort by.',
  base: '',
  optional: true,
  fields: [
    {
      type: 'rows',
      path: 'tags',
      label: 'Tags',
      isAlone: true,
      add: 'Add tag',
      item: 'Tag',
      inline: true,
      initial: { value: '' },
      fields: [
        { type: 'text', path: 'key', label: 'Key' },
        { type: 'text', path: 'value', label: 'Value', keepsEmpty: true },
      ],
    },
  ],
}
