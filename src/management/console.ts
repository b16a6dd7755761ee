/** Serves the console: its files under `/console`, its page at every address in it, and the way there from `/`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../model/errors.js'
import { INDEX, type ConsoleFile, type ConsoleFiles, type Encoding } from './console-files.js'

const HOME = '/console/'

/** Nothing from elsewhere, nothing inline, nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const

const YEAR_SECONDS = 31_536_000
const NOT_BUILT =
  'the console is not built: run "npm run build" (or "npm run console", which takes a few seconds) and load this page again'

export function addConsole(app: FastifyInstance, files: ConsoleFiles): void {
  const config = { operation: 'Console' }
  app.get('/', { config }, (request, reply) => {
    // Whoever asks for no page has mistaken the address of the API.
    if (!wantsPage(request))
      throw new ApiError('UnknownOperationException', `no operation has the path / (the console is at ${HOME})`)
    return reply.header('vary', 'Accept').redirect(HOME, 302)
  })
  app.get('/console', { config }, (_request, reply) => reply.redirect(HOME, 302))
  app.get<{ Params: { '*': string } }>(`${HOME}*`, { config }, async (request, reply) => {
    void reply.headers(HEADERS)
    const present = await files.files()
    const page = present?.get(INDEX)
    if (!present || !page) throw new ApiError('NotFoundException', NOT_BUILT)
    const path = request.params['*']
    const file = present.get(path) ?? (isPlaceInConsole(path, request) ? page : undefined)
    if (!file) throw new ApiError('NotFoundException', `the console has no file ${path}`)
    return send(file, request, reply)
  })
}

/**
 * Addresses in the console hold names, and names of services have dots: what looks like a file is one only to those who ask for no page. What is named by
 * content is never a place: after an upgrade an old page must learn that its files are gone.
 */
function isPlaceInConsole(path: string, request: FastifyRequest): boolean {
  if (path.startsWith('assets/')) return false
  return wantsPage(request) || !/\.[^/]*$/.test(path)
}

function wantsPage({ headers: { accept = '' } }: FastifyRequest): boolean {
  return accept.includes('text/html')
}

async function send(file: ConsoleFile, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const encoding = chooseEncoding(file, request.headers['accept-encoding'])
  const etag = `"${file.etag}${encoding ? `-${encoding}` : ''}"`
  void reply.headers({
    etag,
    'cache-control': file.immutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
    ...(file.encodings.length > 0 && { vary: 'Accept-Encoding' }),
  })
  if (listsTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
  if (encoding) void reply.header('content-encoding', encoding)
  return reply.type(file.mediaType).send(await file.read(encoding))
}

/** The best that the client takes; what it gives no weight or weight 0 is not taken. */
function chooseEncoding({ encodings }: ConsoleFile, accepted = ''): Encoding | undefined {
  const taken = new Map(
    accepted.split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return [name, weight === undefined || Number(weight.slice(2)) > 0] as const
    }),
  )
  return encodings.find((encoding) => taken.get(encoding) ?? taken.get('*') ?? false)
}

function listsTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
