/** The certificates of the TLS tests as files that every pod's Envoy reads: good ones and bad ones. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Authority, type Issue, type KeyPair } from './certificates.js'

export interface FileNames {
  readonly certificateChain: string
  readonly privateKey: string
}

/** A directory of certificates of two authorities: the one that everybody trusts, and one that nobody does. */
export class TlsFiles {
  readonly #directory: string
  readonly authority: Authority
  readonly stranger: Authority

  private constructor(directory: string, authority: Authority, stranger: Authority) {
    this.#directory = directory
    this.authority = authority
    this.stranger = stranger
  }

  static async create(parent: string): Promise<TlsFiles> {
    const directory = join(parent, 'tls')
    await mkdir(directory)
    const files = new TlsFiles(directory, await Authority.create('Mesh CA'), await Authority.create('Unknown CA'))
    await writeFile(files.trusted, files.authority.certificate)
    return files
  }

  /** The file with the authority that everybody trusts. */
  get trusted(): string {
    return join(this.#directory, 'ca.pem')
  }

  /** Issues a certificate and writes it down; a second time under one name replaces it. */
  async issue(name: string, issue: Issue & { readonly unknown?: boolean } = {}): Promise<KeyPair> {
    const pair = await (issue.unknown ? this.stranger : this.authority).issue(issue)
    const { certificateChain, privateKey } = this.names(name)
    await writeFile(certificateChain, pair.certificate)
    await writeFile(privateKey, pair.privateKey)
    return pair
  }

  names(name: string): FileNames {
    return {
      certificateChain: join(this.#directory, `${name}.pem`),
      privateKey: join(this.#directory, `${name}.key`),
    }
  }
}
