/** `/meshkeeper/v1` of a whole server in this process, every answer held against the OpenAPI document that the server itself gives. */
import assert from 'node:assert/strict'
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js'
import type { World } from './world.js'

interface Document {
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>
  readonly components: object
}

interface Operation {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { schema: object }>> }>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

const PREFIX = '/meshkeeper/v1'

export class ManagementApi {
  readonly #base: string
  readonly #document: Document
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': isIsoTime } })
  /** Paths of the document that have answered 200. */
  readonly answered = new Set<string>()

  private constructor(base: string, document: Document) {
    this.#base = base
    this.#document = document
    this.#ajv.addSchema({ $id: 'openapi', components: document.components })
  }

  static async of(world: World): Promise<ManagementApi> {
    const response = await fetch(`${world.api}${PREFIX}/openapi.json`)
    assert.equal(response.status, 200)
    return new ManagementApi(world.api, (await response.json()) as Document)
  }

  get document(): Document {
    return this.#document
  }

  /** Fails when the answer is not what the document says of that path. */
  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.#base}${PREFIX}${path}`, { headers })
    const { status } = response
    const body: unknown = await response.json()
    const template = this.#templateOf(path)
    if (template !== undefined) {
      const { responses } = this.#document.paths[template]!.get
      this.#check(responses[status === 200 ? '200' : `${Math.floor(status / 100)}XX`], body, path)
      if (status === 200) this.answered.add(template)
    }
    return { status, headers: response.headers, body }
  }

  /** The body of an answer that must be 200. */
  async ok<T>(path: string): Promise<T> {
    const { status, body } = await this.get(path)
    assert.equal(status, 200, JSON.stringify(body))
    return body as T
  }

  #templateOf(path: string): string | undefined {
    const [bare = ''] = path.split('?')
    return Object.keys(this.#document.paths).find((template) => {
      const pattern = template.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+')
      return new RegExp(`^${pattern}$`).test(bare)
    })
  }

  #check(response: Operation['responses'][string] | undefined, body: unknown, path: string): void {
    const schema = response?.content['application/json']?.schema
    assert.ok(schema, `${path} is not said to answer that`)
    const validate = this.#ajv.compile(absolute(schema))
    assert.ok(validate(body), `${path}: ${this.#ajv.errorsText(validate.errors).slice(0, 1000)}`)
  }
}

/** With references that lead into the document. */
function absolute(schema: object): AnySchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/')) as AnySchema
}

function isIsoTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text
}
