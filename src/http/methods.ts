/** Tells a wrong method from an unknown path, and answers OPTIONS. */
import type { FastifyInstance } from 'fastify'
import { ApiError } from '../model/errors.js'

interface PathMethods {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

/** Answers every request to `app` that no route takes. Call it before the routes are added: it watches them. */
export function answerOtherMethods(app: FastifyInstance): void {
  const paths = new Map<string, PathMethods>()
  app.addHook('onRoute', ({ url, method }) => {
    const entry = paths.get(url) ?? { pattern: pathPattern(url), methods: new Set(['OPTIONS']) }
    paths.set(url, entry)
    for (const name of [method].flat()) entry.methods.add(name)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/[?#].*$/s, '')
    const entries = [...paths.values()].filter(({ pattern }) => pattern.test(path))
    if (entries.length === 0) throw new ApiError('UnknownOperationException', `no operation has the path ${path}`)
    const allowed = [...new Set(entries.flatMap(({ methods }) => [...methods]))].sort().join(', ')
    void reply.header('allow', allowed)
    if (request.method === 'OPTIONS') return reply.code(204).send()
    throw new ApiError('UnknownOperationException', `${request.method} is not answered here, only ${allowed}`)
  })
}

/** The regular expression of a route path such as `/meshes/:meshName`: a parameter takes one segment, empty or not, `*` all that follow. */
function pathPattern(url: string): RegExp {
  const segments = url.split('/').map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]*' : part.replace(/[^\w-]/g, '\\$&')
  })
  return new RegExp(`^${segments.join('/')}$`)
}
