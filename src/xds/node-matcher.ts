/** Which clients a status request is about: envoy.type.matcher.v3.NodeMatcher over what streams know of their node. */
import type { ClientStatusRequest } from '../codec/services.js'
import { GrpcError, STATUS } from './grpc-status.js'
import type { XdsNode } from './resource-source.js'

type NodeMatcher = ClientStatusRequest['node_matchers'][number]
type StringMatcher = NonNullable<NodeMatcher['node_id']>
type StructMatcher = NodeMatcher['node_metadatas'][number]
type ValueMatcher = NonNullable<StructMatcher['value']>
type DoubleMatcher = NonNullable<ValueMatcher['double_match']>

/** A matcher that is incomplete or of a kind that is not supported here; the message is for the client. */
export class MatcherError extends GrpcError {
  constructor(message: string) {
    super(STATUS.INVALID_ARGUMENT, message)
  }
}

type Test<T> = (value: T) => boolean

/**
 * One test for all of `matchers`: a node passes that any of them matches, and every node when there are none (Envoy API, ClientStatusRequest).
 * Throws MatcherError. Regular expressions are refused: one of a client must not hold up the server.
 */
export function parseNodeMatchers(matchers: readonly NodeMatcher[]): Test<XdsNode> {
  const tests = matchers.map((matcher, index) => parseNodeMatcher(matcher, `node_matchers[${index}]`))
  return (node) => tests.length === 0 || tests.some((test) => test(node))
}

function parseNodeMatcher({ node_id: id, node_metadatas: metadatas }: NodeMatcher, path: string): Test<XdsNode> {
  const testId = id ? parseString(id, `${path}.node_id`) : undefined
  const tests = metadatas.map((matcher, index) => parseStruct(matcher, `${path}.node_metadatas[${index}]`))
  return (node) => (testId?.(node.id) ?? true) && tests.every((test) => test(node.metadata))
}

function parseStruct({ path: segments, value }: StructMatcher, path: string): Test<unknown> {
  const keys = segments.map(({ key }) => key ?? '')
  if (keys.length === 0 || keys.includes('')) throw new MatcherError(`${path}.path: one or more keys are needed`)
  if (!value) throw new MatcherError(`${path}.value is missing`)
  const test = parseValue(value, `${path}.value`)
  return (metadata) => test(keys.reduce(memberOf, metadata))
}

function memberOf(object: unknown, key: string): unknown {
  const isObject = typeof object === 'object' && object !== null && !Array.isArray(object)
  return isObject && Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
}

/** Of a value that is absent the test gets undefined. */
function parseValue(matcher: ValueMatcher, path: string): Test<unknown> {
  const { double_match: number, string_match: string, bool_match: bool, list_match: list, or_match: or } = matcher
  if (matcher.null_match) return (value) => value === null
  if (number) return ofType('number', parseDouble(number, `${path}.double_match`))
  if (string) return ofType('string', parseString(string, `${path}.string_match`))
  if (bool !== undefined) return (value) => value === bool
  if (matcher.present_match !== undefined) return (value) => (value !== undefined) === matcher.present_match
  if (list) {
    if (!list.one_of) throw new MatcherError(`${path}.list_match: one_of is needed`)
    const test = parseValue(list.one_of, `${path}.list_match.one_of`)
    return (value) => Array.isArray(value) && value.some(test)
  }
  if (or) {
    const tests = or.value_matchers.map((each, index) => parseValue(each, `${path}.or_match.value_matchers[${index}]`))
    return (value) => tests.some((test) => test(value))
  }
  throw new MatcherError(
    `${path}: one of null_match, double_match, string_match, bool_match, present_match, list_match, or_match is needed`,
  )
}

function parseDouble({ exact, range }: DoubleMatcher, path: string): Test<number> {
  if (exact !== undefined) return (value) => value === exact
  if (range) return (value) => value >= range.start && value < range.end
  throw new MatcherError(`${path}: exact or range is needed`)
}

function parseString(matcher: StringMatcher, path: string): Test<string> {
  const { exact, prefix, suffix, contains, safe_regex: regex, ignore_case: ignoreCase } = matcher
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text)
  if (exact !== undefined) return (value) => fold(value) === fold(exact)
  if (prefix !== undefined) return (value) => fold(value).startsWith(fold(prefix))
  if (suffix !== undefined) return (value) => fold(value).endsWith(fold(suffix))
  if (contains !== undefined) return (value) => fold(value).includes(fold(contains))
  const refused = regex ? 'safe_regex is not supported: use' : 'one is needed of'
  throw new MatcherError(`${path}: ${refused} exact, prefix, suffix or contains`)
}

function ofType<T>(type: 'number' | 'string', test: Test<T>): Test<unknown> {
  return (value) => typeof value === type && test(value as T)
}
