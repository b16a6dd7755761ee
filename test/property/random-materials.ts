/** The key material that random TLS names, which may be away for a while. */
import { generateKeyPairSync } from 'node:crypto'
import type { CertificateMaterial, SecretMaterials, Unavailable } from '../../src/control/secrets.js'
import { AUTHORITY_ARNS, CERTIFICATE_ARNS } from './tls-arbitrary.js'

/** Every ARN that random TLS names. */
export const MATERIAL_ARNS: readonly string[] = [...CERTIFICATE_ARNS, ...AUTHORITY_ARNS]

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

export class RandomMaterials implements SecretMaterials {
  readonly #all = new Map<string, CertificateMaterial>(
    MATERIAL_ARNS.map((arn) => [arn, { chain: `chain of ${arn}\n`, privateKey }]),
  )
  readonly #away = new Set<string>()
  readonly #listeners = new Set<(arns: ReadonlySet<string>) => void>()

  certificate(arn: string): CertificateMaterial | Unavailable {
    return this.#find(arn)
  }

  authority(arn: string): { readonly chain: string } | Unavailable {
    return this.#find(arn)
  }

  onChange(listener: (arns: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** It goes if it is there, and comes if it is away. */
  toggle(arn: string): void {
    if (!this.#away.delete(arn)) this.#away.add(arn)
    this.#tell(new Set([arn]))
  }

  /** Whatever is away comes back. */
  restore(): void {
    const back = new Set(this.#away)
    this.#away.clear()
    if (back.size > 0) this.#tell(back)
  }

  #find(arn: string): CertificateMaterial | Unavailable {
    const material = this.#away.has(arn) ? undefined : this.#all.get(arn)
    return material ?? { problem: `there is no ${arn}` }
  }

  #tell(arns: ReadonlySet<string>): void {
    for (const listener of this.#listeners) listener(arns)
  }
}
