/** What happens on xDS streams, for people who read logs. */
import type { Logger } from './logger.js'
import type { StreamEvents } from '../xds/stream-events.js'
import type { StreamView } from '../xds/stream-view.js'

export function logStreams(logger: Logger): StreamEvents {
  return {
    onClose: (stream) => logger.info(describe(stream), 'xDS stream closed'),
    onRefusal: (stream, { code, message }) => {
      if (code !== 0) logger.warn({ ...describe(stream), code, reason: message }, 'xDS stream refused')
    },
    onPush: (stream, typeUrl, { version, resources, revision }) =>
      logger.debug({ ...describe(stream), typeUrl, version, revision, resources: resources.length }, 'pushed'),
    onNack: (stream, typeUrl, { version, revision }, message) =>
      logger.warn({ ...describe(stream), typeUrl, version, revision, reason: message }, 'Envoy rejected a push (NACK)'),
    onFault: (stream, error) =>
      logger.error({ ...describe(stream), err: error }, 'an xDS request could not be processed'),
    onSettled: (stream, { revision }) => logger.debug({ ...describe(stream), revision }, 'Envoy is in step'),
  }
}

function describe({ id, peer, node }: StreamView): object {
  return { stream: id, peer: peer.address, node: node?.id }
}

/** Events that go to each of `listeners` in turn. */
export function mergeEvents(...listeners: readonly StreamEvents[]): StreamEvents {
  return {
    onOpen: (...args) => listeners.forEach((listener) => listener.onOpen?.(...args)),
    onClose: (...args) => listeners.forEach((listener) => listener.onClose?.(...args)),
    onRefusal: (...args) => listeners.forEach((listener) => listener.onRefusal?.(...args)),
    onPush: (...args) => listeners.forEach((listener) => listener.onPush?.(...args)),
    onAck: (...args) => listeners.forEach((listener) => listener.onAck?.(...args)),
    onNack: (...args) => listeners.forEach((listener) => listener.onNack?.(...args)),
    onFault: (...args) => listeners.forEach((listener) => listener.onFault?.(...args)),
    onSettled: (...args) => listeners.forEach((listener) => listener.onSettled?.(...args)),
  }
}
