/** One xDS resource ready for the wire: encoded once, shared by every stream that sends it. */
export interface EncodedResource {
  readonly name: string
  readonly typeUrl: string
  /** Content hash of the message (hex): the same content has the same version on every replica and after every restart. */
  readonly version: string
  /** The serialized message itself: the `value` of the google.protobuf.Any that carries it. */
  readonly bytes: Uint8Array
}
