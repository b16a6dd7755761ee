/** An Envoy on this machine itself, without pod or redirection: for what concerns only its bootstrap and its control plane. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { buildBootstrap, type BootstrapInput } from '../../src/bootstrap/bootstrap.js'
import type { Message } from '../../src/bootstrap/message.js'
import { Envoy } from './envoy.js'
import { eventually } from './eventually.js'
import { Child } from './process.js'

export interface LocalEnvoy {
  readonly binary: string
  readonly input: BootstrapInput
  /** Keeps bootstrap and log. */
  readonly directory: string
  /** Last change to the bootstrap. */
  readonly adapt?: (bootstrap: Message) => Message
}

const START_TIMEOUT_MS = 30_000

/** Starts an Envoy with what `meshkeeper bootstrap` prints, its admin interface on a free port, and waits until that answers. */
export async function startLocalEnvoy({
  binary,
  input,
  directory,
  adapt = (same) => same,
}: LocalEnvoy): Promise<Envoy> {
  const environment = {
    ...input.environment,
    ENVOY_ADMIN_ACCESS_PORT: '0',
    ENVOY_ADMIN_ACCESS_LOG_FILE: '/dev/null',
  }
  const result = buildBootstrap({ ...input, environment })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return startBareEnvoy({ binary, bootstrap: adapt(result.bootstrap), directory, args: result.arguments })
}

export interface BareEnvoy {
  readonly binary: string
  /** With an admin interface on port 0. */
  readonly bootstrap: object
  /** Keeps bootstrap and log. */
  readonly directory: string
  readonly args: readonly string[]
}

/** Starts an Envoy with any bootstrap, and waits until its admin interface answers. */
export async function startBareEnvoy({ binary, bootstrap, directory, args }: BareEnvoy): Promise<Envoy> {
  const path = join(directory, 'envoy.yaml')
  const addressFile = join(directory, 'envoy-admin')
  await writeFile(path, stringify(bootstrap, { aliasDuplicateObjects: false, lineWidth: 0 }))
  await writeFile(addressFile, '')
  const child = new Child({
    command: [binary, '-c', path, '--admin-address-path', addressFile, ...args],
    logFile: join(directory, 'envoy.log'),
  })
  try {
    const address = await eventually({ what: 'the admin address of Envoy', timeoutMs: START_TIMEOUT_MS }, async () => {
      await child.assertRunning('Envoy')
      return (await readFile(addressFile, 'utf8')).trim() || undefined
    })
    const envoy = new Envoy(`http://${address.replace('0.0.0.0', '127.0.0.1')}`, child)
    await envoy.live()
    return envoy
  } catch (error) {
    await child.stop('SIGKILL')
    throw error
  }
}

/** A bootstrap of the App Mesh image without the credentials that only its Envoy can make. */
export function withoutIam(bootstrap: Message): Message {
  return JSON.parse(
    JSON.stringify(bootstrap, (key, value: unknown) =>
      key === 'credentials_factory_name' || key === 'call_credentials' ? undefined : value,
    ),
  ) as Message
}
