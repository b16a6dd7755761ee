/** `meshkeeper proxy-config`: what an Envoy was sent (docs/operations.md). */
import { Argument, Command } from 'commander'
import { endpointOption } from './access/endpoint.js'
import { adminOption } from './admin-client.js'
import { formatNotation, outputOption } from './output.js'
import { TYPES, typeNames, type ProxyConfig, type ResourceConfig } from './proxy-answers.js'
import { openProxySource, type ProxyFlags, type ProxyIo } from './proxy-source.js'
import { formatResources } from './resource-tables.js'
import { count, printable } from './text.js'

interface Options extends ProxyFlags {
  readonly output: string
}

const NOUNS = Object.values(TYPES).map(({ noun }) => noun)

export function proxyConfigCommand(io: ProxyIo): Command {
  return new Command('proxy-config')
    .alias('pc')
    .description('show what an Envoy was sent: a table, or the JSON of the Envoy API')
    .argument('<NODE>', 'NAME, MESH/NAME, mesh/MESH/virtualNode/NAME, an ARN, or the id of a stream')
    .addArgument(new Argument('[TYPE]', 'what of it').choices([...NOUNS, 'all']).default('all'))
    .addOption(outputOption('short'))
    .addOption(adminOption())
    .addOption(endpointOption())
    .action(async (node: string, noun: string, options: Options) => {
      const path = `/proxies/${encodeURIComponent(node)}/config`
      const config = (await openProxySource(io, options)(path)) as ProxyConfig
      const byNoun = new Map(config.types.map((type) => [typeNames(type.typeUrl).noun, type.resources]))
      const shown = noun === 'all' ? NOUNS.filter((each) => byNoun.has(each)) : [noun]
      const sections = shown.map((each): [string, readonly ResourceConfig[]] => [each, byNoun.get(each) ?? []])
      io.stdout(formatConfig(sections, noun, options.output))
      for (const note of formatNotes(config, node)) io.stderr(`note: ${printable(note)}\n`)
    })
}

/** Of one type a list, of all of them an object of lists. */
function formatConfig(sections: [string, readonly ResourceConfig[]][], noun: string, output: string): string {
  const configs = sections.map(([each, resources]): [string, unknown[]] => [each, resources.flatMap(contentOf)])
  const value = noun === 'all' ? Object.fromEntries(configs) : configs[0]?.[1]
  return formatNotation(value, output) ?? printable(sections.map((each) => formatResources(...each)).join('\n'))
}

function contentOf({ config }: ResourceConfig): unknown[] {
  return config === undefined ? [] : [config]
}

function formatNotes({ id, types, others }: ProxyConfig, node: string): string[] {
  const rejected = types.filter(({ error }) => error !== undefined).map(({ typeUrl }) => typeNames(typeUrl).noun)
  return [
    ...(others.length > 0
      ? [
          `this is id ${id}; ${count(others.length, 'more Envoy')} of ${node} connected, ask by id: ${others.join(', ')}`,
        ]
      : []),
    ...rejected.map(
      (noun) => `the Envoy has rejected these ${noun} and keeps older ones: meshkeeper proxy-status ${id}`,
    ),
  ]
}
