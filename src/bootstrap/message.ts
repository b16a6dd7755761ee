/**
 * Envoy messages in their JSON form (field names as in the protos). The bootstrap is text for an Envoy to read: unlike xDS it never becomes bytes
 * here, and a real Envoy is the one who checks it.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

export type Message = Readonly<Record<string, Json>>

/** A google.protobuf.Any: `type` is the message name, e.g. `envoy.config.trace.v3.ZipkinConfig`. */
export function pack(type: string, body: Message): Message {
  return { '@type': `type.googleapis.com/${type}`, ...body }
}

export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
