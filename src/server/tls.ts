/** Certificates from files, read again when they change: cert-manager, SPIRE and `kubectl` replace them while the server runs. */
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { CertificateError } from '../certs/certificate-error.js'
import { checkAuthorities } from '../certs/chain.js'
import { parsePem } from '../certs/pem.js'

export interface TlsFiles {
  /** PEM: the certificate and its chain. */
  readonly cert: string
  /** PEM. */
  readonly key: string
  /** PEM: the authorities that clients' certificates are verified against. */
  readonly clientCa?: string
}

/** What the files hold, checked to belong together. */
export interface TlsPair {
  readonly cert: Buffer
  readonly key: Buffer
  /** As node:tls calls it. */
  readonly ca?: Buffer
}

export class TlsError extends Error {
  override readonly name = 'TlsError'
}

/** Reads and checks a pair. Throws TlsError with the file or the reason. */
export async function readTlsPair(files: TlsFiles): Promise<TlsPair> {
  const [cert, key] = [await readPem(files.cert), await readPem(files.key)]
  const ca = files.clientCa === undefined ? {} : { ca: await readAuthorities(files.clientCa) }
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TlsError(`the certificate ${files.cert} and the key ${files.key} cannot be used: ${reason}`, { cause })
  }
  return { cert, key, ...ca }
}

/** Node overlooks what it cannot read in a list of authorities, and then nobody is known. */
async function readAuthorities(file: string): Promise<Buffer> {
  const content = await readPem(file)
  try {
    const { certificates } = parsePem({ file, content })
    if (certificates.length === 0) throw new CertificateError(`${file} holds no certificate`)
    checkAuthorities(certificates, file)
  } catch (cause) {
    throw new TlsError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
  return content
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new TlsError(`cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

export interface TlsWatcherOptions {
  readonly files: TlsFiles
  readonly onPair: (pair: TlsPair) => void
  /** Called once for each broken state of the files; the pair before it stays in use. */
  readonly onBroken: (error: TlsError) => void
  /** Between looks at the files, in milliseconds. */
  readonly intervalMs?: number
}

const INTERVAL_MS = 2000

/**
 * Follows a pair of files. Looks at what their names lead to (size, time, inode) rather than waiting for events of the file system: those miss
 * Kubernetes' swap of a directory link, and network file systems.
 */
export class TlsWatcher {
  readonly #options: TlsWatcherOptions
  #seen = ''
  #timer: NodeJS.Timeout | undefined

  constructor(options: TlsWatcherOptions) {
    this.#options = options
  }

  /** Reads the pair, and starts to follow it. Throws TlsError. */
  async start(): Promise<TlsPair> {
    const { files, intervalMs = INTERVAL_MS } = this.#options
    this.#seen = await fingerprint(files)
    const pair = await readTlsPair(files)
    this.#timer = setInterval(() => void this.check(), intervalMs).unref()
    return pair
  }

  /** Looks once, now. */
  async check(): Promise<void> {
    const { files, onPair, onBroken } = this.#options
    const seen = await fingerprint(files)
    if (seen === this.#seen) return
    this.#seen = seen
    try {
      onPair(await readTlsPair(files))
    } catch (error) {
      onBroken(error instanceof TlsError ? error : new TlsError('the pair cannot be used', { cause: error }))
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

async function fingerprint({ cert, key, clientCa }: TlsFiles): Promise<string> {
  return `${await fileState(cert)} ${await fileState(key)} ${clientCa === undefined ? '' : await fileState(clientCa)}`
}

async function fileState(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true })
    return [ino, size, mtimeNs, ctimeNs].join(',')
  } catch {
    return 'absent'
  }
}
