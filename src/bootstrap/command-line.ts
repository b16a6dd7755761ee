/** What cannot be said in a bootstrap: the arguments that App Mesh's agent starts Envoy with (bootstrap.md section 1). */
import type { Problem } from '../model/problem.js'
import type { Settings } from './variables.js'

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'warning', 'error', 'critical', 'off']

export function buildArguments(settings: Settings): string[] {
  return [
    ...['-l', LOG_LEVELS.includes(settings.ENVOY_LOG_LEVEL) ? settings.ENVOY_LOG_LEVEL : 'info'],
    ...(settings.ENVOY_CONCURRENCY >= 0 ? ['--concurrency', String(settings.ENVOY_CONCURRENCY)] : []),
    ...['--drain-time-s', String(settings.LISTENER_DRAIN_WAIT_TIME_S)],
    ...(settings.DISABLE_HOT_RESTART ? ['--disable-hot-restart'] : []),
    ...(settings.ENVOY_SKIP_DEPRECATED_LOGS ? ['--skip-deprecated-logs'] : []),
  ]
}

/** Like the agent, an unknown level is no error. */
export function checkLogLevel(settings: Settings): Problem[] {
  const level = settings.ENVOY_LOG_LEVEL
  if (LOG_LEVELS.includes(level)) return []
  return [{ path: 'ENVOY_LOG_LEVEL', message: `"${level}" is none of ${LOG_LEVELS.join(', ')}: info it is` }]
}
