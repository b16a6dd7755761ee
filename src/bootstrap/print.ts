/** A bootstrap as people read it and Envoy takes it. */
import { stringify } from 'yaml'
import type { BootstrapResult } from './bootstrap.js'

type Bootstrap = Extract<BootstrapResult, { ok: true }>

/**
 * Envoy reads YAML without anchors most safely, and long regular expressions stay on one line. Like YAML 1.1, Envoy takes `n` or `on` for a
 * boolean: a mesh of that name must stand in quotes.
 */
const YAML_STYLE = { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 } as const

/** YAML, with how to start Envoy in its first line. */
export function formatBootstrapYaml(result: Bootstrap): string {
  return `# Start: ${formatStart('FILE', result)}\n${stringify(result.bootstrap, YAML_STYLE)}`
}

/** The command that starts an Envoy with the bootstrap in `file`. */
export function formatStart(file: string, result: Bootstrap): string {
  return ['envoy', '-c', file, ...result.arguments].join(' ')
}
