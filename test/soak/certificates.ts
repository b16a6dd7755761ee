/**
 * The certificate directory of a server, written at random as people and programs would: renewed, issued by another authority, taken away, brought back.
 * It remembers the texts that it wrote, and so knows what every secret holds without asking the server's code.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Issued } from '../../src/certs/authority.js'
import { removeMaterial, saveMaterial } from '../../src/certs/import.js'
import { buildMaterial } from '../../src/certs/material.js'
import { certificateMaterial, makeAuthority, makeLeaf } from '../certs/material.js'
import type { Random } from './random.js'

export const certificateArn = (id: string): string => `arn:aws:acm:us-east-1:123456789012:certificate/${id}`
const authorityArn = (id: string): string => `arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/${id}`

/** For whoever names one. */
export const CERTIFICATES = ['a', 'b', 'c', 'd', 'e', 'f'].map(certificateArn)
export const AUTHORITIES = ['x', 'y', 'z'].map(authorityArn)
/** Nobody's: it is there, and no proxy names it. */
export const STRANGER = certificateArn('stranger')
/** Kept as a directory with a file in it, as cert-manager's are; the others are files. Looks find its changes, events do not. */
const DIRECTORY = AUTHORITIES[0]!

/** What happens to them, and how often. */
const CHANGES = { renew: 50, reissue: 15, authority: 20, away: 15 } as const

interface Held {
  readonly chain: string
  readonly key: string
  readonly leaf: string
  readonly issuer: Issued
}

export class Certificates {
  readonly directory: string
  /** Changes by kind. */
  readonly made = new Map<string, number>()
  readonly #random: Random
  readonly #all: readonly string[]
  readonly #certificates = new Map<string, Held>()
  readonly #authorities = new Map<string, readonly Issued[]>()
  /** ARNs whose files are gone for a while. */
  readonly #away = new Set<string>()

  private constructor(directory: string, random: Random, all: readonly string[]) {
    this.directory = directory
    this.#random = random
    this.#all = all
  }

  /** Beside those for everybody there are those of `owners`, by their names. */
  static async create(random: Random, owners: readonly string[]): Promise<Certificates> {
    const all = [...CERTIFICATES, ...owners.map(certificateArn)]
    const certificates = new Certificates(await mkdtemp(join(tmpdir(), 'meshkeeper-soak-certs-')), random, all)
    const common = await makeAuthority()
    for (const arn of [...all, STRANGER]) await certificates.#issue(arn, common)
    for (const arn of AUTHORITIES) await certificates.#trust(arn, [await makeAuthority()])
    return certificates
  }

  /** One change, whichever. */
  async change(): Promise<void> {
    const kind = this.#random.weighted(CHANGES)
    await this.#change[kind]()
    this.made.set(kind, (this.made.get(kind) ?? 0) + 1)
  }

  /** Another certificate and key of the same authority. */
  renew(): Promise<void> {
    const arn = this.#random.pick(this.#all)
    return this.#issue(arn, this.#certificates.get(arn)!.issuer)
  }

  /** Everything that is away comes back as it was. */
  async restore(): Promise<void> {
    for (const arn of this.#away) await this.#write(arn)
  }

  /**
   * The secret of that name, with everything there: a certificate with its key under its ARN, under `ARN/issuer` the authority that issued it, and the
   * authorities of a list of ARNs. Throws for a name that says none of these. Undefined for who is to have no private `keys`.
   */
  secret(name: string, keys: boolean): object | undefined {
    const held = this.#certificates.get(name)
    if (held && !keys) return undefined
    if (!held) {
      const trusted = name.split(',').map((part) => this.#trustedBy(part))
      return { name, validation_context: { trusted_ca: { inline_bytes: Buffer.from(trusted.join('')) } } }
    }
    const { chain, key } = held
    return {
      name,
      tls_certificate: {
        certificate_chain: { inline_bytes: Buffer.from(chain) },
        private_key: { inline_bytes: Buffer.from(key) },
      },
    }
  }

  discard(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true })
  }

  readonly #change: Record<keyof typeof CHANGES, () => Promise<void>> = {
    renew: () => this.renew(),
    reissue: async () => this.#issue(this.#random.pick(this.#all), await makeAuthority()),
    /** A new authority stands beside the old one for a while, or in its place. */
    authority: async () => {
      const arn = this.#random.pick(AUTHORITIES)
      const old = this.#authorities.get(arn)!.slice(-1)
      await this.#trust(arn, [...(this.#random.chance(0.5) ? old : []), await makeAuthority()])
    },
    away: async () => {
      const arn = this.#random.pick([...this.#all, ...AUTHORITIES].filter((each) => each !== DIRECTORY))
      if (this.#away.has(arn)) return this.#write(arn)
      await removeMaterial(this.directory, arn)
      this.#away.add(arn)
    },
  }

  async #issue(arn: string, issuer: Issued): Promise<void> {
    this.#certificates.set(arn, { ...(await makeLeaf(issuer, 'soak.localhost')), issuer })
    await this.#write(arn)
  }

  async #trust(arn: string, authorities: readonly Issued[]): Promise<void> {
    this.#authorities.set(arn, authorities)
    await this.#write(arn)
  }

  async #write(arn: string): Promise<void> {
    this.#away.delete(arn)
    const held = this.#certificates.get(arn)
    if (held) await saveMaterial(this.directory, certificateMaterial(arn, held))
    else if (arn === DIRECTORY) await this.#writeInDirectory(arn)
    else
      await saveMaterial(
        this.directory,
        buildMaterial(arn, { certificate: { file: arn, content: Buffer.from(this.#trustedBy(arn)) } }),
      )
  }

  async #writeInDirectory(arn: string): Promise<void> {
    const entry = join(this.directory, arn.replaceAll(/[:/]/g, '_'))
    await mkdir(entry, { recursive: true })
    const draft = join(entry, randomUUID())
    await writeFile(draft, this.#trustedBy(arn))
    await rename(draft, join(entry, 'ca.crt'))
  }

  /** PEM of the authorities that a part of a name means. */
  #trustedBy(part: string): string {
    const authorities = this.#authorities.get(part)
    if (authorities) return authorities.map(({ certificate }) => String(certificate)).join('')
    const held = part.endsWith('/issuer') ? this.#certificates.get(part.replace(/\/issuer$/, '')) : undefined
    if (!held) throw new Error(`nobody knows what ${part} would be`)
    return String(held.issuer.certificate)
  }
}
