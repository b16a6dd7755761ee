/** The servers that the xDS benches compare, as processes of their own on fixed ports. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ROOT } from '../server-process.js'

/** The folder of the bench kit. */
export const KIT = process.env['MESHKEEPER_XDS_BENCH'] ?? ''
if (KIT === '') throw new Error('set MESHKEEPER_XDS_BENCH to the folder of the bench kit')

export const XDS = '127.0.0.1:18000'
export const CONTROL = '127.0.0.1:18001'

export type ServerName = 'gcp' | 'xds' | 'floor' | 'product'

/** @param directory has the store of the product, `mesh.db` */
export function startServer(name: ServerName, nodes: number, replicas: number, directory: string): ChildProcess {
  const size = ['--vns', String(nodes), '--replicas', String(replicas)]
  const serve = ['serve', '--api', CONTROL, '--xds', XDS, '--admin', '127.0.0.1:0', '--log-level', 'error']
  const store = ['--store', `sqlite:${join(directory, 'mesh.db')}`]
  const commands: Record<ServerName, [string, string[]]> = {
    gcp: [join(KIT, 'bin/gcp-server'), size],
    xds: [process.execPath, ['--import', 'tsx', join(ROOT, 'bench/xds/server.ts'), ...size]],
    floor: [process.execPath, [join(KIT, 'nodefloor/server.mjs')]],
    product: [process.execPath, [join(ROOT, 'dist/bin/meshkeeper.js'), ...serve, ...store]],
  }
  const [command, args] = commands[name]
  return spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'ignore'] })
}

/** Resolves once something listens there. */
export async function reachable(address: string): Promise<void> {
  const [host = '', port = ''] = address.split(':')
  for (let attempt = 0; attempt < 600; attempt++) {
    const socket = connect(Number(port), host)
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (connected) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on ${address}`)
}
