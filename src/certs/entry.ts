/** What a certificate directory holds for one ARN: one PEM file, or a directory with the files that cert-manager and Kubernetes write. */
import type { BigIntStats } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { formatEntryName, kindOf, looksLikeEntry, parseEntryName, type MaterialKind } from './arn.js'
import { CertificateError } from './certificate-error.js'
import { buildMaterial, type Material, type MaterialFiles } from './material.js'
import type { PemFile } from './pem.js'

/** Where the material of an ARN is. */
export interface Entry {
  readonly arn: string
  /** Of the file, or of the directory. */
  readonly path: string
  readonly isDirectory: boolean
}

export interface Listing {
  /** By ARN: the one that counts. */
  readonly entries: ReadonlyMap<string, Entry>
  /** Names that were meant as entries and are none, with the reason. */
  readonly strays: readonly string[]
}

const ENDING = '.pem'

/** The entries of a directory. Throws the system's error. */
export async function listEntries(directory: string): Promise<Listing> {
  const entries = new Map<string, Entry>()
  const strays: string[] = []
  // In name order, so that of a file and a directory for one ARN always the same one counts.
  for (const name of (await readdir(directory)).sort()) {
    if (!looksLikeEntry(name) || name.endsWith('.tmp')) continue
    const arn = parseEntryName(name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : name)
    const path = join(directory, name)
    if (arn === undefined) strays.push(`${path}: no ARN is written like this`)
    else if (entries.has(arn)) strays.push(`${path}: ${entries.get(arn)?.path ?? ''} counts for ${arn}`)
    else entries.set(arn, { arn, path, isDirectory: !name.endsWith(ENDING) })
  }
  return { entries, strays }
}

/** Where `arn` is written to. */
export function entryPath(directory: string, arn: string): string {
  return join(directory, formatEntryName(arn) + ENDING)
}

const FILES: Record<MaterialKind, { readonly certificate: string; readonly privateKey?: string }> = {
  certificate: { certificate: 'tls.crt', privateKey: 'tls.key' },
  authority: { certificate: 'ca.crt' },
}

/** The files of an entry, by their part. */
function filesOf({ arn, path, isDirectory }: Entry): { readonly certificate: string; readonly privateKey?: string } {
  if (!isDirectory) return { certificate: path }
  const { certificate, privateKey } = FILES[kindOf(arn) ?? 'certificate']
  return {
    certificate: join(path, certificate),
    ...(privateKey !== undefined && { privateKey: join(path, privateKey) }),
  }
}

export interface EntryState {
  /** Differs whenever any of the files was replaced or changed. */
  readonly fingerprint: string
  /** The files were changed so lately that another change may leave no trace in their times. */
  readonly fresh: boolean
  /** Files with a key that others than their owner may read. */
  readonly exposed: readonly string[]
}

/** Times of files have the resolution of a clock tick, and clocks differ a little. */
const FRESH_MS = 1500

/** What the names lead to, through all links. */
export async function inspectEntry(entry: Entry, now: number): Promise<EntryState> {
  const { certificate, privateKey } = filesOf(entry)
  const paths = privateKey === undefined ? [certificate] : [certificate, privateKey]
  const states = await Promise.all(paths.map((path) => stat(path, { bigint: true }).catch(() => undefined)))
  const holdsKey = kindOf(entry.arn) === 'certificate'
  const exposed = holdsKey && (states.at(-1)?.mode ?? 0n) & 0o077n ? paths.slice(-1) : []
  return {
    fingerprint: states.map(formatState).join(' '),
    fresh: states.some((state) => state !== undefined && Math.abs(now - Number(state.ctimeMs)) < FRESH_MS),
    exposed,
  }
}

function formatState(state: BigIntStats | undefined): string {
  return state ? [state.ino, state.size, state.mtimeNs, state.ctimeNs].join(',') : 'absent'
}

/** Reads and checks the material of an entry. Throws CertificateError. */
export async function readEntry(entry: Entry): Promise<Material> {
  const { certificate, privateKey } = filesOf(entry)
  const files: MaterialFiles = {
    certificate: await readOrdinaryFile(certificate),
    ...(privateKey !== undefined && { privateKey: await readOrdinaryFile(privateKey) }),
  }
  return buildMaterial(entry.arn, files)
}

/** A pipe would be waited for without end, and with it every other entry. Links are followed. */
async function readOrdinaryFile(file: string): Promise<PemFile> {
  const state = await stat(file).catch(() => undefined)
  if (state && !state.isFile() && !state.isDirectory()) throw new CertificateError(`${file} is not an ordinary file`)
  return readPemFile(file)
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
}

/** No key or chain is anywhere near as large. */
const MAX_BYTES = 1024 * 1024

/** Throws CertificateError. */
export async function readPemFile(file: string): Promise<PemFile> {
  try {
    if ((await stat(file)).size > MAX_BYTES) throw new CertificateError(`${file} is too large for PEM: over 1 MiB`)
    return { file, content: await readFile(file) }
  } catch (cause) {
    if (cause instanceof CertificateError) throw cause
    throw new CertificateError(`cannot read ${file}: ${reasonOf(cause)}`, { cause })
  }
}

export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error))
}
