/** What deploy/ sets in the environment of a container. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

export const DEPLOY = join(import.meta.dirname, '../../deploy')

export interface Compose {
  readonly services: Readonly<Record<string, { readonly environment?: Record<string, string> }>>
}

export const readDeploy = (file: string): Promise<string> => readFile(join(DEPLOY, file), 'utf8')

/** The variables that the image sets, from its ENV instruction. */
export async function imageVariables(): Promise<Record<string, string>> {
  const dockerfile = (await readDeploy('Dockerfile')).replaceAll('\\\n', ' ')
  const [, assignments = ''] = /^ENV (.*)$/m.exec(dockerfile) ?? []
  return Object.fromEntries(
    [...assignments.matchAll(/(\S+?)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

/** The variables that docker-compose sets for one of its services. */
export async function composeVariables(service: string): Promise<Record<string, string>> {
  const { services } = parse(await readDeploy('compose/docker-compose.yaml'), { merge: true }) as Compose
  return services[service]?.environment ?? {}
}
