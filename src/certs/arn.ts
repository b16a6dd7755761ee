/** ARNs of ACM certificates and of ACM Private CA authorities, and the names of their files. */

import { partitionOf } from '../model/arn.js'

/** Where they are unless somebody says otherwise: in the working directory, as the store is. */
export const DEFAULT_DIRECTORY = './meshkeeper-certs'

export type MaterialKind = 'certificate' | 'authority'

interface Service {
  readonly kind: MaterialKind
  readonly service: 'acm' | 'acm-pca'
  readonly resource: 'certificate' | 'certificate-authority'
}

const SERVICES: readonly Service[] = [
  { kind: 'certificate', service: 'acm', resource: 'certificate' },
  { kind: 'authority', service: 'acm-pca', resource: 'certificate-authority' },
]

/** Colons and slashes of an ARN are underscores in file names: Kubernetes takes neither in the keys of a Secret. No part but the last may have one. */
const SEPARATORS = /[:/]/g
const PARTS =
  '(aws(?:-[a-z]+)*)SEP(acm|acm-pca)SEP([a-z0-9-]+)SEP(\\d{12})SEP(certificate|certificate-authority)END(.+)'
const ARN = new RegExp(`^arn:${PARTS.replaceAll('SEP', ':').replace('END', '/')}$`)
const NAME = new RegExp(`^arn_${PARTS.replaceAll(/SEP|END/g, '_')}$`)
const ID = /^[A-Za-z0-9-][A-Za-z0-9_-]{0,127}$/

/** What an ARN names; undefined when it names neither a certificate nor an authority. */
export function kindOf(arn: string): MaterialKind | undefined {
  const [, , service, , , resource, id = ''] = ARN.exec(arn) ?? []
  return ID.test(id) ? SERVICES.find((each) => each.service === service && each.resource === resource)?.kind : undefined
}

/** The name of the file or directory that holds the material of `arn`, less its ending. */
export function formatEntryName(arn: string): string {
  return arn.replaceAll(SEPARATORS, '_')
}

/** The ARN that a name stands for; undefined when it is none of ours. */
export function parseEntryName(name: string): string | undefined {
  const [, partition, service, region, account, resource, id] = NAME.exec(name) ?? []
  const arn = `arn:${partition}:${service}:${region}:${account}:${resource}/${id}`
  return kindOf(arn) === undefined ? undefined : arn
}

/** True for a name that somebody meant as one of ours. */
export function looksLikeEntry(name: string): boolean {
  return name.startsWith('arn_') || name.startsWith('arn:')
}

/** A new ARN for material that AWS has never heard of. `id` is a UUID. */
export function formatMaterialArn(kind: MaterialKind, place: { region: string; account: string; id: string }): string {
  const { service, resource } = SERVICES.find((each) => each.kind === kind) ?? { service: '', resource: '' }
  return `arn:${partitionOf(place.region)}:${service}:${place.region}:${place.account}:${resource}/${place.id}`
}

export const EXPECTED_ARN =
  'give arn:aws:acm:REGION:ACCOUNT:certificate/ID or arn:aws:acm-pca:REGION:ACCOUNT:certificate-authority/ID'
