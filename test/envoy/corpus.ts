/** Recorded meshes replayed by the real aws CLI, step by step, as the scripts of AWS's walkthroughs made them. */
import assert from 'node:assert/strict'
import { assertStored, readRecording, type RecordedCall } from '../api/recordings.js'
import type { Input } from '../api/service.js'
import { requireClients } from '../clients/install.js'
import { awsCli, type AwsCli } from './aws-cli.js'
import { run } from './process.js'
import type { Sidecar } from './sidecar.js'
import type { World } from './world.js'

export class Replay {
  readonly #world: World
  readonly #calls: RecordedCall[]
  readonly #meshName: unknown
  readonly aws: AwsCli
  readonly cloudMap: AwsCli

  constructor(world: World, name: string, executable: string) {
    this.#world = world
    this.#calls = readRecording(name)
    this.#meshName = this.#calls[0]?.input['meshName']
    this.aws = awsCli(executable, world.keeper.api)
    this.cloudMap = awsCli(executable, world.keeper.api, 'servicediscovery')
  }

  get meshName(): string {
    return String(this.#meshName)
  }

  /** Makes the next calls of the recording. Each is answered with what was sent. */
  async next(count: number): Promise<void> {
    const calls = this.#calls.splice(0, count)
    assert.equal(calls.length, count, 'the recording is shorter')
    for (const { operation, input } of calls) {
      const answer = (await this.aws(kebab(operation), input)) as Record<string, Input>
      assertStored(Object.values(answer)[0]!, input)
    }
  }

  /** How many calls are left. */
  get left(): number {
    return this.#calls.length
  }

  /** Deletes, or makes, what the rest of a walkthrough asks for in this mesh. */
  async make(operation: string, input: Input = {}): Promise<void> {
    await this.aws(operation, { meshName: this.#meshName, ...input })
  }

  /** How an Envoy of this mesh is started: by what the command line prints. `resource` is e.g. `virtualNode/front`. */
  async sidecar(resource: string, environment: Readonly<Record<string, string>> = {}): Promise<Sidecar> {
    const { keeper } = this.#world
    const bootstrap = await keeper.command(['bootstrap', '--format', 'yaml', '--no-host-info'], {
      APPMESH_RESOURCE_ARN: `arn:aws:appmesh:us-east-1:000000000000:mesh/${this.meshName}/${resource}`,
      APPMESH_XDS_ENDPOINT: `${keeper.xdsHost}:${keeper.xdsPort}`,
      ...environment,
    })
    return { bootstrap, args: ['--disable-hot-restart', '--concurrency', '2'] }
  }
}

/** The aws CLI for a `before` hook that precedes the world's own. */
export async function requireAwsCli(context: Mocha.Context): Promise<string> {
  return (await requireClients(context)).aws
}

function kebab(operation: string): string {
  return operation.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()
}

export interface CurlAnswer {
  readonly status: number
  readonly body: string
}

/** So many requests on one connection by curl, certificates unchecked, as the walkthroughs make them. */
export async function curl(url: string, count = 1): Promise<CurlAnswer[]> {
  const { stdout } = await run('curl', ['-sk', '-w', '\\t%{http_code}\\n', `${url}?[1-${count}]`])
  const answers = stdout.trimEnd().split('\n')
  return answers.map((line) => {
    const tab = line.lastIndexOf('\t')
    return { status: Number(line.slice(tab + 1)), body: line.slice(0, tab) }
  })
}

/** That a share of the requests, within five standard deviations, was answered by it. */
export function assertShare(count: number, total: number, share: number): void {
  const deviation = Math.sqrt(total * share * (1 - share))
  assert.ok(Math.abs(count - total * share) <= 5 * deviation, `${count} of ${total} for ${share}`)
}
