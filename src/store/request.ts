/** What callers of the store say about themselves and about what they want. */

/** Who writes, for the log. */
export interface Author {
  /** Access key id of the signed request, or `anonymous`. */
  readonly principal: string
  /** API operation, e.g. `CreateVirtualNode`. */
  readonly operation: string
}

/** A page of a listing in name order (order of the UTF-8 bytes of the name, never a locale's, the same on every driver). */
export interface PageRequest {
  /** Names strictly after this one. */
  readonly after?: string
  readonly limit: number
}
