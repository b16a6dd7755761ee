/** Writes through the App Mesh API without end, and what became of each. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from './eventually.js'

const MESH = 'load'
const WORKERS = 3
/** A writer that was refused comes again after so long, as the AWS tools do. */
const RETRY_MS = 50

interface Answer {
  readonly status: number
  readonly body: unknown
  /** Of the exception; empty when the call went well. */
  readonly error: string
}

/** One call of the API at `origin`. */
export async function callApi(origin: string, method: 'GET' | 'PUT', path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${origin}/v20190125/${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
  const error = response.headers.get('x-amzn-errortype') ?? ''
  return { status: response.status, body: await response.json(), error }
}

export class ApiLoad {
  /** Names of the virtual nodes that were made. */
  readonly acknowledged: string[] = []
  /** Status and exception of each answer that was none of that; connections that broke count as `0`. */
  readonly refusals: string[] = []
  readonly #origin: string
  readonly #prefix: string
  readonly #workers: Promise<void>[]
  #count = 0
  #stopped = false

  private constructor(origin: string, prefix: string) {
    this.#origin = origin
    this.#prefix = prefix
    this.#workers = Array.from({ length: WORKERS }, () => this.#work())
  }

  /** Makes virtual nodes called `prefix`… in a mesh of their own. */
  static async start(origin: string, prefix: string): Promise<ApiLoad> {
    const { status, error } = await callApi(origin, 'PUT', 'meshes', { meshName: MESH })
    assert.ok(status === 200 || error === 'ConflictException', error)
    return new ApiLoad(origin, prefix)
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const virtualNodeName = `${this.#prefix}-${(this.#count += 1)}`
      const answer = await callApi(this.#origin, 'PUT', `meshes/${MESH}/virtualNodes`, { virtualNodeName, spec: {} })
        .then(({ status, error }) => `${status} ${error}`.trim())
        .catch(() => '0')
      if (answer === '200') this.acknowledged.push(virtualNodeName)
      else {
        this.refusals.push(answer)
        await sleep(RETRY_MS)
      }
    }
  }

  /** Resolves after so many further acknowledgements. */
  async more(count: number, timeoutMs = 60_000): Promise<void> {
    const goal = this.acknowledged.length + count
    await eventually({ what: `${count} writes more`, timeoutMs }, () => this.acknowledged.length >= goal)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#workers)
  }

  /** Every acknowledged write is there for whoever asks at `origin`. */
  async assertKept(origin: string): Promise<void> {
    const there = new Set(await listNodes(origin))
    const lost = this.acknowledged.filter((name) => !there.has(name))
    assert.deepEqual(lost, [], `of ${this.acknowledged.length} acknowledged writes`)
  }
}

async function listNodes(origin: string): Promise<string[]> {
  const names: string[] = []
  let token: string | undefined
  do {
    const query = new URLSearchParams({ limit: '100', ...(token !== undefined && { nextToken: token }) }).toString()
    const { status, body } = await callApi(origin, 'GET', `meshes/${MESH}/virtualNodes?${query}`)
    assert.equal(status, 200, JSON.stringify(body))
    const page = body as { virtualNodes: { virtualNodeName: string }[]; nextToken?: string }
    names.push(...page.virtualNodes.map(({ virtualNodeName }) => virtualNodeName))
    token = page.nextToken
  } while (token !== undefined)
  return names
}
