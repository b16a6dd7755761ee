/** `npm run demo`: a meshkeeper, three pods with real Envoys and an example mesh, until Ctrl-C. */
import { join } from 'node:path'
import { ControlPlane } from '../../test/envoy/control-plane.js'
import { eventually } from '../../test/envoy/eventually.js'
import { envoyBinary } from '../../test/envoy/install.js'
import { MeshWriter } from '../../test/envoy/mesh-writer.js'
import { Network } from '../../test/envoy/network.js'
import type { Pod } from '../../test/envoy/pod.js'
import { buildSidecar } from '../../test/envoy/sidecar.js'
import { describeDemo } from './guide.js'
import { MESH, PORT, SERVICE, writeMesh } from './mesh.js'
import { findMissing } from './requirements.js'

const APP = join(import.meta.dirname, 'app.mjs')

async function main(): Promise<void> {
  const missing = await findMissing()
  if (missing.length > 0) {
    process.stderr.write(`The demo cannot run here:\n${missing.map((line) => `  - ${line}\n`).join('')}`)
    process.exitCode = 1
    return
  }
  // A terminal and npm each send one: none but the first counts, and none cuts the cleaning short.
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
  })
  say('fetching Envoy …')
  const binary = await envoyBinary()
  const network = await Network.open()
  const keeper = new ControlPlane({ host: network.hostAddress, directory: network.directory })
  try {
    await Promise.race([start(network, keeper, binary), interrupted])
    await interrupted
    say('\ncleaning up …')
  } finally {
    await keeper.stop().finally(() => network.close())
  }
}

async function start(network: Network, keeper: ControlPlane, binary: string): Promise<void> {
  say('starting meshkeeper …')
  await keeper.start()
  await writeMesh(new MeshWriter(keeper.api, MESH))
  network.dns.set(SERVICE, [network.virtualAddress])
  say('starting three pods, each with an application and an Envoy …')
  const calls = `http://${SERVICE}:${PORT}`
  const [front] = await Promise.all([
    startPod(network, keeper, binary, 'front', { CALLS: calls }),
    startPod(network, keeper, binary, 'blue'),
    startPod(network, keeper, binary, 'green'),
  ])
  await eventually({ what: 'an answer through the mesh', timeoutMs: 30_000 }, async () => {
    return (await fetch(`http://${front.address}:${PORT}/`)).ok
  })
  say(describeDemo(keeper, front))
}

async function startPod(
  network: Network,
  keeper: ControlPlane,
  binary: string,
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Pod> {
  const pod = await network.pod(name)
  await pod.intercept([PORT])
  pod.spawn('app', [process.execPath, APP], { env: { NAME: name, PORT: String(PORT), ...env } })
  const envoy = await pod.startEnvoy({
    binary,
    ...buildSidecar(keeper, pod.directory, `mesh/${MESH}/virtualNode/${name}`),
  })
  await envoy.ready()
  return pod
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

await main()
