/** A secret discovery service on a Unix socket, as SPIRE's agent is one: it serves secrets by name, and again when they change. */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { chmod } from 'node:fs/promises'
import { encodeResource } from '../../src/codec/encode.js'
import { encodeDiscoveryResponse } from '../../src/codec/frames.js'
import { SECRET_DISCOVERY, type DiscoveryRequest } from '../../src/codec/services.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import type { Secret } from '../../src/envoy/types.js'
import type { KeyPair } from './certificates.js'

type Stream = ServerDuplexStream<DiscoveryRequest, Uint8Array>

export class SecretServer {
  readonly #server = new Server()
  readonly #secrets = new Map<string, Secret>()
  readonly #wanted = new Map<Stream, readonly string[]>()
  #version = 0
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  async start(): Promise<void> {
    this.#server.addService(SECRET_DISCOVERY, { StreamSecrets: (stream: Stream) => this.#accept(stream) })
    await new Promise<void>((resolve, reject) => {
      this.#server.bindAsync(`unix:${this.path}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      )
    })
    // Envoy connects as its own user.
    await chmod(this.path, 0o777)
  }

  stop(): void {
    this.#server.forceShutdown()
  }

  setCertificate(name: string, { certificate, privateKey }: KeyPair): void {
    const [chain, key] = [certificate, privateKey].map((inline_string) => ({ inline_string }))
    this.#set({ name, tls_certificate: { certificate_chain: chain!, private_key: key! } })
  }

  setTrust(name: string, authority: string): void {
    this.#set({ name, validation_context: { trusted_ca: { inline_string: authority } } })
  }

  #set(secret: Secret): void {
    this.#secrets.set(secret.name ?? '', secret)
    this.#version += 1
    for (const [stream, names] of this.#wanted) this.#send(stream, names)
  }

  #accept(stream: Stream): void {
    stream.on('data', ({ resource_names, response_nonce, error_detail }: DiscoveryRequest) => {
      if (error_detail) return
      const known = this.#wanted.get(stream)
      this.#wanted.set(stream, resource_names)
      // An acknowledgement asks for nothing new.
      if (response_nonce === '' || known?.join() !== resource_names.join()) this.#send(stream, resource_names)
    })
    const forget = () => this.#wanted.delete(stream)
    stream.on('error', forget)
    stream.on('end', () => {
      forget()
      stream.end()
    })
  }

  #send(stream: Stream, names: readonly string[]): void {
    const secrets = names.flatMap((name) => this.#secrets.get(name) ?? [])
    if (secrets.length === 0) return
    const version = String(this.#version)
    const resources = secrets.map((secret) => encodeResource(TYPE_URL.secret, secret))
    stream.write(encodeDiscoveryResponse({ typeUrl: TYPE_URL.secret, versionInfo: version, nonce: version, resources }))
  }
}
