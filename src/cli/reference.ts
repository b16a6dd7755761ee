/** The command reference, written from the commands themselves (docs/commands.md). */
import type { Argument, Command, Option } from 'commander'

/** Markdown: one section for each command that help tells of. */
export function formatReference(program: Command): string {
  const isListed = (command: Command): boolean => !command.name().startsWith('_') && command.name() !== 'help'
  return program.commands
    .filter(isListed)
    .flatMap((command) => (command.commands.length > 0 ? command.commands : [command]))
    .map(formatCommand)
    .join('\n')
}

function formatCommand(command: Command): string {
  const name = command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name()
  const aliases = command.aliases().map((alias) => `\`${alias}\``)
  const short = aliases.length > 0 ? ` Short: ${aliases.join(', ')}.` : ''
  return [`### ${name}`, usageOf(command, name), `${sentence(command.description())}${short}`, tableOf(command)]
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n')
}

function usageOf(command: Command, name: string): string {
  const places = command.registeredArguments.map(displayArgument)
  const required = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags.replace(/^-\w, /, ''))
  const options = command.options.length > required.length ? ['[options]'] : []
  return ['```', ['meshkeeper', name, ...places, ...required, ...options].join(' '), '```'].join('\n')
}

function displayArgument(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

/** More options than this are a configuration: it has a page of its own. */
const MOST_OPTIONS = 25

function tableOf({ registeredArguments, options }: Command): string {
  const places = registeredArguments.map((argument) => [displayArgument(argument), describe(argument)])
  if (options.length > MOST_OPTIONS) return 'Its options are the table of [configuration.md](configuration.md).'
  const rows = [...places, ...options.map((option) => [option.flags, describe(option)])]
  if (rows.length === 0) return ''
  const lines = rows.map(
    ([what = '', meaning = '']) => `| \`${what.replaceAll('|', '\\|')}\` | ${meaning.replaceAll('|', '\\|')} |`,
  )
  return ['| argument or option | meaning |', '|---|---|', ...lines].join('\n')
}

function describe({ description, argChoices, defaultValue, defaultValueDescription }: Argument | Option): string {
  const values: unknown = defaultValue
  const shown =
    defaultValueDescription ?? (typeof values === 'string' || typeof values === 'number' ? String(values) : undefined)
  return [
    description,
    ...(argChoices ? [`(${argChoices.join(', ')})`] : []),
    ...(shown === undefined ? [] : [`(default: ${shown})`]),
  ].join(' ')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
