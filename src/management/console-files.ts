/** The files of the built console: what there is on disk, as it is after each build. Nothing but these can be asked for. */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'

export interface ConsoleFile {
  readonly mediaType: string
  /** Of the content; the encoding is added to it. */
  readonly etag: string
  /** Its name tells its content, so that it never changes. */
  readonly immutable: boolean
  /** The encodings that it is there in beside its own, the better ones first. */
  readonly encodings: readonly Encoding[]
  read(encoding?: Encoding): Promise<Buffer>
}

/** Made at build time (vite.config.ts). */
const SUFFIXES = { br: '.br', gzip: '.gz' } as const

export type Encoding = keyof typeof SUFFIXES

const ENCODINGS = Object.keys(SUFFIXES) as Encoding[]

export const INDEX = 'index.html'
/** Vite puts there what it names by content. */
const HASHED = 'assets/'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

type Files = ReadonlyMap<string, ConsoleFile>

export class ConsoleFiles {
  readonly #root: string
  #listed: { readonly builtAt: number; readonly files: Promise<Files> } | undefined

  /** `root` may be absent, and may be built anew meanwhile. */
  constructor(root: string) {
    this.#root = root
  }

  /** By path below the root, with slashes. Undefined while the console is not built, or being built. */
  async files(): Promise<Files | undefined> {
    try {
      const { mtimeMs: builtAt } = await stat(join(this.#root, INDEX))
      if (this.#listed?.builtAt !== builtAt) this.#listed = { builtAt, files: this.#list() }
      return await this.#listed.files
    } catch {
      this.#listed = undefined
      return undefined
    }
  }

  async #list(): Promise<Files> {
    const entries = await readdir(this.#root, { recursive: true, withFileTypes: true })
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(this.#root.length + 1)
          .replaceAll('\\', '/'),
      )
    const present = new Set(paths)
    const isCompressed = (path: string): boolean =>
      Object.values(SUFFIXES).some((suffix) => path.endsWith(suffix) && present.has(path.slice(0, -suffix.length)))
    const own = paths.filter((path) => !isCompressed(path))
    return new Map(await Promise.all(own.map(async (path) => [path, await this.#open(path, present)] as const)))
  }

  async #open(path: string, present: ReadonlySet<string>): Promise<ConsoleFile> {
    const content = await readFile(join(this.#root, path))
    return {
      mediaType: MEDIA_TYPES[extname(path)] ?? 'application/octet-stream',
      etag: createHash('sha256').update(content).digest('base64url').slice(0, 22),
      immutable: path.startsWith(HASHED),
      encodings: ENCODINGS.filter((encoding) => present.has(path + SUFFIXES[encoding])),
      read: (encoding) => readFile(join(this.#root, encoding ? path + SUFFIXES[encoding] : path)),
    }
  }
}
