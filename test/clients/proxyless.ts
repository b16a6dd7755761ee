/** A proxyless gRPC client, in a process of its own: its xDS bootstrap is the environment's. Each message of its parent is one call. */
import { Client, credentials } from '@grpc/grpc-js'
import { register } from '@grpc/grpc-js-xds'

export interface Reply {
  /** Which server answered. */
  readonly from?: string
  readonly error?: string
}

const CALL_DEADLINE_MS = 20_000

register()
const client = new Client('xds:///shop', credentials.createInsecure())
const asBytes = (text: string) => Buffer.from(text)

process.on('message', () => {
  const deadline = Date.now() + CALL_DEADLINE_MS
  const options = { deadline, waitForReady: false }
  client.makeUnaryRequest('/shop.Shop/Name', asBytes, String, 'who?', options, (error, from) => {
    const reply: Reply = error ? { error: error.message } : { from: from ?? '' }
    process.send?.(reply)
  })
})
process.on('disconnect', () => process.exit())
