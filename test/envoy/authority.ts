/** A certificate authority of a test's own, made with the openssl command line. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
}

export class Authority {
  readonly #directory: string
  readonly caFile: string
  readonly #keyFile: string

  private constructor(directory: string) {
    this.#directory = directory
    this.caFile = join(directory, 'ca.pem')
    this.#keyFile = join(directory, 'ca.key')
  }

  /** A new authority, valid for a day, that keeps its files in `directory`. */
  static async create(directory: string): Promise<Authority> {
    const authority = new Authority(directory)
    await authority.#request(authority.caFile, authority.#keyFile, 'meshkeeper test CA', [
      ...['-addext', 'basicConstraints=critical,CA:TRUE'],
      ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    ])
    return authority
  }

  /** A certificate for `names`, each `DNS:…` or `IP:…`, good for servers and clients. */
  async issue(file: string, names: readonly string[]): Promise<Certificate> {
    const certFile = join(this.#directory, `${file}.pem`)
    const keyFile = join(this.#directory, `${file}.key`)
    await this.#request(certFile, keyFile, file, [
      ...['-CA', this.caFile, '-CAkey', this.#keyFile],
      ...['-addext', `subjectAltName=${names.join(',')}`],
      ...['-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-addext', 'extendedKeyUsage=serverAuth,clientAuth'],
    ])
    return { certFile, keyFile }
  }

  async #request(certFile: string, keyFile: string, commonName: string, extra: readonly string[]): Promise<void> {
    await run('openssl', [
      ...['req', '-x509', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256'],
      ...['-days', '1', '-subj', `/CN=${commonName}`, '-out', certFile, '-keyout', keyFile, ...extra],
    ])
  }
}
