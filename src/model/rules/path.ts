/** The path part of an http match, which routes and gateway routes share. */
import type { HttpPathMatch } from '../match.js'
import type { Problem } from '../problem.js'
import { demand } from './shape-rule.js'

/** `prefix` starts with a slash and does not stand beside `path`; a match by port alone has neither. */
export function checkPath(
  { prefix, path: exactOrRegex }: { readonly prefix?: string; readonly path?: HttpPathMatch },
  path: string,
): Problem[] {
  return [
    ...demand(prefix === undefined || exactOrRegex === undefined, path, 'must not have both prefix and path'),
    ...demand(prefix === undefined || prefix.startsWith('/'), `${path}.prefix`, 'must start with /'),
  ]
}
