/** What an Envoy connects to here: meshkeeper, or the floor. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildRouteSpec, prefixOf, ROUTE_NAME, routerName, type MeshShape } from '../mesh.js'
import { ServerProcess } from '../server-process.js'
import type { FloorScript } from './floor-server.js'
import { HttpCaller } from './http-caller.js'

export interface Plane {
  /** Where it speaks xDS, host:port. */
  readonly xds: string
  /** Asks for the edition of the route that changes; resolves with the answer. */
  change(edition: number): Promise<void>
  /** What the push of an edition is recognised by. */
  markerOf(edition: number): string
  stop(): Promise<void>
}

/** A meshkeeper over `storeFile`; each change is an UpdateRoute of service `service`. */
export async function startMeshkeeper(storeFile: string, shape: MeshShape, service: number): Promise<Plane> {
  const server = await ServerProcess.start(storeFile)
  const caller = new HttpCaller(server.api)
  const path = `/v20190125/meshes/${shape.name}/virtualRouter/${routerName(service)}/routes/${ROUTE_NAME}`
  return {
    xds: server.xds,
    change: (edition) => caller.call('PUT', path, { spec: buildRouteSpec(shape, service, edition) }),
    markerOf: prefixOf,
    async stop() {
      caller.close()
      await server.stop()
    },
  }
}

/** The floor: edition N pushes the recorded response N modulo their number. */
export async function startFloor(directory: string, script: FloorScript): Promise<Plane> {
  const file = join(directory, 'floor.json')
  await writeFile(file, JSON.stringify(script))
  const child = startScript('floor-server.ts', [file])
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  const [http = '', xds = ''] = line.split(' ')
  const caller = new HttpCaller(http)
  const { pushes } = script
  return {
    xds,
    change: (edition) => caller.call('POST', `/${edition % pushes.length}`, {}),
    markerOf: (edition) => pushes[edition % pushes.length]!.marker,
    async stop() {
      caller.close()
      await stopScript(child)
    },
  }
}

/** A file of this directory as a process of its own. */
export function startScript(file: string, args: readonly string[]): ChildProcess {
  const command = ['--import', 'tsx', join(import.meta.dirname, file), ...args]
  return spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
}

export async function stopScript(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended by itself`)
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
