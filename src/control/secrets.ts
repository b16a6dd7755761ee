/** Secrets of the aggregated stream: what a proxy needs by ARN becomes resources, as far as there is material and its Envoys may have it. */
import { hash } from 'node:crypto'
import { buildResource, encodeMessage } from '../codec/encode.js'
import type { EncodedResource } from '../codec/resource.js'
import type { Problem } from '../model/problem.js'
import type { ProxyRef } from '../translate/proxy.js'
import type { CertificateNeed, SecretNeed, ValidationNeed } from '../translate/secret-need.js'
import { groupByType, typeOf, type Snapshot } from '../xds/snapshot.js'
import { CLUSTER_TYPE, LISTENER_TYPE, ROUTE_TYPE, SECRET_TYPE } from '../xds/types.js'

export interface Unavailable {
  /** Why, for the operator who can mend it. */
  readonly problem: string
}

export interface CertificateMaterial {
  /** PEM, leaf first. */
  readonly chain: string
  readonly privateKey: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }
}

/** Who holds the key material. The same object is given for an ARN until its content changes. */
export interface SecretMaterials {
  certificate(arn: string): CertificateMaterial | Unavailable
  /** PEM of the certificates to trust. */
  authority(arn: string): { readonly chain: string } | Unavailable
  /** Calls `listener` with the ARNs of which something has changed, until the result is called. */
  onChange(listener: (arns: ReadonlySet<string>) => void): () => void
}

/** One proxy, and what it needs beside the resources that translation made. */
export interface SecretsInput {
  readonly ref: ProxyRef
  readonly needs: readonly SecretNeed[]
  /** Whether certificates with their private keys may go to its Envoys. */
  readonly keys: boolean
  /** By type. */
  readonly lists: readonly (readonly EncodedResource[])[]
  /** What its Envoys have now, with the needs that were met for it. */
  readonly previous: Snapshot | undefined
  readonly previousNeeds: readonly SecretNeed[]
}

export interface WithSecrets {
  /** By type. */
  readonly lists: Iterable<readonly EncodedResource[]>
  /** What the resources refer to, whether it is there or not. */
  readonly needs: readonly SecretNeed[]
  readonly problems: readonly Problem[]
  /** ARNs of certificates that are not in it only because this proxy's Envoys may not have keys. */
  readonly withheld: readonly string[]
  /** Names of the clusters that are there, or there in this form, for what stays as it was. */
  readonly keptClusters: readonly string[]
}

export const NO_MATERIALS: SecretMaterials = {
  certificate: (arn) => ({ problem: `there is no directory that could hold ${arn}` }),
  authority: (arn) => ({ problem: `there is no directory that could hold ${arn}` }),
  onChange: () => () => undefined,
}

/** The ARNs that a need is met with. */
export function arnsOf(need: SecretNeed): readonly string[] {
  return need.kind === 'certificate' ? [need.arn] : need.arns
}

/**
 * The resources with the secrets that they need. Listeners and clusters that need one that is missing stay as they are in `previous`, unless they
 * needed it there already, and so do the routes and clusters that these may use. So a certificate that is not there keeps a change from its users
 * and takes nothing from them; everything else goes on. What is new altogether has nothing to stay with: it takes no traffic until the secret comes.
 */
export function addSecrets(input: SecretsInput, materials: SecretMaterials): WithSecrets {
  const { ref, needs, lists, previous, previousNeeds } = input
  if (needs.length === 0 && previousNeeds.length === 0)
    return { lists, needs, problems: [], withheld: [], keptClusters: [] }
  const wanted = resolveNeeds(needs, input.keys, materials)
  const kept = keepOld(lists.flat(), wanted.missing, previous)
  const names = new Set(needs.map(({ name }) => name))
  const oldNeeds = previousNeeds.filter(
    ({ name }) => !names.has(name) && kept.old.some((each) => refersTo(each, [name])),
  )
  const old = resolveNeeds(oldNeeds, input.keys, materials)
  const at = (message: string): Problem => ({ path: `${ref.kind}/${ref.name}`, message })
  return {
    lists: groupByType([...kept.resources, ...kept.gone, ...wanted.secrets, ...old.secrets]).values(),
    needs: [...needs, ...oldNeeds],
    problems: [
      ...[...wanted.problems, ...old.problems].map(at),
      ...kept.old.map(({ name }) => at(`${name} stays as it was until the certificate that it now needs is there`)),
    ],
    withheld: [...wanted.withheld, ...old.withheld],
    keptClusters: [...kept.old, ...kept.gone].flatMap(({ typeUrl, name }) => (typeUrl === CLUSTER_TYPE ? name : [])),
  }
}

interface Resolved {
  readonly secrets: readonly EncodedResource[]
  readonly problems: readonly string[]
  /** Names that there is no secret for. */
  readonly missing: readonly string[]
  readonly withheld: readonly string[]
}

function resolveNeeds(needs: readonly SecretNeed[], keys: boolean, materials: SecretMaterials): Resolved {
  const secrets: EncodedResource[] = []
  const problems: string[] = []
  const missing: string[] = []
  const withheld: string[] = []
  for (const need of needs) {
    const built = need.kind === 'certificate' ? buildCertificate(need, materials) : buildValidation(need, materials)
    if ('problem' in built) problems.push(built.problem)
    else if (need.kind === 'certificate' && !keys) withheld.push(need.arn)
    else {
      secrets.push(built)
      continue
    }
    missing.push(need.name)
  }
  return { secrets, problems, missing, withheld }
}

/** By material, so that its bytes are made once for all proxies and go when the material goes. */
const encoded = new WeakMap<object, Map<string, EncodedResource>>()

function buildCertificate({ name, arn }: CertificateNeed, materials: SecretMaterials): EncodedResource | Unavailable {
  const material = materials.certificate(arn)
  if ('problem' in material) return material
  const known = encoded.get(material)?.get(name)
  if (known) return known
  const { chain, privateKey } = material
  const key = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const secret = {
    name,
    tls_certificate: {
      certificate_chain: { inline_bytes: Buffer.from(chain) },
      private_key: { inline_bytes: key },
    },
  }
  const resource = buildSecret(name, secret, [arn, chain])
  const byName = encoded.get(material) ?? new Map<string, EncodedResource>()
  encoded.set(material, byName.set(name, resource))
  return resource
}

function buildValidation({ name, arns }: ValidationNeed, materials: SecretMaterials): EncodedResource | Unavailable {
  const chains: string[] = []
  for (const arn of arns) {
    const authority = materials.authority(arn)
    if ('problem' in authority) return authority
    chains.push(authority.chain)
  }
  const secret = { name, validation_context: { trusted_ca: { inline_bytes: Buffer.from(chains.join('')) } } }
  return buildSecret(name, secret, [...arns, ...chains])
}

const VERSION_DIGITS = 16

/** The version hashes what is public. That is enough: a certificate holds the public key, and so changes with the private one (ADR 0014). */
function buildSecret(name: string, secret: object, content: readonly string[]): EncodedResource {
  const version = hash('sha256', JSON.stringify(content)).slice(0, VERSION_DIGITS)
  return buildResource({ name, typeUrl: SECRET_TYPE, version, bytes: encodeMessage(SECRET_TYPE, secret, name) })
}

interface Kept {
  readonly resources: readonly EncodedResource[]
  /** Those of them that stay as they were. */
  readonly old: readonly EncodedResource[]
  /** What these may use and would be without. */
  readonly gone: readonly EncodedResource[]
}

function keepOld(next: readonly EncodedResource[], missing: readonly string[], previous: Snapshot | undefined): Kept {
  if (missing.length === 0 || !previous) return { resources: next, old: [], gone: [] }
  const old: EncodedResource[] = []
  const resources = next.map((resource) => {
    if (resource.typeUrl !== LISTENER_TYPE && resource.typeUrl !== CLUSTER_TYPE) return resource
    const before = previous.types.get(resource.typeUrl)?.resources.get(resource.name)
    if (!before || !refersTo(resource, missing) || refersTo(before, missing)) return resource
    old.push(before)
    return before
  })
  return old.length > 0 ? { resources, old, gone: listGone(previous, next) } : { resources: next, old, gone: [] }
}

/**
 * The names of secrets stand in the bytes as they are, however deep, each behind its length: so the name of a certificate is not found in that of its
 * issuer, which begins with it.
 */
function refersTo({ bytes }: EncodedResource, names: readonly string[]): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return names.some((name) => buffer.includes(withLength(name)))
}

/** A string as protobuf writes it behind its tag. */
function withLength(text: string): Buffer {
  const content = Buffer.from(text)
  const length: number[] = []
  let rest = content.length
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80)
  return Buffer.concat([Buffer.from([...length, rest]), content])
}

/** The routes and clusters that `previous` has beyond `next`: what stays may use them. */
function listGone(previous: Snapshot, next: readonly EncodedResource[]): EncodedResource[] {
  const present = new Set(next.map(({ typeUrl, name }) => `${typeUrl} ${name}`))
  return [CLUSTER_TYPE, ROUTE_TYPE].flatMap((typeUrl) =>
    [...typeOf(previous, typeUrl).resources.values()].filter(({ name }) => !present.has(`${typeUrl} ${name}`)),
  )
}
