/** Methods that take one request, as handlers of it. */
import type { CallObserver, ServerCall } from './grpc-call.js'
import { asStatus, GrpcError, STATUS } from './grpc-status.js'

type Open<Request, Response> = (call: ServerCall<Response>) => CallObserver<Request>

/** One request, one response. What `answer` throws becomes the status. */
export function unary<Request, Response>(
  answer: (request: Request, call: ServerCall<Response>) => Response | Promise<Response>,
): Open<Request, Response> {
  return serverStream((request, call) => {
    Promise.resolve()
      .then(() => answer(request, call))
      .then(
        (response) => {
          call.write(response)
          call.finish()
        },
        (error: unknown) => call.finish(asStatus(error)),
      )
    return undefined
  })
}

/** One request, any number of responses. `answer` may return what is to be called when the call is over. */
export function serverStream<Request, Response>(
  answer: (request: Request, call: ServerCall<Response>) => (() => void) | undefined,
): Open<Request, Response> {
  return (call) => {
    let asked = false
    let over = false
    let stop: (() => void) | undefined
    return {
      onMessage(request) {
        if (asked) throw new GrpcError(STATUS.INTERNAL, 'this method takes one request, not more')
        asked = true
        stop = answer(request, call)
        if (over) stop?.()
      },
      onEnd() {
        if (!asked) throw new GrpcError(STATUS.INTERNAL, 'the request is missing')
      },
      onClose() {
        over = true
        stop?.()
      },
    }
  }
}
