/** The OpenAPI 3.1 document of `/meshkeeper/v1`, made of the table of endpoints. */
import type { TSchema } from 'typebox'
import { MANAGEMENT_PREFIX, type Endpoint, type Parameter } from './endpoint.js'
import { ErrorShape } from './shapes.js'

type Json = Readonly<Record<string, unknown>>

/** What answers with something else than JSON. */
export interface StreamEndpoint extends Pick<Endpoint, 'operation' | 'path' | 'summary' | 'params' | 'query'> {
  readonly mediaType: string
  readonly description: string
}

/** A schema with a title becomes a component of that name, wherever it stands. Throws when two differ under one title. */
export function buildOpenApi(
  endpoints: readonly Endpoint[],
  streams: readonly StreamEndpoint[],
  version: string,
): Json {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const content = { 'application/json': { schema: components.refer(endpoint.answer) } }
    paths[formatPath(endpoint.path)] = { get: buildOperation(endpoint, content, components) }
  }
  for (const { mediaType, description, ...endpoint } of streams) {
    const content = { [mediaType]: { schema: { type: 'string', description } } }
    paths[formatPath(endpoint.path)] = { get: buildOperation(endpoint, content, components) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'meshkeeper',
      version,
      summary: 'What the App Mesh API has no words for: what there is, who has it, and how it came to be. Read-only.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: MANAGEMENT_PREFIX }],
    security: [],
    paths,
    components: { schemas: components.sorted() },
  }
}

function buildOperation(
  { operation, summary, params = {}, query = {} }: Pick<Endpoint, 'operation' | 'summary' | 'params' | 'query'>,
  content: Json,
  components: Components,
): Json {
  const failure = (description: string) => ({
    description,
    content: { 'application/json': { schema: components.refer(ErrorShape) } },
  })
  return {
    operationId: operation,
    summary,
    parameters: [
      ...Object.entries(params).map(([name, parameter]) => buildParameter('path', name, parameter, components)),
      ...Object.entries(query).map(([name, parameter]) => buildParameter('query', name, parameter, components)),
    ],
    responses: {
      200: { description: summary, content },
      '4XX': failure('the request is wrong, or there is no such thing'),
      '5XX': failure('the server cannot answer'),
    },
  }
}

function buildParameter(place: 'path' | 'query', name: string, parameter: Parameter, components: Components): Json {
  const { schema, description } = parameter
  return { name, in: place, required: place === 'path', description, schema: components.refer(schema) }
}

/** `/meshes/:mesh` as `/meshes/{mesh}`. */
function formatPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}')
}

class Components {
  readonly #schemas = new Map<string, Json>()

  /** The schema, with references in the place of everything that has a title. */
  refer(schema: TSchema): Json {
    return this.#refer(JSON.parse(JSON.stringify(schema)) as Json) as Json
  }

  sorted(): Json {
    return Object.fromEntries([...this.#schemas].sort(([one], [other]) => (one < other ? -1 : 1)))
  }

  #refer(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#refer(item))
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value).map(([name, member]): [string, unknown] => [name, this.#refer(member)])
    const { title, ...schema } = Object.fromEntries(members) as { title?: unknown }
    if (typeof title !== 'string') return { ...schema, ...(title !== undefined && { title }) }
    this.#add(title, schema)
    return { $ref: `#/components/schemas/${title}` }
  }

  #add(title: string, schema: Json): void {
    const known = this.#schemas.get(title)
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`two schemas are called ${title}`)
    this.#schemas.set(title, schema)
  }
}
