/** Client tokens, by which a request that is sent again makes nothing new (app-mesh-api.md section 5). */

/** The token for a request: the former one while the request stays the same, so that a retry is known as one; else a new one. */
export interface TokenSource {
  readonly tokenFor: (request: unknown) => string
}

const BYTES = 16

/** `random` fills an array with random bytes: crypto.getRandomValues, which works without a secure context, too (randomUUID does not). */
export function tokenSource(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): TokenSource {
  let last: { readonly request: string; readonly token: string } | undefined
  return {
    tokenFor(request) {
      const text = JSON.stringify(request)
      if (last?.request !== text) last = { request: text, token: makeToken(random) }
      return last.token
    },
  }
}

function makeToken(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  return Array.from(random(new Uint8Array(BYTES)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
