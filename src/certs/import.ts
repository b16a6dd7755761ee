/** Changes of a certificate directory, by people. A server that follows it takes them up as they come. */
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EXPECTED_ARN, kindOf } from './arn.js'
import { CertificateError } from './certificate-error.js'
import {
  entryPath,
  inspectEntry,
  listEntries,
  readEntry,
  readPemFile,
  reasonOf,
  type Entry,
  type Listing,
} from './entry.js'
import { buildMaterial, expiryOf, formatMaterial, warningsOf, type Material } from './material.js'
import { makeSecretDirectory, syncDirectory, writeSecretFile } from './secure-file.js'

export interface ImportOptions {
  readonly directory: string
  readonly arn: string
  /** PEM files. */
  readonly certificate: string
  readonly chain?: string
  readonly privateKey?: string
}

export interface Imported {
  readonly path: string
  readonly warnings: readonly string[]
}

/** Checks the files and puts them into the directory, in the place of what was there for that ARN. Throws CertificateError. */
export async function importFiles({
  directory,
  arn,
  certificate,
  chain,
  privateKey,
}: ImportOptions): Promise<Imported> {
  checkArn(arn)
  return saveMaterial(
    directory,
    buildMaterial(arn, {
      certificate: await readPemFile(certificate),
      ...(chain !== undefined && { chain: await readPemFile(chain) }),
      ...(privateKey !== undefined && { privateKey: await readPemFile(privateKey) }),
    }),
  )
}

/** One file holds all of it, so that certificate and key change at once. Throws CertificateError. */
export async function saveMaterial(directory: string, material: Material): Promise<Imported> {
  const path = entryPath(directory, material.arn)
  const other = (await findEntry(directory, material.arn))?.path
  if (other !== undefined && other !== path)
    throw new CertificateError(`${other} holds ${material.arn} and is not written by meshkeeper: remove it first`)
  try {
    await makeSecretDirectory(directory)
    await writeSecretFile(path, formatMaterial(material))
  } catch (cause) {
    throw new CertificateError(`cannot write ${path}: ${reasonOf(cause)}`, { cause })
  }
  return { path, warnings: warningsOf(material, Date.now()) }
}

/** Removes what there is for an ARN. Throws CertificateError when there is nothing. */
export async function removeMaterial(directory: string, arn: string): Promise<string> {
  checkArn(arn)
  const entry = await findEntry(directory, arn)
  if (!entry) throw new CertificateError(`there is nothing for ${arn} in ${directory}`)
  if (entry.isDirectory)
    throw new CertificateError(`${entry.path} is a directory that somebody else keeps: remove it yourself`)
  try {
    await rm(entry.path)
    await syncDirectory(dirname(entry.path))
  } catch (cause) {
    throw new CertificateError(`cannot remove ${entry.path}: ${reasonOf(cause)}`, { cause })
  }
  return entry.path
}

/** One entry of a directory, for people. */
export interface Described {
  readonly arn: string
  readonly path: string
  readonly material?: Material
  /** Milliseconds since the epoch. */
  readonly expires?: number
  readonly warnings: readonly string[]
  /** Why it cannot be used. */
  readonly problem?: string
}

/** Everything in a directory, by ARN. Throws CertificateError when it cannot be read; one that is not there is empty. */
export async function describeEntries(directory: string): Promise<Described[]> {
  const { entries, strays } = await list(directory)
  const described = await Promise.all([...entries.values()].map(describeEntry))
  const others = strays.map((problem) => ({ arn: '-', path: directory, warnings: [], problem }))
  return [...described.sort((a, b) => (a.arn < b.arn ? -1 : 1)), ...others]
}

async function describeEntry(entry: Entry): Promise<Described> {
  const { arn, path } = entry
  try {
    const material = await readEntry(entry)
    const { exposed } = await inspectEntry(entry, Date.now())
    const readable = exposed.map((file) => `others than the owner of ${file} may read its private key (chmod 600)`)
    const warnings = [...warningsOf(material, Date.now()), ...readable]
    return { arn, path, material, expires: expiryOf(material), warnings }
  } catch (error) {
    return { arn, path, warnings: [], problem: reasonOf(error) }
  }
}

async function findEntry(directory: string, arn: string): Promise<Entry | undefined> {
  return (await list(directory)).entries.get(arn)
}

async function list(directory: string): Promise<Listing> {
  try {
    return await listEntries(directory)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { entries: new Map(), strays: [] }
    throw new CertificateError(`cannot read ${directory}: ${reasonOf(cause)}`, { cause })
  }
}

function checkArn(arn: string): void {
  if (!kindOf(arn)) throw new CertificateError(`${JSON.stringify(arn)} names no certificate: ${EXPECTED_ARN}`)
}
