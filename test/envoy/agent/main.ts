/** The process in a pod: the application and the client, driven over HTTP by the test (protocol.ts). argv[2] holds AgentOptions as JSON. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { Caller } from './calls.js'
import { LoadRun } from './load.js'
import {
  CONTROL_PORT,
  type AgentOptions,
  type Behaviour,
  type GrpcCall,
  type HttpCall,
  type Load,
  type TcpCall,
  type UpgradeCall,
} from './protocol.js'
import { App, startServers } from './servers.js'

const options = JSON.parse(process.argv[2] ?? '') as AgentOptions
const app = new App(options.name)
const loads: LoadRun[] = []

const OPERATIONS: Record<string, (body: never) => unknown> = {
  '/ready': () => ({}),
  '/behave': (behaviour: Behaviour) => app.behave(behaviour),
  '/counts': () => app.counts,
  '/reset': () => app.reset(),
  '/http': (call: HttpCall) => once((caller) => caller.http(call)),
  '/grpc': (call: GrpcCall) => once((caller) => caller.grpc(call)),
  '/tcp': (call: TcpCall) => once((caller) => caller.tcp(call)),
  '/upgrade': (call: UpgradeCall) => once((caller) => caller.upgrade(call)),
  '/load/start': (load: Load) => ({ id: loads.push(new LoadRun(load)) - 1 }),
  '/load/report': ({ id }: { id: number }) => loads[id]!.report,
  '/load/finish': ({ id }: { id: number }) => loads[id]!.done,
  '/load/stop': ({ id }: { id: number }) => loads[id]!.stop(),
}

async function once<T>(work: (caller: Caller) => Promise<T>): Promise<T> {
  const caller = new Caller()
  try {
    return await work(caller)
  } finally {
    caller.close()
  }
}

const control = createServer((request, response) => {
  void (async () => {
    const body = await text(request)
    const operation = OPERATIONS[request.url ?? '']
    if (!operation) return response.writeHead(404).end()
    const result = await operation(JSON.parse(body || '{}') as never)
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? {}))
  })().catch((error: unknown) => response.writeHead(500).end(String(error)))
})

await startServers(app, options)
control.listen(CONTROL_PORT, '0.0.0.0')
