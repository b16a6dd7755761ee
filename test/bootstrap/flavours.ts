/** The flavours of bootstrap that have a golden file: golden/<name>.in.yaml → golden/<name>.out.yaml. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { buildBootstrap, type BootstrapInput } from '../../src/bootstrap/bootstrap.js'
import type { Message } from '../../src/bootstrap/message.js'

export const GOLDEN = join(import.meta.dirname, 'golden')

export interface Flavour {
  readonly name: string
  readonly input: BootstrapInput
}

export function readFlavours(): Flavour[] {
  return readdirSync(GOLDEN)
    .filter((file) => file.endsWith('.in.yaml'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.in.yaml'.length),
      input: parse(readFileSync(join(GOLDEN, file), 'utf8')) as BootstrapInput,
    }))
}

export function buildFlavour({ name, input }: Flavour): Message {
  const result = buildBootstrap(input)
  if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.problems)}`)
  return result.bootstrap
}
