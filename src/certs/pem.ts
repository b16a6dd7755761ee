/** PEM text taken apart: certificates and private keys, and a plain word about everything else that people have in such files. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { CertificateError } from './certificate-error.js'

/** What a file is called in messages, and its content. */
export interface PemFile {
  readonly file: string
  readonly content: Buffer
}

export interface PemContents {
  readonly certificates: readonly X509Certificate[]
  readonly keys: readonly KeyObject[]
}

const BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/g
const CERTIFICATE_LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE']
const KEY_LABELS: readonly string[] = ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY']
/** openssl ecparam writes the curve before the key, which names it too. */
const HARMLESS_LABELS: readonly string[] = ['EC PARAMETERS', 'DH PARAMETERS']
const REFUSED_LABELS: Readonly<Record<string, string>> = {
  'ENCRYPTED PRIVATE KEY': 'the private key is encrypted: decrypt it first (openssl pkey -in FILE -out PLAIN-FILE)',
  'TRUSTED CERTIFICATE': "it is in OpenSSL's own format: convert it (openssl x509 -in FILE -out PEM-FILE)",
  'OPENSSH PRIVATE KEY': 'it is a key of SSH: convert it (ssh-keygen -p -m PEM -f FILE)',
  PKCS7: 'it is PKCS #7: convert it (openssl pkcs7 -print_certs -in FILE -out PEM-FILE)',
  'CERTIFICATE REQUEST': 'it is a signing request, not a certificate',
  'PUBLIC KEY': 'it is a public key, not a certificate',
}

/** Every certificate and key in a file, in their order. Throws CertificateError. */
export function parsePem({ file, content }: PemFile): PemContents {
  const blocks = splitBlocks(file, content.toString('latin1'))
  if (blocks.length === 0) throw new CertificateError(`${file} ${describeForeign(content)}`)
  const certificates: X509Certificate[] = []
  const keys: KeyObject[] = []
  for (const { block, label, body } of blocks) {
    if (CERTIFICATE_LABELS.includes(label)) certificates.push(parseCertificate(file, block, certificates.length + 1))
    else if (KEY_LABELS.includes(label)) keys.push(parseKey(file, block, body))
    else if (!HARMLESS_LABELS.includes(label))
      throw new CertificateError(`${file}: ${REFUSED_LABELS[label] ?? `nothing is known about a PEM block "${label}"`}`)
  }
  return { certificates, keys }
}

interface Block {
  readonly block: string
  readonly label: string
  readonly body: string
}

/** Goes over the text once, whatever stands in it. */
function splitBlocks(file: string, text: string): Block[] {
  const blocks: Block[] = []
  const begin = new RegExp(BEGIN)
  for (let match = begin.exec(text); match; match = begin.exec(text)) {
    const [, label = ''] = match
    const end = `-----END ${label}-----`
    const bodyEnd = text.indexOf(end, begin.lastIndex)
    if (bodyEnd < 0) throw new CertificateError(`${file} ends in the middle of a PEM block`)
    const body = text.slice(begin.lastIndex, bodyEnd)
    begin.lastIndex = bodyEnd + end.length
    blocks.push({ block: text.slice(match.index, begin.lastIndex), label, body })
  }
  return blocks
}

function parseCertificate(file: string, block: string, number: number): X509Certificate {
  try {
    return new X509Certificate(block.replaceAll('X509 CERTIFICATE', 'CERTIFICATE'))
  } catch (cause) {
    throw new CertificateError(`${file}: certificate ${number} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

function parseKey(file: string, block: string, body: string): KeyObject {
  if (/^Proc-Type:.*ENCRYPTED/m.test(body))
    throw new CertificateError(`${file}: ${REFUSED_LABELS['ENCRYPTED PRIVATE KEY']}`)
  try {
    return createPrivateKey(block)
  } catch (cause) {
    // No cause: whatever a library says of a key stays here.
    throw new CertificateError(`${file}: the private key cannot be read: ${codeOf(cause)}`)
  }
}

/** DER of certificates, keys and PKCS #12 alike begins with a SEQUENCE. */
function describeForeign(content: Buffer): string {
  if (content.length === 0) return 'is empty'
  if (content[0] === 0x30)
    return 'is not PEM but DER or PKCS #12: convert it (openssl x509 -inform der -in FILE -out PEM-FILE, or openssl pkcs12 -nodes -in FILE -out PEM-FILE)'
  return 'is not PEM: it holds no -----BEGIN …----- block'
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'it is damaged'
}
