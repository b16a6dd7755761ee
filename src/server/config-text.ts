/** The configuration in words: what is set, and what can be. */
import type { LoadedConfig } from './config.js'
import { formatFlag, formatVariable, OPTION_KEYS, optionOf } from './options.js'

/** A configuration file that says what `loaded` says, with the source of every value; options that are not set are comments. */
export function formatSettings({ settings }: LoadedConfig): string {
  const lines = OPTION_KEYS.map((key) => {
    const setting = settings.get(key)
    return setting ? `${key}: ${quote(withoutPassword(setting.text))}  # ${setting.source}` : `# ${key}: not set`
  })
  return `${lines.join('\n')}\n`
}

/** The table of docs/configuration.md. */
export function formatOptionTable(): string {
  const rows = OPTION_KEYS.map((key) => {
    const { value, help, default: fallback } = optionOf(key)
    const cells = [`\`${formatFlag(key)} ${value}\``, `\`${formatVariable(key)}\``, `\`${key}\``]
    return `| ${[...cells, fallback === undefined ? 'not set' : `\`${fallback}\``, help].join(' | ')} |`
  })
  return ['| Flag | Environment | Key | Default | Meaning |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')
}

/** Text that YAML reads back as it is. JSON strings are YAML strings. */
function quote(text: string): string {
  return /^[\w./][\w./:-]*$/.test(text) && !text.endsWith(':') ? text : JSON.stringify(text)
}

function withoutPassword(text: string): string {
  return text.replace(/(\/\/[^/:@\s]*:)[^/\s]*@/, '$1…@').replace(/([?&]password=)[^&]*/, '$1…')
}
