/** Rules for durations, retry policies, outlier detection and access logs. */
import { LoggingFormat } from '../access-log.js'
import { Duration, durationMillis } from '../duration.js'
import { OutlierDetection } from '../outlier-detection.js'
import type { Problem } from '../problem.js'
import { GrpcRetryPolicy, HttpRetryPolicy } from '../retry-policy.js'
import { checkLogFormat } from './log-format.js'
import { demand, rule } from './shape-rule.js'

/** Envoy counts in 64-bit nanoseconds and refuses a longer duration (measured with 1.40); in seconds. */
const LONGEST_DURATION = 9_223_372_035

/** These counts are 32-bit unsigned in Envoy, while the model leaves them open. */
const GREATEST_COUNT = 4_294_967_295

/** The model leaves these texts free; the API's documentation names four (app-mesh-api.md section 7.5). */
const HTTP_RETRY_EVENTS: readonly string[] = ['server-error', 'gateway-error', 'client-error', 'stream-error']

export const POLICY_RULES = [
  // The model requires neither member, but a value without its unit could only be guessed at.
  rule(Duration, (duration, path) => [
    ...demand(duration.unit !== undefined || !duration.value, `${path}.unit`, 'is required because value is given'),
    ...demand(durationMillis(duration) <= LONGEST_DURATION * 1000, path, `must be at most ${LONGEST_DURATION} seconds`),
  ]),
  rule(HttpRetryPolicy, checkRetryPolicy),
  rule(GrpcRetryPolicy, checkRetryPolicy),
  rule(OutlierDetection, (detection, path) => [
    ...demand(durationMillis(detection.interval) > 0, `${path}.interval`, POSITIVE),
    ...demand(durationMillis(detection.baseEjectionDuration) > 0, `${path}.baseEjectionDuration`, POSITIVE),
    ...demand(
      detection.maxServerErrors <= GREATEST_COUNT,
      `${path}.maxServerErrors`,
      `must be at most ${GREATEST_COUNT}`,
    ),
  ]),
  rule(LoggingFormat, ({ text, json }, path) => [
    ...(text === undefined ? [] : checkLogFormat(text, `${path}.text`)),
    ...(json ?? []).flatMap(({ value }, index) => checkLogFormat(value, `${path}.json[${index}].value`)),
  ]),
]

/** Envoy refuses zero for both durations of outlier detection. */
const POSITIVE = 'must be greater than 0'

function checkRetryPolicy(policy: HttpRetryPolicy & GrpcRetryPolicy, path: string): Problem[] {
  const lists = [policy.httpRetryEvents, policy.tcpRetryEvents, policy.grpcRetryEvents]
  return [
    ...demand(
      lists.some((events) => events?.length),
      path,
      'must have at least one retry event',
    ),
    ...demand(policy.maxRetries <= GREATEST_COUNT, `${path}.maxRetries`, `must be at most ${GREATEST_COUNT}`),
    ...(policy.httpRetryEvents ?? []).flatMap((event, index) =>
      demand(HTTP_RETRY_EVENTS.includes(event), `${path}.httpRetryEvents[${index}]`, ONE_OF_EVENTS),
    ),
  ]
}

const ONE_OF_EVENTS = `must be one of ${HTTP_RETRY_EVENTS.join(', ')}`
