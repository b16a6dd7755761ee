/** `-o`: the same notations for every command that shows something. */
import { Option } from 'commander'
import { stringify } from 'yaml'

const NOTATIONS: Readonly<Record<string, (value: unknown) => string>> = {
  json: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
  yaml: (value) => stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 }),
}

/** @param texts the forms for people, the default first */
export function outputOption(...texts: [string, ...string[]]): Option {
  return new Option('-o, --output <FORMAT>', 'how it is shown').choices([...texts, 'json', 'yaml']).default(texts[0])
}

/** The value in a notation for machines; undefined when `format` is none. */
export function formatNotation(value: unknown, format: string): string | undefined {
  return NOTATIONS[format]?.(value)
}
