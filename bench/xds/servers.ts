/** The servers that are compared, each a process of its own on the same two ports. */
import { once } from 'node:events'
import { spawn, type ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from '../server-process.js'

/** The folder of the bench kit. */
export const KIT = process.env['MESHKEEPER_XDS_BENCH'] ?? ''
if (KIT === '') throw new Error('set MESHKEEPER_XDS_BENCH to the folder of the bench kit')

/**
 * gcp: go-control-plane. xds: meshkeeper/xds with the same shape of mesh. product: the whole server. The others do no work per change and send
 * everyone the same ready bytes: http2 and http2-delta are bare node:http2, grpc-js and grpc-go are these libraries.
 */
export const SERVERS = ['gcp', 'xds', 'product', 'http2', 'http2-delta', 'grpc-go', 'grpc-js'] as const
export type ServerName = (typeof SERVERS)[number]

export const XDS = '127.0.0.1:18000'
export const CONTROL = '127.0.0.1:18001'

export interface Size {
  readonly nodes: number
  /** Envoys of each node. */
  readonly replicas: number
}

/** Of 100, 1000 and 5000 Envoys (xds.md section 1). */
export function sizeOf(envoys: number): Size {
  if (envoys < 1000) return { nodes: envoys, replicas: 1 }
  return { nodes: envoys / 5, replicas: 5 }
}

/** Floors speak one variant only. */
export function speaks(name: ServerName, mode: string): boolean {
  if (name === 'http2-delta') return mode === 'delta'
  return mode === 'sotw' || name === 'gcp' || name === 'xds' || name === 'product'
}

/** The command of a server. @param store file of the product */
function commandOf(name: ServerName, { nodes, replicas }: Size, store: string): string[] {
  const size = ['--vns', String(nodes), '--replicas', String(replicas)]
  const serve = ['serve', '--api', CONTROL, '--xds', XDS, '--admin', '127.0.0.1:0', '--log-level', 'error']
  const commands: Record<ServerName, string[]> = {
    gcp: [join(KIT, 'bin/gcp-server'), ...size],
    xds: [process.execPath, '--import', 'tsx', join(ROOT, 'bench/xds/server.ts'), ...size],
    product: [process.execPath, join(ROOT, 'dist/bin/meshkeeper.js'), ...serve, '--store', `sqlite:${store}`],
    http2: [process.execPath, join(KIT, 'nodefloor/server.mjs')],
    'http2-delta': [process.execPath, '--import', 'tsx', join(ROOT, 'bench/xds/delta-floor.ts')],
    'grpc-js': [process.execPath, join(KIT, 'nodefloor/server.mjs')],
    'grpc-go': [join(KIT, 'bin/gofloor'), '--data', join(KIT, 'data')],
  }
  return commands[name]
}

/** Starts a server; resolves once it listens. */
export async function startServer(name: ServerName, size: Size, store: string): Promise<ChildProcess> {
  const [command = '', ...args] = commandOf(name, size, store)
  // The product refuses variables that look like its own.
  const env = { ...process.env, MESHKEEPER_XDS_BENCH: undefined, MODE: name === 'http2' ? 'http2' : 'grpc' }
  // go-control-plane tells how it goes.
  const server = spawn(command, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'ignore', name === 'gcp' ? 'ignore' : 'inherit'],
  })
  for (const address of [XDS, CONTROL]) await reachable(address)
  return server
}

export async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const exited = once(server, 'exit')
  server.kill('SIGTERM')
  await exited
}

async function reachable(address: string): Promise<void> {
  const [host = '', port = ''] = address.split(':')
  for (let attempt = 0; attempt < 600; attempt++) {
    const socket = connect(Number(port), host)
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (connected) return
    await sleep(50)
  }
  throw new Error(`nothing listens on ${address}`)
}
