/** What happens on xDS streams, for people who read logs. */
import type { Logger } from './logger.js'
import type { StreamEvents } from '../xds/stream-events.js'
import type { StreamView } from '../xds/stream-view.js'

export function logStreams(logger: Logger): StreamEvents {
  return {
    ...(logger.isLevelEnabled('debug') && logPushes(logger)),
    onClose: (stream) => logger.info(describe(stream), 'xDS stream closed'),
    onRefusal: (stream, { code, message }) => {
      if (code !== 0) logger.warn({ ...describe(stream), code, reason: message }, 'xDS stream refused')
    },
    onNack: (stream, typeUrl, { version, revision }, message) =>
      logger.warn({ ...describe(stream), typeUrl, version, revision, reason: message }, 'Envoy rejected a push (NACK)'),
    onFault: (stream, error) =>
      logger.error({ ...describe(stream), err: error }, 'an xDS request could not be processed'),
  }
}

/** What happens with every change on every stream: even the making of lines that are not written would be felt. */
function logPushes(logger: Logger): StreamEvents {
  return {
    onPush: (stream, typeUrl, { version, resources, revision }) =>
      logger.debug({ ...describe(stream), typeUrl, version, revision, resources: resources.length }, 'pushed'),
    onSettled: (stream, { revision }) => logger.debug({ ...describe(stream), revision }, 'Envoy is in step'),
  }
}

function describe({ id, peer, node }: StreamView): object {
  return { stream: id, peer: peer.address, node: node?.id }
}

/** Events that go to each of `listeners` in turn. A change of a whole fleet makes tens of thousands of them: no list is made for any. */
export function mergeEvents(...listeners: readonly StreamEvents[]): StreamEvents {
  return {
    onOpen(stream) {
      for (const each of listeners) each.onOpen?.(stream)
    },
    onClose(stream) {
      for (const each of listeners) each.onClose?.(stream)
    },
    onRefusal(stream, refusal) {
      for (const each of listeners) each.onRefusal?.(stream, refusal)
    },
    onPush(stream, typeUrl, response) {
      for (const each of listeners) each.onPush?.(stream, typeUrl, response)
    },
    onAck(stream, typeUrl, response) {
      for (const each of listeners) each.onAck?.(stream, typeUrl, response)
    },
    onNack(stream, typeUrl, response, message) {
      for (const each of listeners) each.onNack?.(stream, typeUrl, response, message)
    },
    onFault(stream, error) {
      for (const each of listeners) each.onFault?.(stream, error)
    },
    onSettled(stream, snapshot, previous) {
      for (const each of listeners) each.onSettled?.(stream, snapshot, previous)
    },
  }
}
