/** Commands that people paste into a shell. */

/** How an Envoy is started whose bootstrap is made from `environment` (docs/bootstrap.md). */
export function bootstrapCommand(environment: Readonly<Record<string, string>>): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${quote(value)}`)
  return [...variables, 'npx meshkeeper bootstrap --output envoy.yaml'].join(' \\\n  ')
}

/** `text` as one word of a POSIX shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
