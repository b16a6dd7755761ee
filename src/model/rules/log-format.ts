/** Access log formats: Envoy refuses a listener whose format it cannot parse, so a mistake here would stop all further changes of it. */
import type { Problem } from '../problem.js'
import { demand } from './shape-rule.js'

/**
 * Every percent sign must be doubled or belong to a command operator of the form `%NAME(parameters):length%`. Which operators there are is
 * left to Envoy: they differ from version to version.
 */
export function checkLogFormat(format: string, path: string): Problem[] {
  const stray = format.replaceAll(OPERATOR, '').indexOf('%')
  return demand(stray < 0, path, 'must have its percent signs in command operators such as %PROTOCOL% or doubled (%%)')
}

/** As Envoy's own parser: the parameters are as short as the rest of the operator allows. */
const OPERATOR = /%(?:%|[A-Z0-9_]+(?:\(.*?\))?(?::\d+)?%)/g
