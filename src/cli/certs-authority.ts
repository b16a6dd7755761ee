/** `meshkeeper certs create-ca` and `certs issue`: for people who have no certificate authority. */
import { randomUUID } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { formatMaterialArn, kindOf, type MaterialKind } from '../certs/arn.js'
import { CertificateError } from '../certs/certificate-error.js'
import type { Issued } from '../certs/authority.js'
import { readPemFile } from '../certs/entry.js'
import { saveMaterial } from '../certs/import.js'
import { buildMaterial } from '../certs/material.js'
import { parsePem } from '../certs/pem.js'
import { makeSecretDirectory, writeSecretFile } from '../certs/secure-file.js'
import { formatNodeId, parseNodeId } from '../model/node-id.js'
import { directoryOption, explain, report, resolveDirectory, type CertsIo } from './certs-io.js'

interface CreateFlags {
  readonly certs?: string
  readonly ca?: string
  readonly name: string
  readonly days: number
  readonly arn?: string
}

interface IssueFlags {
  readonly certs?: string
  readonly ca?: string
  readonly name: readonly string[]
  readonly node: readonly string[]
  readonly days: number
  readonly arn?: string
  readonly output?: string
}

const CA_DAYS = 3650
const LEAF_DAYS = 397

export function authorityCommands(io: CertsIo): Command[] {
  const create = authorityOption(new Command('create-ca'))
    .description('make a private certificate authority, and put its certificate under an ACM Private CA ARN')
    .option('--name <NAME>', 'common name of its certificate', 'meshkeeper private CA')
    .option('--days <DAYS>', 'how long it is valid', parseDays, CA_DAYS)
    .option('--arn <ARN>', 'of an ACM Private CA authority; a new one unless given')
    .action((flags: CreateFlags) => explain(() => createCa(io, flags)))
  const issue = authorityOption(new Command('issue'))
    .description('issue a certificate: under an ACM ARN for the listeners of a mesh, or as files for anything else')
    .option('--name <NAME>', 'DNS name, address or URI that it is for; may be repeated', collect, [])
    .option('--node <NODE>', 'client certificate of an Envoy, by its node id: mesh/MESH/virtualNode/NAME', collect, [])
    .option('--days <DAYS>', 'how long it is valid, at most as long as the authority', parseDays, LEAF_DAYS)
    .option('--arn <ARN>', 'of an ACM certificate; a new one unless given')
    .option('-o, --output <DIR>', 'write tls.crt, tls.key and ca.crt here, and nothing to the certificate directory')
    .action((flags: IssueFlags) => explain(() => issueLeaf(io, flags)))
  return [create, issue]
}

function authorityOption(command: Command): Command {
  return directoryOption(command).option(
    '--ca <DIR>',
    'where the authority keeps its own key and certificate (default: authority in the certificate directory)',
  )
}

async function createCa(io: CertsIo, flags: CreateFlags): Promise<void> {
  const directory = resolveDirectory(io, flags)
  const { certificateFile, keyFile, path } = filesOf(io, flags)
  const arn = resolveArn(io, 'authority', flags.arn)
  if (await exists(keyFile)) throw new CertificateError(`${keyFile} is there already: an authority is not overwritten`)
  const { createAuthority, formatKey } = await import('../certs/authority.js')
  const { certificate, privateKey } = await createAuthority(flags)
  const pem = { file: certificateFile, content: Buffer.from(String(certificate)) }
  const material = buildMaterial(arn, { certificate: pem })
  await makeSecretDirectory(directory)
  await makeSecretDirectory(path)
  await writeSecretFile(keyFile, formatKey(privateKey))
  await writeSecretFile(certificateFile, String(certificate), 0o644)
  report(io, arn, await saveMaterial(directory, material))
  io.stdout(`the authority is in ${path}: keep ${keyFile} secret, give ${certificateFile} to --xds-client-ca\n`)
}

async function issueLeaf(io: CertsIo, flags: IssueFlags): Promise<void> {
  const names = [...flags.name, ...flags.node.map(nodeUri)]
  if (names.length === 0) throw new CertificateError('say whom the certificate is for: --name NAME or --node NODE')
  if (flags.node.length > 0 && flags.output === undefined)
    throw new CertificateError('--output DIR is needed beside --node: an Envoy shows its client certificate from files')
  if (flags.arn !== undefined && flags.output !== undefined)
    throw new CertificateError('give --arn or --output, not both')
  const authority = await readAuthority(io, flags)
  const { issueCertificate, formatKey } = await import('../certs/authority.js')
  const { certificate, privateKey } = await issueCertificate(authority, { names, days: flags.days })
  const [chain, key] = [String(certificate) + String(authority.certificate), formatKey(privateKey)]
  if (flags.output !== undefined) return writeFiles(io, flags.output, { chain, key, ca: String(authority.certificate) })
  const arn = resolveArn(io, 'certificate', flags.arn)
  const pem = { file: 'the new certificate', content: Buffer.from(chain + key) }
  report(io, arn, await saveMaterial(resolveDirectory(io, flags), buildMaterial(arn, { certificate: pem })))
}

async function writeFiles(
  { stdout }: CertsIo,
  directory: string,
  { chain, key, ca }: { chain: string; key: string; ca: string },
): Promise<void> {
  await makeSecretDirectory(directory)
  // The key first: a certificate without its key helps nobody, and a new key is only used with a new certificate.
  await writeSecretFile(join(directory, 'tls.key'), key)
  await writeSecretFile(join(directory, 'tls.crt'), chain, 0o644)
  await writeSecretFile(join(directory, 'ca.crt'), ca, 0o644)
  stdout(`wrote tls.crt, tls.key and ca.crt to ${directory}\n`)
}

/** The name that proves to be a node (docs/operations.md): a SPIFFE id whose path is the node id. */
function nodeUri(text: string): string {
  const id = parseNodeId(text)
  if ('problem' in id) throw new CertificateError(id.problem)
  return `spiffe://meshkeeper/${formatNodeId(id).split('/').map(encodeURIComponent).join('/')}`
}

async function readAuthority(io: CertsIo, flags: { certs?: string; ca?: string }): Promise<Issued> {
  const { certificateFile, keyFile, path } = filesOf(io, flags)
  if (!(await exists(keyFile)))
    throw new CertificateError(`there is no certificate authority in ${path}: make one with meshkeeper certs create-ca`)
  const [certificate] = parsePem(await readPemFile(certificateFile)).certificates
  const [privateKey] = parsePem(await readPemFile(keyFile)).keys
  if (!certificate || !privateKey || !certificate.checkPrivateKey(privateKey))
    throw new CertificateError(`${certificateFile} and ${keyFile} do not belong together`)
  return { certificate, privateKey }
}

function filesOf(io: CertsIo, flags: { certs?: string; ca?: string }) {
  const path = flags.ca ?? join(resolveDirectory(io, flags), 'authority')
  return { path, certificateFile: join(path, 'ca.pem'), keyFile: join(path, 'ca-key.pem') }
}

function resolveArn({ environment }: CertsIo, kind: MaterialKind, given: string | undefined): string {
  const region = environment['MESHKEEPER_REGION'] || 'us-east-1'
  const account = environment['MESHKEEPER_ACCOUNT'] || '000000000000'
  const arn = given ?? formatMaterialArn(kind, { region, account, id: randomUUID() })
  const [noun, form] = EXPECTED[kind]
  if (kindOf(arn) !== kind) throw new CertificateError(`${JSON.stringify(arn)} is not the ARN of ${noun}: ${form}`)
  return arn
}

const EXPECTED: Record<MaterialKind, readonly [string, string]> = {
  certificate: ['an ACM certificate', 'give arn:aws:acm:REGION:ACCOUNT:certificate/ID'],
  authority: ['an ACM Private CA authority', 'give arn:aws:acm-pca:REGION:ACCOUNT:certificate-authority/ID'],
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}

function parseDays(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) === 0) throw new InvalidArgumentError('give a number of days such as 90.')
  return Number(text)
}
